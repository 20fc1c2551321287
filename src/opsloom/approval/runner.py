"""Runs actions in the background of one server process, so that no call has to stay open for them."""

import logging
from dataclasses import replace

import anyio
from anyio.abc import TaskGroup

from opsloom.approval.executor import Executor, again
from opsloom.approval.ledger import Ledger
from opsloom.approval.planner import Planner
from opsloom.approval.progress import ActionView, Effectiveness
from opsloom.approval.proposal import Proposal, Request
from opsloom.approval.rows import THE_SERVER, By
from opsloom.approval.state import State
from opsloom.approval.verifier import Verifier
from opsloom.model.errors import ApprovalError, InvalidRequestError, OpsloomError
from opsloom.model.limits import ACTION_FOLLOW_SECONDS

logger = logging.getLogger(__name__)


class Runner:
    """Takes an approved action to its end: execution, reconciliation, verification."""

    def __init__(
        self, ledger: Ledger, planner: Planner, executor: Executor, verifier: Verifier, tasks: TaskGroup
    ) -> None:
        self._ledger = ledger
        self._planner = planner
        self._executor = executor
        self._verifier = verifier
        self._tasks = tasks
        self._running: dict[str, anyio.Event] = {}

    def serves(self, view: ActionView) -> bool:
        """Whether this process has the instance and the tool of the action."""
        return self._executor.serves(view)

    def runs(self, ident: str) -> bool:
        """Whether this process works on it at this moment."""
        return ident in self._running

    async def follow(self, ident: str, by: By) -> ActionView:
        """Take the action on, and wait for its end, but no longer than ``limits.ACTION_FOLLOW_SECONDS``.

        A caller who goes away changes nothing: the action goes on.
        """
        ended = self.start(ident, by)
        with anyio.move_on_after(ACTION_FOLLOW_SECONDS):
            await ended.wait()
        return await self._ledger.get(ident)

    def start(self, ident: str, by: By = THE_SERVER) -> anyio.Event:
        """Take the action on in the background; the event is set when there is nothing more to do here."""
        if ident not in self._running:
            self._running[ident] = anyio.Event()
            self._tasks.start_soon(self._take_on, ident, by, self._running[ident])
        return self._running[ident]

    async def _take_on(self, ident: str, by: By, ended: anyio.Event) -> None:
        try:
            await self._to_the_end(await self._ledger.get(ident), by)
        except ApprovalError as error:  # somebody else was first, or a person stopped it
            logger.info("action %s: %s", ident, error)
        except OpsloomError:
            logger.exception("action %s could not be taken on; it is tried again", ident)
        except Exception:  # a bug of ours must not end the server; the action stays where it is, in the log
            logger.exception("action %s failed inside opsloom", ident)
        finally:
            del self._running[ident]
            ended.set()

    async def _to_the_end(self, view: ActionView, by: By) -> None:
        if view.state is State.APPROVED:
            view = await self._executor.run(view.action.id, by)
        elif view.state in (State.EXECUTING, State.VERIFYING) and self._is_others(view):
            return
        if view.state is State.EXECUTING:
            detail = "its server ended while it ran; looking at the provider what became of it"
            view = await self._ledger.advance(view, State.UNKNOWN, detail=detail)
        if view.state is State.UNKNOWN:
            view = await self._verifier.reconcile(view)
        if view.state is State.VERIFYING:
            view = await self._verifier.verify(view)
        if view.progress.effectiveness is Effectiveness.REGRESSED and view.progress.next_action is None:
            await self._offer_to_undo(view)

    def _is_others(self, view: ActionView) -> bool:
        """Whether another live process works on it."""
        return view.server != self._ledger.server and self._ledger.is_alive(view.server)

    async def _offer_to_undo(self, view: ActionView) -> None:
        """Plan the inverse as a new action, which needs an approval of its own."""
        try:
            proposal, request = inverse_of(view, "new alerts began after the change; this undoes it")
            request = replace(request, requester=f"opsloom itself, after {view.code}")
            draft = await self._planner.plan(proposal, request)
            fresh = await self._ledger.add(draft.at, THE_SERVER, draft.told)
        except OpsloomError as error:
            await self._ledger.learn(view, detail=f"{view.progress.detail}. No plan to undo it could be made: {error}")
            return
        await self._ledger.learn(view, next_action=fresh.action.id)


def inverse_of(view: ActionView, reason: str, evidence: tuple[str, ...] = ()) -> tuple[Proposal, Request]:
    """The proposal that undoes an action that was applied.

    :raises InvalidRequestError: it was not applied, or cannot be undone.
    """
    receipt = view.progress.receipt
    if receipt is None or view.state not in (State.SUCCEEDED, State.INEFFECTIVE, State.VERIFYING):
        raise InvalidRequestError(f"action {view.code} is {view.state}: there is nothing to undo")
    change = receipt.inverse or view.action.plan.inverse
    if change is None:
        why = view.action.plan.irreversible or "its provider offers no way"
        raise InvalidRequestError(f"action {view.code} cannot be undone: {why}")
    proposal, request = again(view)
    arguments = {"undoes": view.action.id}
    request = replace(request, arguments=arguments, reason=reason, evidence=evidence, undoes=view.action.id)
    return replace(proposal, change=change), request

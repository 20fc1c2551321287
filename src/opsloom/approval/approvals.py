"""All that a server does with actions, put together."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any

import anyio

from opsloom.approval.executor import Executor
from opsloom.approval.ledger import Ledger
from opsloom.approval.planner import Draft, Planner
from opsloom.approval.policy_load import PolicySource
from opsloom.approval.preview import Safe
from opsloom.approval.progress import ActionView
from opsloom.approval.proposal import Proposal, Request
from opsloom.approval.rows import By
from opsloom.approval.runner import Runner, inverse_of
from opsloom.approval.state import State
from opsloom.approval.verifier import Verifier
from opsloom.approval.watcher import Watcher
from opsloom.model.errors import UnsupportedError
from opsloom.providers.hub import Hub


class Approvals:
    """Plans, runs and reports actions; it decides none. Made by :func:`open_approvals`."""

    def __init__(self, ledger: Ledger, planner: Planner, runner: Runner) -> None:
        self.ledger = ledger
        self._planner = planner
        self._runner = runner

    async def draft(self, proposal: Proposal, request: Request) -> Draft:
        """What would be planned; nothing is kept."""
        return await self._planner.plan(proposal, request)

    async def repeated(self, request: Request) -> ActionView | None:
        """The action of an identical call that is still open, or has just succeeded."""
        return await self.ledger.find_repeated(request.requester, request.tool, request.arguments)

    async def propose(self, proposal: Proposal, request: Request, by: By) -> ActionView:
        """Plan a change and await decisions on it."""
        draft = await self._planner.plan(proposal, request)
        return await self.ledger.add(draft.at, by, draft.told)

    async def propose_undo(self, view: ActionView, reason: str, by: By) -> ActionView:
        """Plan the inverse of an action that was applied.

        :raises InvalidRequestError: there is nothing to undo, or no way.
        """
        proposal, request = inverse_of(view, reason)
        return await self.repeated(request) or await self.propose(proposal, request, by)

    async def take_on(self, view: ActionView, by: By) -> ActionView:
        """Execute an approved action, or go on with what is left to do of one that was begun.

        :raises UnsupportedError: this server does not have its instance or tool.
        """
        if view.state is State.APPROVED and not self._runner.serves(view):
            raise UnsupportedError(f"this server has no instance {view.action.instance} to run it at")
        if view.state in (State.APPROVED, State.EXECUTING, State.UNKNOWN, State.VERIFYING):
            return await self._runner.follow(view.action.id, by)
        return view


@asynccontextmanager
async def open_approvals(
    hub: Hub,
    ledger: Ledger,
    policy: PolicySource,
    safe: Safe,
    redact: Callable[[Any], Any],
    contracts: Mapping[str, str],
    changed: Callable[[str], Awaitable[None]],
) -> AsyncIterator[Approvals]:
    """Open for one server process. On leaving, what is being sent is brought to its end; the rest is left for the next
    process to take on."""
    planner = Planner(hub, policy, safe, redact)
    async with anyio.create_task_group() as tasks:
        executor = Executor(hub, ledger, planner, ledger.server, contracts)
        runner = Runner(ledger, planner, executor, Verifier(hub, ledger), tasks)
        tasks.start_soon(Watcher(ledger, runner, changed).watch)
        yield Approvals(ledger, planner, runner)
        tasks.cancel_scope.cancel()

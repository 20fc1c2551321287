"""The ledger of a workspace's actions: every arrow is one compare-and-set and one audit record in one transaction."""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from opsloom.approval import rows
from opsloom.approval.action import Action, heard_code, request_of
from opsloom.approval.decision import Channel, Decision, Verdict, objection_to
from opsloom.approval.progress import ActionView, Progress
from opsloom.approval.rows import THE_SERVER, By
from opsloom.approval.signing import check_signature
from opsloom.approval.state import OPEN, STOPPABLE, State
from opsloom.audit.canonical import Json
from opsloom.audit.log import AuditLog
from opsloom.audit.record import Kind
from opsloom.model.errors import ApprovalError, AuditUnavailableError, InvalidRequestError, OpsloomError
from opsloom.model.limits import ACTION_REPEAT_SECONDS, ACTIONS_OPEN_MAX, ACTIONS_WATCHED_MAX
from opsloom.store.port import Reader, Store, Transaction
from opsloom.store.time import StoreTime

T = TypeVar("T")
_OPEN = "state IN ({})".format(", ".join(f"'{state}'" for state in sorted(OPEN)))
_WAITING = f"state IN ('{State.PLANNED}', '{State.AWAITING}', '{State.APPROVED}')"


@dataclass(frozen=True)
class Ruling:
    """What became of a decision: whether it counts, and if not, why."""

    view: ActionView
    counted: bool
    why: str = ""


@dataclass(frozen=True)
class Standing:
    """Where an action stands; ``due`` if it has expired and nobody has written that yet."""

    ident: str
    state: State
    version: int
    server: str | None
    due: bool


class Ledger:
    """All reading and changing of actions goes through here."""

    def __init__(self, store: Store, log: AuditLog, time: StoreTime | None = None) -> None:
        self._store = store
        self._log = log
        self._time = time or StoreTime()

    @property
    def server(self) -> str:
        """The id of this process in the log."""
        return self._log.server

    def is_alive(self, server: str | None) -> bool:
        """Whether the process ``server`` of this workspace still runs."""
        return server is not None and self._log.is_alive(server)

    async def now(self) -> datetime:
        """The store's time, by which actions expire."""
        return await self._store.read(self._time.peek)

    async def find_repeated(self, requester: str, tool: str, arguments: Mapping[str, Json]) -> ActionView | None:
        """The open action of an identical call, or one that has just succeeded: then the call is a client's retry."""
        request = request_of(requester, tool, arguments)

        def look(transaction: Transaction) -> ActionView | None:
            now = self._time.now(transaction)
            self._expire(transaction, now)
            for view in reversed(rows.find_intact(transaction, "request = ?", request)):
                ended = view.progress.ended_at
                just_ended = ended is not None and (now - ended).total_seconds() <= ACTION_REPEAT_SECONDS
                if view.action.demo and view.server != self.server:
                    just_ended = False  # that process had another world, which has gone with it
                if view.state in OPEN or (view.state is State.SUCCEEDED and just_ended):
                    return view
            return None

        return await self._write(look)

    async def add(self, make: Callable[[datetime], Action], by: By, told: Mapping[str, Json]) -> ActionView:
        """Keep a new action and, where the policy lets it run, await decisions. ``make`` gets the store's time.

        An identical open one is returned instead.

        :raises ApprovalError: ``limits.ACTIONS_OPEN_MAX`` of the requesting user wait already.
        """

        def insert(transaction: Transaction) -> ActionView:
            now = self._time.now(transaction)
            self._expire(transaction, now)
            action = make(now)
            if same := rows.find(transaction, f"request = ? AND {_OPEN}", action.request):
                return same[0]
            waiting = rows.find_intact(
                transaction, f"record ->> '$.requester_user' = ? AND {_WAITING}", action.requester_user
            )
            if len(waiting) >= ACTIONS_OPEN_MAX:
                raise ApprovalError(
                    f"{ACTIONS_OPEN_MAX} actions of this user wait already: have them decided or cancel some first"
                )
            rows.insert(transaction, self._log, action, by, told, self._log.server)
            (view,) = rows.find(transaction, "id = ?", action.id)
            if not action.requirement.allowed:
                return view
            return rows.move(transaction, self._log, view, State.AWAITING, by)

        return await self._write(insert)

    async def get(self, key: str) -> ActionView:
        """The action with the id or the code ``key``, expired first if it is due.

        :raises InvalidRequestError: there is none.
        """

        def look(transaction: Transaction) -> ActionView:
            self._expire(transaction, self._time.now(transaction))
            return _one(transaction, key)

        return await self._write(look)

    async def waiting(self) -> list[ActionView]:
        """Those that a person can decide, oldest first."""
        return await self._due_first(_WAITING)

    async def open(self) -> list[ActionView]:
        """All that have not ended, oldest first."""
        return await self._due_first(_OPEN)

    async def standing(self) -> list[Standing]:
        """The last ``limits.ACTIONS_WATCHED_MAX`` actions, the newest first; a cheap look, for those who watch."""
        sql = "SELECT id, state, version, server, approve_by, execute_by FROM action ORDER BY id DESC LIMIT ?"

        def question(reader: Reader) -> list[Standing]:
            now = self._time.peek(reader).timestamp()
            found = []
            for ident, text, version, server, approve_by, execute_by in reader.execute(sql, (ACTIONS_WATCHED_MAX,)):
                state = State(str(text))
                due = state in STOPPABLE and (execute_by if state is State.APPROVED else approve_by) <= now
                found.append(Standing(str(ident), state, int(version), None if server is None else str(server), due))
            return found

        return await self._store.read(question)

    async def expire(self) -> None:
        """End what is due."""
        await self._write(lambda transaction: self._expire(transaction, self._time.now(transaction)))

    async def ask(self, ident: str, channel: Channel, by: By) -> str:
        """Note that a person is asked now; returns what the answer must bring along, good for one answer."""
        nonce = secrets.token_urlsafe(24)

        def insert(transaction: Transaction) -> None:
            now = self._time.now(transaction)
            view = _one(transaction, ident)
            sql = "INSERT INTO action_question (nonce, action, asked_at) VALUES (?, ?, ?)"
            transaction.execute(sql, (nonce, ident, now.timestamp()))
            record = rows.record_of(Kind.ACTION_ASKED, view.action, by, {"channel": channel})
            self._log.append_in(transaction, record)

        await self._write(insert)
        return nonce

    async def answer(self, nonce: str, ident: str) -> float | None:
        """Use up the question ``nonce`` about the action ``ident``; how many seconds ago it was asked.

        Nothing if it was never asked, is answered already, or was about another action.
        """

        def use(transaction: Transaction) -> float | None:
            now = self._time.now(transaction).timestamp()
            sql = (
                "UPDATE action_question SET answered = 1 WHERE nonce = ? AND action = ? AND answered = 0"
                " RETURNING asked_at"
            )
            return next((now - float(asked_at) for (asked_at,) in list(transaction.execute(sql, (nonce, ident)))), None)

        return await self._write(use)

    async def note_no_decision(self, ident: str, outcome: str, by: By, told: Mapping[str, Json]) -> ActionView:
        """An answer that is neither approval nor denial, such as ``client_auto`` or ``declined_or_unavailable``."""

        def insert(transaction: Transaction) -> ActionView:
            self._expire(transaction, self._time.now(transaction))
            view = _one(transaction, ident)
            record = rows.record_of(Kind.ACTION_ANSWERED, view.action, by, {"outcome": outcome, **told})
            self._log.append_in(transaction, record)
            return view

        return await self._write(insert)

    async def decide(self, make: Callable[[datetime], Decision], by: By) -> Ruling:
        """Take a person's decision; ``make`` gets the store's time. One that does not count is recorded, too."""

        def rule(transaction: Transaction) -> Ruling:
            now = self._time.now(transaction)
            self._expire(transaction, now)
            decision = make(now)
            view = _one(transaction, decision.action)
            why = self._objection(transaction, view, decision)
            if not why and not rows.is_news(view, decision):
                why = f"{decision.person} has decided so already"
            told = _told_of(decision) | {"counted": not why, "why": why or None}
            logged = self._log.append_in(transaction, rows.record_of(Kind.ACTION_DECIDED, view.action, by, told))
            if why:
                return Ruling(view, False, why)
            rows.keep_decision(transaction, decision, logged.seq)
            return Ruling(self._settle(transaction, view.action.id, by), True)

        return await self._write(rule)

    async def stop(self, key: str, to: State, detail: str, by: By) -> ActionView:
        """Revoke or cancel what has not begun.

        :raises ApprovalError: it has begun or ended.
        """

        def unit(transaction: Transaction) -> ActionView:
            now = self._time.now(transaction)
            self._expire(transaction, now)
            view = _one(transaction, key)
            if view.state not in STOPPABLE:
                raise ApprovalError(f"action {view.code} is {view.state}: it is too late for that")
            progress = view.progress.model_copy(update={"detail": detail, "ended_at": now})
            return rows.move(transaction, self._log, view, to, by, progress)

        return await self._write(unit)

    async def claim(self, ident: str, server: str, by: By) -> ActionView:
        """Take the right to execute: exactly one caller of all processes gets it.

        :raises ApprovalError: it is not approved, not approved any more, or somebody else was first.
        """

        def unit(transaction: Transaction) -> ActionView:
            now = self._time.now(transaction)
            self._expire(transaction, now)
            view = _one(transaction, ident)
            if view.state is not State.APPROVED or not view.tally.approved:
                raise ApprovalError(f"action {view.code} is {view.state}, and only an approved one can run")
            if forged := rows.unlogged_decision(transaction, self._log, view):
                raise ApprovalError(f"action {view.code} cannot run: the log knows no such decision of {forged.person}")
            for decision in view.decisions:
                if why := check_signature(transaction, decision, view.action, made_before=True):
                    raise ApprovalError(f"action {view.code} cannot run, a decision on it does not hold: {why}")
            progress = view.progress.model_copy(update={"started_at": now, "detail": ""})
            return rows.move(transaction, self._log, view, State.EXECUTING, by, progress, {"server": server}, server)

        return await self._write(unit)

    async def advance(
        self,
        view: ActionView,
        to: State,
        by: By = THE_SERVER,
        told: Mapping[str, Json] | None = None,
        **learned: object,
    ) -> ActionView:
        """Take an arrow from where ``view`` stands; ``learned`` are fields of the progress.

        :raises ApprovalError: the action has moved on meanwhile.
        """

        def unit(transaction: Transaction) -> ActionView:
            ended = {"ended_at": self._time.now(transaction)} if to.ended else {}
            progress = view.progress.model_copy(update={**learned, **ended})
            return rows.move(transaction, self._log, view, to, by, progress, told)

        return await self._write(unit)

    async def learn(self, view: ActionView, **learned: object) -> ActionView:
        """Keep what was seen, without an arrow."""
        progress = view.progress.model_copy(update=learned)
        return await self._write(lambda transaction: rows.note(transaction, view, progress))

    def _objection(self, transaction: Transaction, view: ActionView, decision: Decision) -> str:
        deciding = {State.AWAITING} if decision.verdict is Verdict.APPROVE else {State.AWAITING, State.APPROVED}
        if view.state not in deciding:
            return f"the action is {view.state}"
        return objection_to(decision, view.action) or check_signature(transaction, decision, view.action)

    def _settle(self, transaction: Transaction, ident: str, by: By) -> ActionView:
        """Move the action to where its decisions take it."""
        view = _one(transaction, ident)
        tally = view.tally
        if tally.denied:
            reasons = [one.reason for one in view.decisions if one.verdict is Verdict.DENY and one.reason]
            progress = Progress(
                detail=f"denied{': ' if reasons else ''}{'; '.join(reasons)}", ended_at=self._now(transaction)
            )
            return rows.move(transaction, self._log, view, State.DENIED, by, progress)
        if tally.approved and view.state is State.AWAITING:
            people: list[Json] = [one.person for one in view.decisions if one.verdict is Verdict.APPROVE]
            return rows.move(transaction, self._log, view, State.APPROVED, by, told={"approved_by": people})
        return view

    def _now(self, transaction: Transaction) -> datetime:
        return self._time.now(transaction)

    def _expire(self, transaction: Transaction, now: datetime) -> None:
        """End what is due; expiry needs no process that watches for it."""
        due = (
            f"(state IN ('{State.PLANNED}', '{State.AWAITING}') AND approve_by <= ?1)"
            f" OR (state = '{State.APPROVED}' AND execute_by <= ?1)"
        )
        for view in rows.find_intact(transaction, due, now.timestamp()):
            late = "nobody decided it in time" if view.state is not State.APPROVED else "it was not begun in time"
            progress = view.progress.model_copy(update={"detail": late, "ended_at": now})
            rows.move(transaction, self._log, view, State.EXPIRED, THE_SERVER, progress)

    async def _due_first(self, condition: str) -> list[ActionView]:
        def look(transaction: Transaction) -> list[ActionView]:
            self._expire(transaction, self._time.now(transaction))
            return rows.find(transaction, condition)

        return await self._write(look)

    async def _write(self, unit: Callable[[Transaction], T]) -> T:
        try:
            return await self._store.write(unit)
        except OpsloomError as problem:
            if type(problem) is OpsloomError:
                raise AuditUnavailableError(f"Nothing was decided or changed: {problem}") from problem
            raise


def _one(reader: Reader, key: str) -> ActionView:
    found = rows.find(reader, "id = ?", key) or rows.find(reader, "code = ?", _code_or_nothing(key))
    if not found:
        raise InvalidRequestError("there is no such action here; ids and codes come from the answer that planned it")
    return found[0]


def _code_or_nothing(key: str) -> str:
    try:
        return heard_code(key)
    except InvalidRequestError:
        return ""


def _told_of(decision: Decision) -> dict[str, Json]:
    told = decision.model_dump(mode="json", exclude={"action"}, exclude_none=True)
    return {**told, "decided_digest": told.pop("digest"), "decided_at": told.pop("at")}

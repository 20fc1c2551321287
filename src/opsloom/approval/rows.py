"""Actions as rows of the store: reading them, and the one way to change their state."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

from opsloom.approval.action import Action, read_action
from opsloom.approval.decision import Decision
from opsloom.approval.progress import ActionView, Progress
from opsloom.approval.state import ARROWS, State
from opsloom.audit.canonical import Json
from opsloom.audit.log import AuditLog
from opsloom.audit.record import Actor, Kind, Record
from opsloom.model.errors import ApprovalError
from opsloom.store.port import Reader, Transaction


@dataclass(frozen=True)
class By:
    """Who or what makes a step: the actor, and the call that it happens in. Neither for what the server does itself."""

    actor: Actor | None = None
    call: str | None = None


THE_SERVER = By()
_COLUMNS = "id, code, request, approve_by, execute_by, record, digest, state, version, progress, server"


def find(reader: Reader, condition: str, *bindings: str | float) -> list[ActionView]:
    """The actions for which ``condition`` (our own SQL) holds, oldest first.

    :raises ApprovalError: one was tampered with.
    """
    return [_view(reader, row) for row in _select(reader, condition, bindings)]


def find_intact(reader: Reader, condition: str, *bindings: str | float) -> list[ActionView]:
    """:func:`find` without those that were tampered with: they never run, and do not stand in the way of the others."""
    views = []
    for row in _select(reader, condition, bindings):
        with suppress(ApprovalError):
            views.append(_view(reader, row))
    return views


def _select(reader: Reader, condition: str, bindings: tuple[str | float, ...]) -> list[tuple[object, ...]]:
    sql = f"SELECT {_COLUMNS} FROM action WHERE {condition} ORDER BY id"  # noqa: S608  our words; values are bound
    return list(reader.execute(sql, bindings))


def _view(reader: Reader, row: tuple[object, ...]) -> ActionView:
    *plan, record, digest, state, version, progress, server = row
    try:
        action = read_action(str(record), str(digest))
        if plan != _plan_columns(action):
            raise ValueError("a column does not say what the record says")
        return ActionView(
            action=action,
            state=State(str(state)),
            version=int(str(version)),
            server=None if server is None else str(server),
            progress=Progress.model_validate_json(str(progress)),
            decisions=_decisions(reader, action.id),
        )
    except ValueError:
        raise ApprovalError(f"the stored plan of action {plan[0]} was changed; it is not trusted") from None


def _plan_columns(action: Action) -> list[str | float]:
    """What is stored beside the record, to be found by."""
    times: list[str | float] = [action.approve_by.timestamp(), action.execute_by.timestamp()]
    return [action.id, action.code, action.request, *times]


def _decisions(reader: Reader, ident: str) -> tuple[Decision, ...]:
    sql = "SELECT person, verdict, record FROM action_decision WHERE action = ? ORDER BY rowid"
    found = []
    for person, verdict, record in reader.execute(sql, (ident,)):
        decision = Decision.model_validate_json(str(record))
        if (decision.action, decision.person, decision.verdict) != (ident, person, verdict):
            raise ValueError("a column does not say what the record says")
        found.append(decision)
    return tuple(found)


def insert(
    transaction: Transaction, log: AuditLog, action: Action, by: By, told: Mapping[str, Json], server: str
) -> None:
    """A new action, PLANNED by ``server``, and its audit record."""
    transaction.execute(
        "INSERT INTO action"
        " (id, code, request, approve_by, execute_by, record, digest, state, version, progress, server)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0, ?, ?)",
        (
            *_plan_columns(action),
            action.canonical,
            action.digest,
            State.PLANNED,
            Progress().model_dump_json(),
            server,
        ),
    )
    log.append_in(transaction, record_of(Kind.ACTION_PLANNED, action, by, {"to": State.PLANNED, **told}))


def move(
    transaction: Transaction,
    log: AuditLog,
    view: ActionView,
    to: State,
    by: By,
    progress: Progress | None = None,
    told: Mapping[str, Json] | None = None,
    server: str | None = None,
) -> ActionView:
    """Take one arrow: one compare-and-set and one audit record, in the caller's transaction.

    :raises ApprovalError: there is no such arrow, or the action is not where ``view`` saw it.
    """
    if to not in ARROWS[view.state]:
        raise ApprovalError(f"action {view.code} is {view.state}; it cannot become {to}")
    progress = progress or view.progress
    moved = transaction.execute(
        "UPDATE action SET state = ?, version = version + 1, progress = ?, server = ?"
        " WHERE id = ? AND state = ? AND version = ? RETURNING version",
        (to, progress.model_dump_json(), server or view.server, view.action.id, view.state, view.version),
    )
    versions = [int(row[0]) for row in moved]
    if not versions:
        raise ApprovalError(f"action {view.code} has moved on meanwhile")
    arrow: dict[str, Json] = {"from": view.state, "to": to, "version": versions[0], "detail": progress.detail or None}
    log.append_in(transaction, record_of(Kind.ACTION_MOVED, view.action, by, {**arrow, **(told or {})}))
    return view.model_copy(
        update={"state": to, "version": versions[0], "progress": progress, "server": server or view.server}
    )


def note(transaction: Transaction, view: ActionView, progress: Progress) -> ActionView:
    """Keep what was learned without an arrow, unless the action has moved."""
    transaction.execute(
        "UPDATE action SET progress = ? WHERE id = ? AND state = ? AND version = ?",
        (progress.model_dump_json(), view.action.id, view.state, view.version),
    )
    return view.model_copy(update={"progress": progress})


def is_news(view: ActionView, decision: Decision) -> bool:
    """The same person's same word counts once, and again only with more assurance."""
    said = [one for one in view.decisions if (one.person, one.verdict) == (decision.person, decision.verdict)]
    return all(one.assurance < decision.assurance for one in said)


def keep_decision(transaction: Transaction, decision: Decision, seq: int | None) -> None:
    """Keep a decision that counts; ``seq`` is its record in the log."""
    transaction.execute(
        "INSERT OR REPLACE INTO action_decision (action, person, verdict, record, seq) VALUES (?, ?, ?, ?, ?)",
        (decision.action, decision.person, decision.verdict, decision.model_dump_json(), seq),
    )


def unlogged_decision(transaction: Transaction, log: AuditLog, view: ActionView) -> Decision | None:
    """A decision that the log does not know: somebody wrote it into the file."""
    sql = "SELECT seq FROM action_decision WHERE action = ? AND person = ? AND verdict = ?"
    for decision in view.decisions:
        key = (decision.action, decision.person, decision.verdict)
        ((seq,),) = transaction.execute(sql, key)
        logged = log.read_in(transaction, int(seq)) or {}
        said = tuple(logged.get(name) for name in ("kind", "action", "person", "verdict", "assurance", "channel"))
        known = (Kind.ACTION_DECIDED, *key, decision.assurance, decision.channel)
        if said != known or logged.get("decided_digest") != decision.digest or logged.get("counted") is not True:
            return decision
    return None


def record_of(kind: Kind, action: Action, by: By, told: Mapping[str, Json]) -> Record:
    """An audit record about ``action``."""
    details: dict[str, Json] = {
        "action": action.id,
        "code": action.code,
        "digest": action.digest,
        "tool": action.tool,
        "investigation": action.investigation,
        "demo": True if action.demo else None,
        **{name: value for name, value in told.items() if value is not None},
    }
    return Record(kind, by.actor, by.call, details)

"""Providers that hold what a test puts on their shelf, and records to put there."""

from datetime import datetime, timedelta
from typing import Any

from opsloom.adapter_api.call import Call
from opsloom.adapter_api.capabilities import CAPABILITIES
from opsloom.model.alerts import Alert, AlertStatus
from opsloom.model.deploys import ChangeKind, Deploy
from opsloom.model.errors import NotFoundError
from opsloom.model.logs import LogEntry
from opsloom.model.page import Page
from opsloom.model.refs import Ref, RefKind
from opsloom.model.tickets import Ticket, TicketStatus
from opsloom.providers.instance import Instance
from tests.providers.scripted import scripted
from tests.tools.house import NOW


class Shelf:
    """A provider that cuts newest first; rows of the same time come in the order in which they were put there.

    It gives ``most_rows`` at most, however many are asked for.
    """

    def __init__(
        self, name: str, rows: list[Any], capabilities: tuple[type, ...] = CAPABILITIES, most_rows: int | None = None
    ) -> None:
        self.rows = rows
        self._most_rows = most_rows
        self.asked: list[Any] = []
        self.instance: Instance = scripted(name, self._answer, capabilities=capabilities)

    async def _answer(self, method: str, query: Any, call: Call) -> Any:
        self.asked.append(query)
        call.capture(method="READ", url=f"shelf:{method}", body=repr(query).encode(), status=200)
        if isinstance(query, str):
            return self._get(query, call)
        found = [row for row in self.rows if not hasattr(query, "matches") or query.matches(row)]
        found.sort(key=moment_of, reverse=True)
        shown = found[: getattr(query, "limit", None)][: self._most_rows]
        return Page[Any](rows=tuple(shown), total=len(found), complete=len(shown) == len(found), query=f"{method} all")

    def _get(self, native_id: str, call: Call) -> Any:
        for row in self.rows:
            if row.ref.native_id == native_id:
                return row
        raise NotFoundError(f"{call.instance} has no such record", instance=call.instance)


def moment_of(row: Any) -> datetime:
    """The time by which a provider sorts a record."""
    for name in ("at", "starts_at", "updated_at"):
        if hasattr(row, name):
            moment: datetime = getattr(row, name)
            return moment
    return NOW


def ago(minutes: float) -> datetime:
    """So many minutes before the present."""
    return NOW - timedelta(minutes=minutes)


def alert(ident: str, minutes: float = 10, instance: str = "am", **fields: Any) -> Alert:
    """A firing alert."""
    given = {"name": f"Alert{ident}", "status": AlertStatus.FIRING, "starts_at": ago(minutes), **fields}
    return Alert(ref=Ref(RefKind.ALERT, instance, ident), **given)


def deploy(ident: str, minutes: float = 10, instance: str = "git", **fields: Any) -> Deploy:
    """A deploy of no particular service."""
    given = {"kind": ChangeKind.DEPLOY, "at": ago(minutes), **fields}
    return Deploy(ref=Ref(RefKind.DEPLOY, instance, ident), **given)


def ticket(ident: str, minutes: float = 10, instance: str = "jira", **fields: Any) -> Ticket:
    """An open ticket."""
    given = {"key": ident, "title": f"Ticket {ident}", "status": TicketStatus.OPEN, "created_at": ago(minutes)}
    return Ticket(ref=Ref(RefKind.TICKET, instance, ident), **{**given, "updated_at": ago(minutes), **fields})


def entry(message: str, minutes: float = 10, **fields: Any) -> LogEntry:
    """A log entry."""
    return LogEntry(at=ago(minutes), message=message, **fields)

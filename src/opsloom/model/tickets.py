"""Tickets of any tracker."""

from datetime import datetime
from enum import StrEnum

from opsloom.model.record import Noun, Record
from opsloom.model.timeline import TimelineEntry
from opsloom.model.window import Window


class TicketStatus(StrEnum):
    """Where a ticket stands."""

    OPEN = "open"
    IN_PROGRESS = "in_progress"
    CLOSED = "closed"
    UNKNOWN = "unknown"


class Ticket(Record):
    """One ticket; ``key`` is what people call it. ``history`` (oldest first) is filled where one is asked for."""

    key: str
    title: str
    status: TicketStatus
    status_raw: str = ""
    priority: str = ""
    service: str | None = None
    assignee: str = ""
    reporter: str = ""
    created_at: datetime
    updated_at: datetime
    description: str = ""
    history: tuple[TimelineEntry, ...] = ()


class TicketQuery(Noun):
    """Which tickets were updated in ``window``, the last updated ``limit``; ``None`` and an empty set mean any."""

    window: Window
    text: str | None = None
    service: str | None = None
    statuses: frozenset[TicketStatus] = frozenset()
    limit: int

    def matches(self, ticket: Ticket) -> bool:
        """Whether ``ticket`` is asked for; a service counts where the ticket names it in any field."""
        return (
            ticket.updated_at in self.window
            and (not self.statuses or ticket.status in self.statuses)
            and (self.service is None or self._concerns(ticket, self.service.casefold()))
            and (self.text is None or self.text.casefold() in f"{ticket.title}\n{ticket.description}".casefold())
        )

    @staticmethod
    def _concerns(ticket: Ticket, service: str) -> bool:
        if ticket.service is not None:
            return ticket.service.casefold() == service
        return service in TicketQuery._words(ticket)

    @staticmethod
    def _words(ticket: Ticket) -> str:
        return f"{ticket.title}\n{ticket.description}".casefold()

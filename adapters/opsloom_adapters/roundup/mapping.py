"""Roundup's issues as tickets."""

from opsloom.model.refs import Ref, RefKind
from opsloom.model.tickets import Ticket, TicketStatus
from opsloom_adapters.roundup import wire
from opsloom_adapters.roundup.config import RoundupConfig, StatusNames
from opsloom_adapters.roundup.links import ticket_link

CLASSIC_STATUSES = StatusNames(
    open=("chatting", "unread", "deferred", "need-eg"),
    in_progress=("in-progress", "testing"),
    closed=("resolved", "done-cbb"),
)
"""Those of Roundup's classic template; done-cbb is "done, could be better". First those that a change sets: the
template itself reopens a ticket as chatting."""


def ticket_of(number: str, issue: wire.Issue, config: RoundupConfig, instance: str, description: str = "") -> Ticket:
    """The issue as a ticket; its native id is what Roundup calls its designator, such as ``issue123``."""
    designator = f"issue{number}"
    status_raw = issue.status.label if issue.status else ""
    return Ticket(
        ref=Ref(RefKind.TICKET, instance, designator),
        link=ticket_link(config, designator),
        key=designator,
        title=issue.title,
        status=status_of(status_raw, config),
        status_raw=status_raw,
        priority=issue.priority.label if issue.priority else "",
        service=(issue.text(config.service_property) or None) if config.service_property else None,
        assignee=issue.assignedto.label if issue.assignedto else "",
        reporter=issue.creator.label if issue.creator else "",
        created_at=issue.creation,
        updated_at=issue.activity,
        description=description,
    )


def status_of(name: str, config: RoundupConfig) -> TicketStatus:
    """What the status ``name`` means: by the settings, else by the classic template, else unknown."""
    known = CLASSIC_STATUSES.by_name() | config.statuses.by_name()
    return known.get(name.casefold(), TicketStatus.UNKNOWN)


def names_of(status: TicketStatus, config: RoundupConfig) -> tuple[str, ...]:
    """All names that mean ``status``, in lower case; first those of the settings, in their order."""
    known = (*config.statuses.by_name(), *CLASSIC_STATUSES.by_name())
    return tuple(name for name in known if status_of(name, config) is status)

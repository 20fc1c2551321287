"""Jira's issues as tickets."""

from collections.abc import Iterable, Iterator

from opsloom.model.refs import Ref, RefKind
from opsloom.model.tickets import Ticket, TicketStatus
from opsloom.model.timeline import TimelineEntry
from opsloom_adapters.jira import wire
from opsloom_adapters.jira.adf import plain_text
from opsloom_adapters.jira.config import JiraConfig
from opsloom_adapters.jira.links import ticket_link

STATUS_OF_CATEGORY = {
    "new": TicketStatus.OPEN,
    "indeterminate": TicketStatus.IN_PROGRESS,
    "done": TicketStatus.CLOSED,
}
"""Every status of every workflow is in one of these categories, or in "undefined"."""


def status_of(category: str) -> TicketStatus:
    return STATUS_OF_CATEGORY.get(category, TicketStatus.UNKNOWN)


def ticket_of(
    issue: wire.Issue,
    config: JiraConfig,
    instance: str,
    asked: str | None = None,
    history: Iterable[TimelineEntry] = (),
) -> Ticket:
    """The issue as a ticket; its native id is the key. Of several services, the one ``asked`` for counts."""
    fields = issue.fields
    return Ticket(
        ref=Ref(RefKind.TICKET, instance, issue.key),
        link=ticket_link(config, issue.key),
        key=issue.key,
        title=fields.summary,
        status=status_of(fields.status.status_category.key),
        status_raw=fields.status.name,
        priority=fields.priority.name if fields.priority else "",
        service=_service_of(fields, config, asked),
        assignee=name_of(fields.assignee),
        reporter=name_of(fields.reporter),
        created_at=fields.created,
        updated_at=fields.updated,
        description=plain_text(fields.description),
        history=tuple(history),
    )


def name_of(user: wire.User | None) -> str:
    return user.display_name or user.account_id if user else ""


def history_of(changelog: wire.Changelog, comments: Iterable[wire.Comment]) -> list[TimelineEntry]:
    """What happened, oldest first."""
    return sorted((*_changes(changelog), *map(_comment, comments)), key=lambda entry: entry.at)


def _changes(changelog: wire.Changelog) -> Iterator[TimelineEntry]:
    for entry in changelog.histories:
        for item in entry.items:
            text = f"{item.from_string or '(none)'} -> {item.to_string or '(none)'}"
            yield TimelineEntry(at=entry.created, kind=item.field, author=name_of(entry.author), text=text)


def _comment(comment: wire.Comment) -> TimelineEntry:
    text = plain_text(comment.body)
    return TimelineEntry(at=comment.created, kind="comment", author=name_of(comment.author), text=text)


def _service_of(fields: wire.IssueFields, config: JiraConfig, asked: str | None) -> str | None:
    names = fields.names_in(config.service_field) if config.service_field else ()
    wanted = asked.casefold() if asked else None
    return next((name for name in names if name.casefold() == wanted), names[0] if names else None)

"""GitHub's issues as tickets."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from opsloom.adapter_api.call import Call
from opsloom.model.errors import NotFoundError
from opsloom.model.refs import Ref, RefKind
from opsloom.model.tickets import Ticket
from opsloom.model.timeline import TimelineEntry
from opsloom_adapters.github import wire
from opsloom_adapters.github.config import GithubConfig
from opsloom_adapters.github.links import Links
from opsloom_adapters.github.mapping import ticket_status_of
from opsloom_adapters.github.repositories import Estate

_KEY = re.compile(r"([^/]+/[^/#]+)#([1-9][0-9]{0,17})")
_PRIORITY = re.compile(r"p[0-9]|(?:priority|severity|sev)[ :/_-]?.+", re.IGNORECASE)


@dataclass(frozen=True)
class IssueKey:
    """``owner/name#42``: what people call an issue, and its native id."""

    repository: str
    number: int

    def __str__(self) -> str:
        return f"{self.repository}#{self.number}"


def issue_key(text: str, estate: Estate, call: Call) -> IssueKey:
    """:raises NotFoundError: the id has another form, or names no configured repository."""
    named = _KEY.fullmatch(text)
    if named is None or named[1] not in estate.repositories:
        raise NotFoundError(
            f"{call.instance} has no such ticket; its ids look like {estate.repositories[0]}#42",
            instance=call.instance,
        )
    return IssueKey(named[1], int(named[2]))


@dataclass(frozen=True)
class TicketMapping:
    """What of an issue names its service, and where it can be read."""

    config: GithubConfig
    estate: Estate
    instance: str

    def ticket(self, heard: wire.Issue, repository: str, history: tuple[TimelineEntry, ...] = ()) -> Ticket:
        key = IssueKey(repository, heard.number)
        return Ticket(
            ref=Ref(RefKind.TICKET, self.instance, str(key)),
            link=Links(self.config).issue(repository, heard.number),
            key=str(key),
            title=heard.title,
            status=ticket_status_of(heard.state),
            status_raw=heard.state,
            priority=next((one.name for one in heard.labels if _PRIORITY.fullmatch(one.name)), ""),
            service=self._service(heard, repository),
            assignee=assignees_of(heard),
            reporter=heard.user.login if heard.user else "",
            created_at=heard.created_at,
            updated_at=heard.updated_at,
            description=heard.body,
            history=history,
        )

    def _service(self, heard: wire.Issue, repository: str) -> str | None:
        """That of the first label which names one, else the repository's only one."""
        prefix = self.config.service_label
        labelled = (one.name.removeprefix(prefix).strip() for one in heard.labels if one.name.startswith(prefix))
        return next((name for name in labelled if name), None) or self.estate.only_service_of(repository)


def assignees_of(heard: wire.Issue) -> str:
    """Their logins, as a change takes them."""
    return ", ".join(sorted((one.login for one in heard.assignees), key=str.casefold))


def history_of(heard: wire.Issue, comments: Iterable[wire.Comment]) -> tuple[TimelineEntry, ...]:
    """Comments, and when it was closed; oldest first."""
    entries = [
        TimelineEntry(at=one.created_at, kind="commented", author=one.user.login if one.user else "", text=one.body)
        for one in comments
    ]
    if heard.closed_at is not None:
        by = heard.closed_by.login if heard.closed_by else ""
        entries.append(TimelineEntry(at=heard.closed_at, kind="closed", author=by, text=heard.state_reason))
    return tuple(sorted(entries, key=lambda entry: entry.at))

"""TicketReader on GitHub: the issues of several repositories, merged by when they were last changed."""

from collections.abc import Mapping
from dataclasses import dataclass

from opsloom.adapter_api.call import Call
from opsloom.adapter_api.paging import Fetched, read_pages
from opsloom.model.errors import NotFoundError
from opsloom.model.limits import PROVIDER_ROWS_MAX
from opsloom.model.page import Page
from opsloom.model.tickets import Ticket, TicketQuery, TicketStatus
from opsloom.model.window import format_time
from opsloom_adapters.github import listings, wire
from opsloom_adapters.github.client import PER_PAGE_MAX, GithubReader
from opsloom_adapters.github.config import GithubConfig
from opsloom_adapters.github.links import Links
from opsloom_adapters.github.repositories import Estate, ask_each
from opsloom_adapters.github.ticket_records import IssueKey, TicketMapping, history_of, issue_key

_KNOWN = frozenset({TicketStatus.OPEN, TicketStatus.CLOSED})


@dataclass(frozen=True)
class _Found:
    """Tickets, the last changed first; ``complete`` if there are no more of them."""

    rows: tuple[Ticket, ...]
    complete: bool


@dataclass(frozen=True)
class TicketSearch:
    """Reads the issues of one GitHub."""

    reader: GithubReader
    config: GithubConfig
    estate: Estate

    async def search(self, query: TicketQuery, call: Call) -> Page[Ticket]:
        """The tickets of ``query``, last changed first, without pull requests."""
        said = f"issues of {', '.join(self.estate.repositories)} changed since {format_time(query.window.start)}"
        if query.statuses and not query.statuses & _KNOWN:
            return Page(rows=(), total=0, query=said, notes=("issues are open or closed, and nothing else",))
        answers = await ask_each(self.estate.repositories, lambda name: self._search_in(name, query, call))
        merged = sorted(
            (row for found in answers.given.values() for row in found.rows),
            key=lambda row: row.updated_at,
            reverse=True,
        )
        whole = not answers.notes and all(found.complete for found in answers.given.values())
        repositories = self.estate.repositories
        return Page(
            rows=tuple(merged[: query.limit]),
            complete=whole and len(merged) <= query.limit,
            query=said,
            link=Links(self.config).issues(repositories[0]) if len(repositories) == 1 else None,
            notes=(*answers.notes, *_gaps(answers.given, query)),
        )

    async def get(self, native_id: str, call: Call) -> Ticket:
        """``owner/name#42``, with its newest comments: 101 to 200 of them, or all.

        :raises NotFoundError: there is none, or it is a pull request.
        """
        key = issue_key(native_id, self.estate, call)
        link = Links(self.config).issue(key.repository, key.number)
        heard = await self.reader.issue(call, key.repository, key.number, link=link)
        if heard.pull_request is not None:
            raise NotFoundError(f"{call.instance}: {key} is a pull request, no issue", instance=call.instance)
        comments = await self._newest_comments(key, heard.comments, call)
        mapping = TicketMapping(self.config, self.estate, call.instance)
        return mapping.ticket(heard, key.repository, history_of(heard, comments))

    async def _search_in(self, repository: str, query: TicketQuery, call: Call) -> _Found:
        listing = listings.issues(repository, query, Links(self.config))
        mapping = TicketMapping(self.config, self.estate, call.instance)

        async def fetch(number: int) -> Fetched[wire.Issue, int]:
            return await self.reader.page(call, listing, number)

        def wanted(one: wire.Issue) -> bool:
            return one.pull_request is None and query.matches(mapping.ticket(one, repository))

        found = await read_pages(fetch, 1, limit=min(query.limit, PROVIDER_ROWS_MAX), wanted=wanted)
        return _Found(tuple(mapping.ticket(one, repository) for one in found.rows), found.complete)

    async def _newest_comments(self, key: IssueKey, count: int, call: Call) -> list[wire.Comment]:
        """They come oldest first: the last page, and the one before it."""
        last = max(1, -(-count // PER_PAGE_MAX))
        listing = listings.comments(key.repository, key.number, Links(self.config))
        comments: list[wire.Comment] = []
        for number in range(max(1, last - 1), last + 1):
            comments += (await self.reader.page(call, listing, number)).rows
        return comments


def _gaps(given: Mapping[str, _Found], query: TicketQuery) -> list[str]:
    """Fewer than asked for and yet not all: the reading had an end."""
    cut = (name for name, found in given.items() if not found.complete and len(found.rows) < query.limit)
    return [f"{name}: only the last {PROVIDER_ROWS_MAX} that were changed were looked through" for name in cut]

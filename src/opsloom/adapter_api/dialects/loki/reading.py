"""Reading queries backwards, newest entries first, as far as a question asks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from opsloom.adapter_api.call import Call
from opsloom.adapter_api.dialects.loki import wire
from opsloom.adapter_api.dialects.loki.entries import entry_of
from opsloom.adapter_api.dialects.loki.log_labels import LogLabels
from opsloom.adapter_api.dialects.loki.logql import Question
from opsloom.adapter_api.dialects.loki.requests import LokiRequests
from opsloom.adapter_api.dialects.loki.times import nanoseconds_of
from opsloom.adapter_api.paging import Fetched, Gathered, read_pages
from opsloom.model.limits import LOG_PAGE_ENTRIES, PROVIDER_ROWS_MAX
from opsloom.model.logs import LogEntry, LogQuery

_PAGE_ENTRIES_MIN = 100  # what Loki gives by default


class Newest(NamedTuple):
    """``complete`` unless there may be more; ``warnings`` is how many the server gave meanwhile."""

    rows: Sequence[LogEntry]
    complete: bool
    warnings: int


async def read_newest(
    client: LokiRequests,
    labels: LogLabels,
    query: LogQuery,
    questions: Sequence[Question],
    call: Call,
    *,
    link: str | None,
    page_max: int = LOG_PAGE_ENTRIES,
) -> Newest:
    """The newest entries of all ``questions``, which share none; ``page_max`` is what Loki may be asked for at once."""
    limit = min(query.limit, PROVIDER_ROWS_MAX)
    readings = [_Reading(client, labels, query, question, call, link, page_max) for question in questions]
    gathered = [await reading.newest(limit) for reading in readings]
    found = sorted((entry for one in gathered for entry in one.rows), key=lambda entry: -int(entry.cursor))
    complete = all(one.complete for one in gathered) and len(found) <= limit
    return Newest(found[:limit], complete, sum(reading.warnings for reading in readings))


class _Line(NamedTuple):
    nanoseconds: int
    labels: Mapping[str, str]
    text: str


@dataclass(slots=True)
class _Reading:
    """The entries of one ``question``; ``warnings`` counts what the server warned of meanwhile."""

    client: LokiRequests
    labels: LogLabels
    query: LogQuery
    question: Question
    call: Call
    link: str | None
    page_max: int
    warnings: int = 0
    _seen: set[tuple[int, str, frozenset[tuple[str, str]]]] = field(default_factory=set)

    async def newest(self, limit: int) -> Gathered[LogEntry]:
        """At most ``limit`` entries, newest first."""
        size = min(max(limit + 1, _PAGE_ENTRIES_MIN), LOG_PAGE_ENTRIES, self.page_max)

        async def fetch(end: int) -> Fetched[LogEntry, int]:
            return await self._page(end, size)

        wanted = self.query.matches
        last = nanoseconds_of(self.query.window.end)
        return await read_pages(fetch, last, limit=limit, wanted=wanted, most=PROVIDER_ROWS_MAX)

    async def _page(self, end: int, size: int) -> Fetched[LogEntry, int]:
        """The entries before ``end``, which Loki excludes.

        The next page starts with the last nanosecond of this one once more, because that may hold more entries than
        fitted; those that were here already are left out of it.
        """
        window = self.query.window
        envelope = await self.client.entries(self.call, str(self.question), window, end=end, limit=size, link=self.link)
        self.warnings += len(envelope.warnings)
        lines = _newest_first(envelope.data)
        entries = [
            entry_of(line.labels, line.nanoseconds, line.text, self.labels) for line in lines if self._is_new(line)
        ]
        return Fetched(entries, lines[-1].nanoseconds + 1 if len(lines) >= size else None)

    def _is_new(self, line: _Line) -> bool:
        """Loki itself keeps a line of the same stream and nanosecond only once."""
        key = (line.nanoseconds, line.text, frozenset(line.labels.items()))
        is_new = key not in self._seen
        self._seen.add(key)
        return is_new


def _newest_first(data: wire.StreamsData) -> list[_Line]:
    """Loki orders the lines of each stream, not those of all streams."""
    lines = [_Line(at, stream.stream, text) for stream in data.result for at, text in stream.values]
    return sorted(lines, key=lambda line: -line.nanoseconds)

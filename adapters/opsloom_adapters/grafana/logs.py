"""LogReader on a Loki data source of Grafana."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field

import anyio

from opsloom.adapter_api.call import Call
from opsloom.adapter_api.paging import Fetched, Gathered, read_pages
from opsloom.model.errors import ProviderError
from opsloom.model.limits import LOG_PAGE_ENTRIES, PROVIDER_ROWS_MAX
from opsloom.model.logs import LogEntry, LogQuery, LogSeverity
from opsloom.model.page import Page
from opsloom_adapters.grafana.config import GrafanaConfig
from opsloom_adapters.grafana.data_sources import DataSources
from opsloom_adapters.grafana.links import explore_link
from opsloom_adapters.grafana.log_entries import entry_of
from opsloom_adapters.grafana.logql import count_of, questions_of, questions_without_level
from opsloom_adapters.grafana.loki_client import LokiClient
from opsloom_adapters.grafana.times import nanoseconds_of

_PAGE_ENTRIES_MIN = 100  # what Loki gives by default
_Key = tuple[int, str, frozenset[tuple[str, str]]]


async def search_logs(sources: DataSources, config: GrafanaConfig, query: LogQuery, call: Call) -> Page[LogEntry]:
    """The newest entries of ``query``, and how many there are in all.

    :raises InvalidRequestError: an empty service, or a question that Loki refuses.
    """
    questions = questions_of(query, config)
    uid, source = await sources.loki(call)
    client = LokiClient(source)
    link = explore_link(config, "loki", uid, questions, query.window)
    limit = min(query.limit, PROVIDER_ROWS_MAX)
    readings = [_Reading(client, config, query, question, link, call) for question in questions]
    gathered = [await reading.newest(limit) for reading in readings]
    found = sorted((entry for one in gathered for entry in one.rows), key=lambda entry: -int(entry.cursor))
    rows = tuple(found[:limit])
    is_whole = all(one.complete for one in gathered) and len(rows) == len(found)
    warnings = sum(reading.warnings for reading in readings)
    notes = [f"warnings of the data source: {warnings}; entries may be missing"] if warnings else []
    if not rows:
        notes += await _why_nothing(client, config, query, call)
    return Page(
        rows=rows,
        total=len(rows) if is_whole and not warnings else await _total(client, questions, query, len(rows), call),
        complete=is_whole and not warnings,
        query="; ".join(questions),
        link=link,
        notes=tuple(notes),
    )


@dataclass(slots=True)
class _Reading:
    """The entries of one question; ``warnings`` counts what the server warned of meanwhile."""

    client: LokiClient
    config: GrafanaConfig
    query: LogQuery
    question: str
    link: str
    call: Call
    warnings: int = 0
    _seen: set[_Key] = field(default_factory=set)

    async def newest(self, limit: int) -> Gathered[LogEntry]:
        """At most ``limit`` entries, newest first."""
        size = min(max(limit + 1, _PAGE_ENTRIES_MIN), LOG_PAGE_ENTRIES)

        async def fetch(end: int) -> Fetched[LogEntry, int]:
            return await self._page(end, size)

        last = nanoseconds_of(self.query.window.end)
        return await read_pages(fetch, last, limit=limit, wanted=self.query.matches, most=PROVIDER_ROWS_MAX)

    async def _page(self, end: int, size: int) -> Fetched[LogEntry, int]:
        """The entries before ``end``, which Loki excludes.

        The next page starts with the last nanosecond of this one once more, because that may hold more entries than
        fitted; those that were here already are left out of it.
        """
        envelope = await self.client.entries(
            self.call, self.question, self.query.window, end=end, limit=size, link=self.link
        )
        self.warnings += len(envelope.warnings)
        lines = [(at, text, stream.stream) for stream in envelope.data.result for at, text in stream.values]
        lines.sort(key=lambda line: -line[0])  # Loki orders the lines of each stream, not those of all
        entries = []
        for at, text, labels in lines:
            key = (at, text, frozenset(labels.items()))
            if key not in self._seen:
                self._seen.add(key)
                entries.append(entry_of(labels, at, text, self.config))
        return Fetched(entries, lines[-1][0] + 1 if len(lines) >= size else None)


async def _total(client: LokiClient, questions: Sequence[str], query: LogQuery, shown: int, call: Call) -> int | None:
    """Not told if counting fails, or takes over half of the time that is left: the answer is right without."""
    with anyio.move_on_after(call.remaining_seconds() / 2), suppress(ProviderError):
        return max(shown, await _count(client, questions, query, call))
    return None


async def _count(client: LokiClient, questions: Sequence[str], query: LogQuery, call: Call) -> int:
    return sum([await client.count(call, count_of(one, query.window), query.window) for one in questions])


async def _why_nothing(client: LokiClient, config: GrafanaConfig, query: LogQuery, call: Call) -> list[str]:
    """Why an empty answer may not mean that nothing was logged."""
    if not set(await client.label_names(call, query.window)).intersection(config.log_service_labels):
        labels = ", ".join(config.log_service_labels)
        return [f"no stream of this window has the label {labels}: set log_service_labels to those that name services"]
    if query.severity is None or query.severity.rank <= LogSeverity.UNKNOWN.rank:
        return []
    count = await _count(client, questions_without_level(query, config), query, call)
    return [f"entries of unknown severity, left out because a severity was asked for: {count}"] if count else []

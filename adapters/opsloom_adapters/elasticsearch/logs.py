"""LogReader on Elasticsearch and OpenSearch."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from opsloom.adapter_api.call import Call
from opsloom.adapter_api.dialects.log_patterns import with_pattern
from opsloom.adapter_api.paging import Fetched, read_pages
from opsloom.model.errors import UnavailableError
from opsloom.model.limits import LOG_PAGE_ENTRIES, LOG_SCAN_ENTRIES_MAX, PROVIDER_ROWS_MAX
from opsloom.model.logs import LogEntry, LogQuery
from opsloom.model.page import Page
from opsloom_adapters.elasticsearch import wire
from opsloom_adapters.elasticsearch.client import ElasticsearchClient
from opsloom_adapters.elasticsearch.conditions import TIME_FORMAT, Conditions, Query
from opsloom_adapters.elasticsearch.config import ElasticsearchConfig
from opsloom_adapters.elasticsearch.links import discover_link
from opsloom_adapters.elasticsearch.mapping import entry_of, gaps_of, time_of
from opsloom_adapters.elasticsearch.patterns import ENTRIES_MAX, Category, note_on, patterns_of

_WHOLE_WORDS = (
    "Elasticsearch finds whole words in messages: entries with the text only inside of longer words are missing"
)
_TOO_MANY = "there are more entries than could be read: narrow the window, or name a service or severity"
_UNCOUNTED = (
    f"forms of messages are not counted for more than {ENTRIES_MAX} entries: narrow the window, or name a service or "
    "severity"
)


@dataclass(frozen=True)
class _Place:
    """Where a page starts: at ``time``, but for the entries of that time that were read before.

    A sort needs a tie-break to be continued exactly, and what could be one differs between Elasticsearch, OpenSearch
    and the mappings; the ids of the last moment do for all of them.
    """

    time: str | None = None
    read: tuple[str, ...] = ()


@dataclass
class _Reading:
    """What the pages that were read say besides their entries.

    ``missing`` is why entries are absent from answers that are a success all the same; ``total`` counts what the first
    question found, ``unwanted`` those entries that were not asked for.
    """

    missing: list[str] = field(default_factory=list)
    unwanted: int = 0
    total: wire.TotalHits | None = None

    def note(self, found: wire.Found, unwanted: int) -> None:
        """Keep what ``found`` says of itself."""
        self.total = self.total or found.hits.total
        self.unwanted += unwanted
        self.missing += gaps_of(found)

    @property
    def counted(self) -> int | None:
        """How many entries are wanted, if Elasticsearch counted just those as far as was seen."""
        exact = self.total is not None and self.total.relation == "eq"
        return self.total.value if self.total and exact and not (self.unwanted or self.missing) else None

    @property
    def is_too_much_to_categorize(self) -> bool:
        return self.total is not None and self.total.value > ENTRIES_MAX

    @property
    def notes(self) -> tuple[str, ...]:
        return tuple(f"{reason}: entries are missing" for reason in dict.fromkeys(self.missing))


async def search_logs(
    client: ElasticsearchClient, config: ElasticsearchConfig, query: LogQuery, call: Call
) -> Page[LogEntry]:
    """The newest entries of ``query``; where there are more, also which forms of messages recur.

    :raises NotFoundError: no index fits the setting.
    :raises UnsupportedError: no index has a field for what is asked for.
    :raises UnavailableError: a part of the indices did not answer, and the rest has nothing.
    """
    used = (config.timestamp_field, config.message_field, config.level_field, *config.service_fields)
    conditions = Conditions(query, config, await client.fields(call, used), call.instance)
    in_window = conditions.in_window(query.window)
    link = discover_link(config, conditions.all_of(), query.window)
    limit = min(query.limit, PROVIDER_ROWS_MAX)
    page_entries = LOG_PAGE_ENTRIES if query.text is not None else min(limit, LOG_PAGE_ENTRIES)
    reading = _Reading()

    async def fetch(place: _Place) -> Fetched[LogEntry, _Place]:
        rest = [] if place.time is None else [conditions.not_after(place.time, place.read)]
        question = _question(config, conditions.all_of(in_window, *rest), page_entries)
        found = await client.search(call, question, window=query.window, link=link)
        entries = [entry_of(hit, config, query.service, call) for hit in found.hits.hits]
        reading.note(found, sum(not query.matches(entry) for entry in entries))
        return Fetched(entries, _next(place, found.hits, config))

    found = await read_pages(fetch, _Place(), limit=limit, wanted=query.matches, most=LOG_SCAN_ENTRIES_MAX)
    if reading.missing and not found.rows:
        raise UnavailableError(f"{call.instance} answered only in part: {reading.missing[0]}", instance=call.instance)
    complete = found.complete and not reading.missing
    uncounted = not found.complete and reading.is_too_much_to_categorize
    patterns: Sequence[Category] = ()
    if found.rows and not found.complete and not uncounted:
        patterns = await patterns_of(client, config, conditions.all_of(in_window), query.window, call, link=link)
    notes = (
        *reading.notes,
        *((_WHOLE_WORDS,) if conditions.finds_whole_words else ()),
        *((_TOO_MANY,) if not found.complete and len(found.rows) < limit else ()),
        *((_UNCOUNTED,) if uncounted else ()),
        *((note_on(patterns),) if patterns else ()),
    )
    return Page(
        rows=tuple(with_pattern(entry, patterns) for entry in found.rows),
        total=len(found.rows) if complete else reading.counted,
        complete=complete,
        query=f"POST /{config.index}/_search {json.dumps(conditions.all_of(in_window))}",
        link=link,
        notes=notes,
    )


def _question(config: ElasticsearchConfig, query: Query, size: int) -> dict[str, Any]:
    """``fields`` gives values flat whatever form the documents have, and follows aliases."""
    shown = (config.message_field, config.level_field, config.trace_id_field)
    names = dict.fromkeys((*shown, *config.service_fields, *config.attribute_fields))
    return {
        "query": query,
        "size": size,
        "sort": [{config.timestamp_field: {"order": "desc", "unmapped_type": "date"}}],
        "fields": [{"field": config.timestamp_field, "format": TIME_FORMAT}, *({"field": name} for name in names)],
        "_source": False,
        "track_total_hits": True,
    }


def _next(place: _Place, page: wire.Hits, config: ElasticsearchConfig) -> _Place | None:
    """``page.total`` counts what is left from ``place`` on."""
    if not page.hits or page.total.value <= len(page.hits):
        return None
    time = time_of(page.hits[-1], config)
    read = tuple(hit.id for hit in page.hits if time_of(hit, config) == time)
    return _Place(time, tuple(dict.fromkeys((*(place.read if place.time == time else ()), *read))))

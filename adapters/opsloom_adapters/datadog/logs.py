"""LogReader on Datadog's indexed logs."""

from collections.abc import Iterator, Mapping
from datetime import UTC
from typing import Any

from opsloom.adapter_api.call import Call
from opsloom.adapter_api.paging import Fetched, read_pages
from opsloom.model.limits import LOG_SCAN_ENTRIES_MAX
from opsloom.model.logs import LogEntry, LogQuery
from opsloom.model.page import Page
from opsloom_adapters.datadog import wire
from opsloom_adapters.datadog.client import DatadogClient
from opsloom_adapters.datadog.links import logs_link
from opsloom_adapters.datadog.mapping import log_severity_of, log_statuses_below
from opsloom_adapters.datadog.partial import notes_on_partial
from opsloom_adapters.datadog.search_syntax import equals, one_of, quoted
from opsloom_adapters.datadog.tags import value_in

_PAGE_LOGS_MAX = 1_000
_TRACE_IDS = ("trace_id", "dd.trace_id", "otel.trace_id")


async def search_logs(client: DatadogClient, site_url: str, query: LogQuery, call: Call) -> Page[LogEntry]:
    """The newest logs of ``query``."""
    asked = " ".join(_terms_of(query)) or "*"
    link = logs_link(site_url, asked, query.window)
    page_size = min(query.limit + 1, _PAGE_LOGS_MAX)
    notes: list[str] = []

    async def fetch(cursor: str) -> Fetched[LogEntry, str]:
        reply = await client.logs(call, asked, limit=page_size, cursor=cursor, window=query.window, link=link)
        notes.extend(notes_on_partial(reply.meta))
        after = reply.meta.page.after if reply.meta and reply.meta.page else None
        return Fetched([entry_of(one) for one in reply.data], after if reply.data else None)

    found = await read_pages(
        fetch, "", limit=query.limit, wanted=query.matches, most=max(LOG_SCAN_ENTRIES_MAX, query.limit)
    )
    partial = bool(notes)
    if query.text is not None:
        notes.append("Datadog finds whole words: a part of a word finds nothing")
    return Page(
        rows=found.rows,
        total=len(found.rows) if found.complete and not partial else None,
        complete=found.complete and not partial,
        query=asked,
        link=link,
        notes=tuple(dict.fromkeys(notes)),
    )


def entry_of(heard: wire.Log) -> LogEntry:
    """A log; what is nested in its attributes is named with dots."""
    said = heard.attributes
    attributes = dict(_flat(said.attributes or {}))
    if said.host:
        attributes.setdefault("host", said.host)
    if env := value_in(said.tags, "env"):
        attributes.setdefault("env", env)
    return LogEntry(
        at=said.timestamp.astimezone(UTC),
        service=said.service or value_in(said.tags, "service"),
        severity=log_severity_of(said.status),
        severity_raw=said.status,
        message=said.message or attributes.get("message", ""),
        trace_id=next((attributes[name] for name in _TRACE_IDS if attributes.get(name)), None),
        cursor=heard.id,
        attributes=attributes,
    )


def _terms_of(query: LogQuery) -> Iterator[str]:
    if query.service is not None:
        yield equals("service", query.service)
    lesser = log_statuses_below(query.severity) if query.severity else ()
    if lesser:
        yield f"-{one_of('status', lesser)}"
    if query.text is not None:
        yield quoted(query.text)


def _flat(attributes: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, str]]:
    for name, value in attributes.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{before}{name}.")
        elif value is not None:
            yield f"{before}{name}", str(value)

"""LogReader on OpsOrch."""

import re

from opsloom.adapter_api.call import Call
from opsloom.model.logs import LogEntry, LogQuery, LogSeverity
from opsloom.model.page import Page
from opsloom_adapters.opsorch import wire
from opsloom_adapters.opsorch.client import OpsorchClient
from opsloom_adapters.opsorch.config import OpsorchConfig
from opsloom_adapters.opsorch.mapping import LOG_WORDS, link_of, log_severity_of, text_in, texts_of

_PLAIN_WORDS = re.compile(r"(?!(?:.* )?(?:AND|OR|NOT)(?: |$))\w+( \w+)*")
"""OpsOrch's providers put the search into their own query languages as it is, so only what means itself in all of
them is sent."""
_NOT_SEARCHED = "OpsOrch's provider was not asked for this text, which may mean something in its query language"
_CUT = (
    "OpsOrch's provider gave as many entries as it was asked for, and does not tell which it left out: "
    "they may be the newest. Ask for a shorter window; see most_log_entries"
)


async def search_logs(client: OpsorchClient, config: OpsorchConfig, query: LogQuery, call: Call) -> Page[LogEntry]:
    """The entries of ``query``, newest first; all is checked again."""
    expression: dict[str, object] = {}
    is_plain = query.text is not None and _PLAIN_WORDS.fullmatch(query.text) is not None
    if is_plain:
        expression["search"] = query.text
    if query.severity is not None and query.severity.rank > LogSeverity.INFO.rank:
        expression["severityIn"] = [
            word for severity, words in LOG_WORDS.items() if severity.rank >= query.severity.rank for word in words
        ]
    most = config.most_log_entries
    heard = await client.logs(call, query.window, expression, {"service": query.service}, most)
    wanted = [entry for entry in map(_entry_of, heard.entries) if query.matches(entry)]
    wanted.sort(key=lambda entry: entry.at, reverse=True)
    whole = len(heard.entries) < most
    return Page(
        rows=tuple(wanted[: query.limit]),
        total=len(wanted) if whole else None,
        complete=whole and len(wanted) <= query.limit,
        query=f"logs, service {query.service or 'any'}, {expression or 'all'}",
        link=link_of(heard.url),
        notes=(
            *(() if whole else (_CUT,)),
            *((_NOT_SEARCHED,) if query.text is not None and not is_plain else ()),
        ),
    )


def _entry_of(entry: wire.LogEntry) -> LogEntry:
    return LogEntry(
        at=entry.timestamp,
        service=entry.service or entry.labels.get("service") or None,
        severity=log_severity_of(entry.severity),
        severity_raw=entry.severity,
        message=entry.message,
        trace_id=text_in(entry.fields, "traceId") or text_in(entry.fields, "trace_id") or None,
        attributes={**texts_of(entry.fields), **entry.labels},
    )

"""LogReader on the journal gateway."""

from collections.abc import Sequence
from urllib.parse import urlencode

from opsloom.adapter_api.call import Call
from opsloom.adapter_api.http import Parameters
from opsloom.model.limits import PROVIDER_ROWS_MAX
from opsloom.model.logs import LogEntry, LogQuery, LogSeverity
from opsloom.model.page import Page
from opsloom.model.window import format_time
from opsloom_adapters.journald.client import JournaldClient, Reach
from opsloom_adapters.journald.config import JournaldConfig
from opsloom_adapters.journald.mapping import SEVERITY_OF_PRIORITY, service_matches
from opsloom_adapters.journald.position import Position
from opsloom_adapters.journald.scan import Scan, Scanner, page_entries_of


async def search_logs(client: JournaldClient, config: JournaldConfig, query: LogQuery, call: Call) -> Page[LogEntry]:
    """The newest entries of ``query``.

    The gateway knows no "or" between fields: a service is looked for in one scan per field that may name it.
    """
    link = (config.web_url or config.base_url) + "/browse"
    scanner = Scanner(client, config, query, call, link)
    questions = _questions(query, config)
    entries = page_entries_of(query, gateway_filters_all=query.text is None and not _we_filter_severity(query))
    scans = [await scanner.scan(matches, entries) for matches in questions]
    found = _merged(scans)
    rows = tuple(found[: min(query.limit, PROVIDER_ROWS_MAX)])
    all_read = all(scan.reached_start and not scan.unsearched for scan in scans)
    notes = _scan_notes(scans)
    if not found:
        notes += _reach_notes(await client.reach(call), query)
    return Page(
        rows=rows,
        total=len(found) if all_read else None,
        complete=all_read and len(rows) == len(found),
        query=_as_sent(questions, Position.before_time(query.window.end, entries)),
        link=link,
        notes=notes,
    )


def _questions(query: LogQuery, config: JournaldConfig) -> list[Parameters]:
    priorities = [("PRIORITY", value) for value in _priorities(query)]
    if query.service is None:
        return [priorities]
    return [
        [(field, value) for value in service_matches(field, query.service)] + priorities
        for field in config.service_fields
    ]


def _priorities(query: LogQuery) -> list[str]:
    """What the gateway can filter by; entries without PRIORITY rank with info, so it must not hide those."""
    if query.severity is None or query.severity.rank <= LogSeverity.INFO.rank:
        return []
    return [word for word, severity in SEVERITY_OF_PRIORITY.items() if severity.rank >= query.severity.rank]


def _we_filter_severity(query: LogQuery) -> bool:
    return query.severity is not None and query.severity.rank == LogSeverity.INFO.rank


def _merged(scans: Sequence[Scan]) -> list[LogEntry]:
    """Newest first; an entry that several fields name is one entry."""
    by_cursor = {entry.cursor: entry for scan in scans for entry in scan.found}
    return sorted(by_cursor.values(), key=lambda entry: entry.at, reverse=True)


def _scan_notes(scans: Sequence[Scan]) -> tuple[str, ...]:
    notes = []
    gave_up_at = [scan.read_back_to for scan in scans if scan.gave_up and scan.read_back_to]
    if gave_up_at:
        notes.append(
            f"entries before {format_time(max(gave_up_at))} were not searched: too many; narrow the window, "
            "or name a service or severity"
        )
    unsearched = {cursor for scan in scans for cursor in scan.unsearched}
    if unsearched:
        notes.append(
            f"{len(unsearched)} entries hold a message over 4 KiB, which the journal gateway does not send: "
            "their text was not searched"
        )
    return tuple(notes)


def _reach_notes(reach: Reach, query: LogQuery) -> tuple[str, ...]:
    """Why an empty answer may mean "no longer kept" or "nothing is logged any more"."""
    notes = []
    if reach.oldest > query.window.start:
        notes.append(f"the journal begins at {format_time(reach.oldest)}: what was before is not kept")
    if reach.newest < query.window.start:
        notes.append(f"the newest entry of the journal is of {format_time(reach.newest)}: did logging stop?")
    return tuple(notes)


def _as_sent(questions: Sequence[Parameters], position: Position) -> str:
    asked = [f"GET /entries?{urlencode(matches)}" if matches else "GET /entries" for matches in questions]
    return "; ".join(asked) + f"; Range: {position.range_header}"

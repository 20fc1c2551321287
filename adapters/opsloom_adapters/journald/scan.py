"""Reads the journal backwards, page by page, until it has enough."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from opsloom.adapter_api.call import Call
from opsloom.adapter_api.http import Parameters
from opsloom.model.limits import LOG_PAGE_ENTRIES, LOG_SCAN_ENTRIES_MAX, PROVIDER_ROWS_MAX
from opsloom.model.logs import LogEntry, LogQuery
from opsloom_adapters.journald import wire
from opsloom_adapters.journald.client import JournaldClient
from opsloom_adapters.journald.config import JournaldConfig
from opsloom_adapters.journald.mapping import entry_of
from opsloom_adapters.journald.position import Position


@dataclass(slots=True)
class Scan:
    """What one way through the journal found, newest first.

    ``reached_start``: nothing in the window was left unread. ``unsearched`` are the cursors of entries that
    came without their message, so that nobody can tell whether they hold the text.
    """

    found: list[LogEntry] = field(default_factory=list)
    read: int = 0
    read_back_to: datetime | None = None
    reached_start: bool = False
    unsearched: set[str] = field(default_factory=set)

    @property
    def gave_up(self) -> bool:
        """Whether it stopped at ``limits.LOG_SCAN_ENTRIES_MAX``."""
        return not self.reached_start and self.read >= LOG_SCAN_ENTRIES_MAX


@dataclass(frozen=True)
class Scanner:
    """Answers ``query``, of which the gateway filters ``matches`` and the time; we filter the rest."""

    client: JournaldClient
    config: JournaldConfig
    query: LogQuery
    call: Call
    link: str

    async def scan(self, matches: Parameters, page_entries: int) -> Scan:
        """Read until one more than ``query.limit`` is found, or the start of the window, or the bound."""
        scan = Scan()
        wanted = min(self.query.limit, PROVIDER_ROWS_MAX) + 1
        position = Position.before_time(self.query.window.end, page_entries)
        while not scan.reached_start and len(scan.found) < wanted and scan.read < LOG_SCAN_ENTRIES_MAX:
            page = await self.client.entries(self.call, matches, position, window=self.query.window, link=self.link)
            earlier = _before(position.cursor, page)
            self._sift(earlier, scan)
            if len(earlier) < page_entries or earlier[0].at < self.query.window.start:
                scan.reached_start = True
            else:
                position = Position.before_entry(earlier[0].cursor, page_entries)
        return scan

    def _sift(self, page: Sequence[wire.Entry], scan: Scan) -> None:
        for heard in reversed(page):
            entry = entry_of(heard, self.config, self.query.service)
            scan.read += 1
            scan.read_back_to = entry.at
            if self.query.text is not None and heard.is_left_out("MESSAGE"):
                if self.query.model_copy(update={"text": None}).matches(entry):
                    scan.unsearched.add(entry.cursor)
            elif self.query.matches(entry):
                scan.found.append(entry)


def _before(cursor: str, page: Sequence[wire.Entry]) -> Sequence[wire.Entry]:
    """Without what the gateway filled the page up with; see :class:`Position`."""
    cursors = [one.cursor for one in page]
    return page[: cursors.index(cursor)] if cursor in cursors else page


def page_entries_of(query: LogQuery, *, gateway_filters_all: bool) -> int:
    """As few entries as can answer ``query`` at once; a whole page where we must look for them ourselves."""
    if not gateway_filters_all:
        return LOG_PAGE_ENTRIES
    return max(2, min(query.limit + 1, LOG_PAGE_ENTRIES))

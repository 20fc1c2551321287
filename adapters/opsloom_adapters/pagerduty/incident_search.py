"""Which incidents were open at some time in a window.

PagerDuty filters by the time of creation only. What began before the window and was still open in it is asked for
apart, and only where the incidents that began within it leave room: those are newer.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from opsloom.adapter_api.call import Call
from opsloom.adapter_api.http import Parameters
from opsloom.adapter_api.paging import Fetched, Gathered, read_pages
from opsloom.model.errors import InvalidRequestError
from opsloom.model.limits import PROVIDER_ROWS_MAX
from opsloom.model.window import Window
from opsloom_adapters.pagerduty import wire
from opsloom_adapters.pagerduty.client import PAGE_ROWS_MAX, PagerdutyClient, fetched, window_parameters
from opsloom_adapters.pagerduty.mapping import ACKNOWLEDGED, RESOLVED, TRIGGERED

RANGE_MAX = timedelta(days=180)
"""PagerDuty takes 6 months at most, of which the shortest have 181 days."""
_ALL = frozenset({TRIGGERED, ACKNOWLEDGED, RESOLVED})


@dataclass(frozen=True)
class IncidentSearch:
    """``statuses`` in PagerDuty's words, empty for any; ``filters`` are those that PagerDuty applies itself.

    ``sifted``: we leave out some of what it finds, so that large pages are worth their size.
    """

    window: Window
    statuses: frozenset[str]
    filters: Parameters
    sifted: bool

    def __post_init__(self) -> None:
        if self.window.end - self.window.start > RANGE_MAX:
            raise InvalidRequestError(f"PagerDuty searches windows up to {RANGE_MAX.days} days; ask for less")

    def __str__(self) -> str:
        asked = (*window_parameters(self.window), *self._asking(self.statuses))
        return "GET /incidents " + " ".join(f"{name}={value}" for name, value in asked)

    def created_within(self) -> Parameters:
        newest_first = ("sort_by", "created_at:desc")
        return (*window_parameters(self.window), *self._asking(self.statuses), newest_first)

    def open_now(self) -> Parameters | None:
        """However long ago they began; ``None`` if only others are wanted."""
        wanted = (self.statuses or _ALL) - {RESOLVED}
        if not wanted:
            return None
        return (("date_range", "all"), *self._asking(wanted), ("sort_by", "created_at:desc"))

    def resolved_since_its_start(self) -> Parameters | None:
        """Created in the half year before the window, last resolved first; ``None`` if only others are wanted."""
        if RESOLVED not in (self.statuses or _ALL):
            return None
        before = Window(start=self.window.start - RANGE_MAX, end=self.window.start)
        return (*window_parameters(before), *self._asking(frozenset({RESOLVED})), ("sort_by", "resolved_at:desc"))

    def _asking(self, statuses: frozenset[str]) -> Parameters:
        return (*(("statuses[]", one) for one in sorted(statuses)), *self.filters)


@dataclass(frozen=True)
class _Reader:
    client: PagerdutyClient
    search: IncidentSearch
    call: Call

    async def read(
        self, parameters: Parameters, limit: int, wanted: Callable[[wire.Incident], bool], *, rows: int = PAGE_ROWS_MAX
    ) -> Gathered[wire.Incident]:
        async def fetch(offset: int) -> Fetched[wire.Incident, int]:
            page = await self.client.incidents(
                self.call, parameters, offset=offset, rows=rows, window=self.search.window
            )
            return fetched(page, offset, rows)

        return await read_pages(fetch, 0, limit=limit, wanted=wanted)

    async def read_resolved(
        self, parameters: Parameters, wanted: Callable[[wire.Incident], bool]
    ) -> Gathered[wire.Incident]:
        """All that were resolved since the window began; the first that was resolved before ends it."""

        async def fetch(offset: int) -> Fetched[wire.Incident, int]:
            page = await self.client.incidents(self.call, parameters, offset=offset, window=self.search.window)
            past = page.rows and page.rows[-1].resolved_at and page.rows[-1].resolved_at < self.search.window.start
            return Fetched(page.rows, None) if past else fetched(page, offset)

        return await read_pages(fetch, 0, limit=PROVIDER_ROWS_MAX, wanted=wanted)


async def find_incidents(
    client: PagerdutyClient, search: IncidentSearch, call: Call, *, limit: int, wanted: Callable[[wire.Incident], bool]
) -> Gathered[wire.Incident]:
    """The newest ``limit`` incidents that are ``wanted``, whatever of their life falls into the window."""
    reader = _Reader(client, search, call)
    rows = PAGE_ROWS_MAX if search.sifted else min(limit, PAGE_ROWS_MAX)
    within = await reader.read(search.created_within(), limit, wanted, rows=rows)
    if len(within.rows) >= limit:
        return Gathered(within.rows, False, within.scanned)  # what began earlier was not looked for
    known = {one.id for one in within.rows}  # asked for in whole seconds, they may be a little older
    before = await _began_before(reader, limit - len(within.rows), lambda one: one.id not in known and wanted(one))
    return Gathered((*within.rows, *before.rows), within.complete and before.complete, within.scanned + before.scanned)


async def _began_before(
    reader: _Reader, limit: int, wanted: Callable[[wire.Incident], bool]
) -> Gathered[wire.Incident]:
    def is_older(one: wire.Incident) -> bool:
        return one.created_at < reader.search.window.start and wanted(one)

    found: dict[str, wire.Incident] = {}
    complete, scanned = True, 0
    open_now, resolved = reader.search.open_now(), reader.search.resolved_since_its_start()
    answers = [await reader.read(open_now, limit, is_older)] if open_now else []
    answers += [await reader.read_resolved(resolved, is_older)] if resolved else []
    for answer in answers:
        found |= {one.id: one for one in answer.rows}  # one may have been resolved in between
        complete, scanned = complete and answer.complete, scanned + answer.scanned
    newest = sorted(found.values(), key=lambda one: one.created_at, reverse=True)
    return Gathered(tuple(newest[:limit]), complete and len(newest) <= limit, scanned)

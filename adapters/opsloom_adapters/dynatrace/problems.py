"""AlertReader on Dynatrace's problems.

Dynatrace finds problems that began or ended in a timeframe. Those that lasted through all of it are asked for apart:
those that are open since before it, and those that ended after it.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from opsloom.adapter_api.call import Call
from opsloom.adapter_api.http import Parameters
from opsloom.adapter_api.paging import Gathered
from opsloom.model.alerts import Alert, AlertQuery, AlertStatus, Severity
from opsloom.model.limits import PROVIDER_ROWS_MAX
from opsloom.model.page import Page
from opsloom.model.window import Window
from opsloom_adapters.dynatrace import wire
from opsloom_adapters.dynatrace.client import PAGE_ROWS_MAX, DynatraceClient
from opsloom_adapters.dynatrace.config import DynatraceConfig
from opsloom_adapters.dynatrace.mapping import SEVERITY, alert_of
from opsloom_adapters.dynatrace.selectors import all_of, criterion, services_named
from opsloom_adapters.dynatrace.services import find_services, no_such_service

_OPEN_FOR_AT_MOST = timedelta(days=365)
_OPEN, _CLOSED = "open", "closed"
_HELD = frozenset({AlertStatus.FIRING, AlertStatus.ACKNOWLEDGED})


@dataclass(frozen=True)
class _Search:
    """``statuses`` in Dynatrace's words, both where any will do."""

    query: AlertQuery
    call: Call
    statuses: frozenset[str]

    def questions(self) -> Iterator[tuple[Window, str | None]]:
        """Timeframes with the one status that is asked for in them."""
        window = self.query.window
        yield window, next(iter(self.statuses)) if len(self.statuses) == 1 else None
        if _OPEN in self.statuses:
            yield Window(start=window.start - _OPEN_FOR_AT_MOST, end=window.start), _OPEN
        if _CLOSED in self.statuses and window.end < self.call.now:
            yield Window(start=window.end, end=self.call.now), _CLOSED

    def filters(self, status: str | None) -> Parameters:
        query = self.query
        levels = [level for level, severity in SEVERITY.items() if severity is query.severity]
        criteria = [criterion("status", (status,))] if status else []
        criteria += [criterion("severityLevel", levels)] if levels else []
        selector = [("problemSelector", all_of(criteria))] if criteria else []
        services = [("entitySelector", services_named(query.service))] if query.service is not None else []
        return (*selector, *services)

    @property
    def is_sifted(self) -> bool:
        """Whether we leave out some of what Dynatrace finds, so that large pages are worth their size."""
        query = self.query
        only_some = bool(query.statuses) and query.statuses & _HELD not in (frozenset(), _HELD)
        return query.text is not None or query.team is not None or query.severity is Severity.UNKNOWN or only_some


async def search_alerts(client: DynatraceClient, config: DynatraceConfig, query: AlertQuery, call: Call) -> Page[Alert]:
    """The problems of ``query``, newest first."""
    statuses = _statuses_of(query)
    if not statuses:
        return Page(rows=(), total=0, query="nothing", notes=("problems of Dynatrace are open or closed only",))
    if query.service is not None and not await find_services(client, query.service, query.window, call):
        return no_such_service(query.service)
    search = _Search(query, call, statuses)
    limit = min(query.limit, PROVIDER_ROWS_MAX)
    found = await _find(
        client, search, limit, lambda one: query.matches(alert_of(one, config, call.instance, service=query.service))
    )
    _, status = next(search.questions())
    asked = " ".join(f"{name}={value}" for name, value in search.filters(status)) or "all"
    return Page(
        rows=tuple(alert_of(one, config, call.instance, service=query.service) for one in found.rows),
        complete=found.complete,
        query=f"problems {asked}",
    )


async def get_alert(client: DynatraceClient, config: DynatraceConfig, native_id: str, call: Call) -> Alert:
    """The problem, with what Dynatrace takes for its cause and whom it affects.

    :raises NotFoundError: there is none with that id.
    """
    return alert_of(await client.problem(call, native_id), config, call.instance)


async def _find(
    client: DynatraceClient, search: _Search, limit: int, wanted: Callable[[wire.Problem], bool]
) -> Gathered[wire.Problem]:
    rows = PAGE_ROWS_MAX if search.is_sifted else min(limit, PAGE_ROWS_MAX)
    found: dict[str, wire.Problem] = {}
    complete, scanned = True, 0
    for window, status in search.questions():
        if len(found) >= limit:
            complete = False
            break
        answer = await client.problems(
            search.call, search.filters(status), window, limit=limit, rows=rows, wanted=wanted
        )
        found |= {one.problem_id: one for one in answer.rows}
        complete, scanned = complete and answer.complete, scanned + answer.scanned
    newest = sorted(found.values(), key=lambda one: one.start_time, reverse=True)
    return Gathered(tuple(newest[:limit]), complete and len(newest) <= limit, scanned)


def _statuses_of(query: AlertQuery) -> frozenset[str]:
    if not query.statuses or AlertStatus.UNKNOWN in query.statuses:
        return frozenset({_OPEN, _CLOSED})
    wanted = {_OPEN} if query.statuses & _HELD else set()
    return frozenset(wanted | ({_CLOSED} if AlertStatus.RESOLVED in query.statuses else set()))

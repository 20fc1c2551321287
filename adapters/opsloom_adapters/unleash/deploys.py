"""DeployReader on Unleash's event log."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime

from opsloom.adapter_api.call import Call
from opsloom.adapter_api.http import Parameters
from opsloom.adapter_api.paging import Fetched, read_pages
from opsloom.model.deploys import ChangeKind, Deploy, DeployQuery
from opsloom.model.errors import NotFoundError
from opsloom.model.limits import PROVIDER_ROWS_MAX
from opsloom.model.page import Page
from opsloom_adapters.unleash import wire
from opsloom_adapters.unleash.client import UnleashClient
from opsloom_adapters.unleash.config import UnleashConfig
from opsloom_adapters.unleash.event_ids import EventId
from opsloom_adapters.unleash.event_types import OTHERS
from opsloom_adapters.unleash.links import event_log_link
from opsloom_adapters.unleash.mapping import deploy_of

_PAGE_ROWS_MIN, _PAGE_ROWS_MAX = 50, 200


async def search_deploys(client: UnleashClient, config: UnleashConfig, query: DeployQuery, call: Call) -> Page[Deploy]:
    """The events of ``query`` that change flags, newest first. Unleash filters by day; the rest is filtered here."""
    first, last = query.window.start.date(), min(query.window.end, call.now).date()
    asked = f"event log from {first.isoformat()} to {last.isoformat()}"
    link = event_log_link(config, first, last)
    if query.kinds and ChangeKind.FLAG not in query.kinds:
        return Page(rows=(), query=asked, link=link)
    log = _Log()
    rows = min(max(query.limit, _PAGE_ROWS_MIN), _PAGE_ROWS_MAX)
    filters = _days(first, last)

    async def fetch(offset: int) -> Fetched[wire.Event, int]:
        page = await client.events(call, filters, offset=offset, limit=rows, window=query.window, link=link)
        return log.take(page, query.window.start)

    def wanted(event: wire.Event) -> bool:
        return event.type not in OTHERS and query.matches(deploy_of(event, config, call.instance))

    found = await read_pages(fetch, 0, limit=query.limit, wanted=wanted)
    cut = found.scanned >= PROVIDER_ROWS_MAX and not found.complete and len(found.rows) < query.limit
    newest_first = sorted(found.rows, key=lambda event: (event.created_at, event.id), reverse=True)
    changes = tuple(deploy_of(event, config, call.instance) for event in newest_first)
    return Page(
        rows=changes,
        complete=found.complete and not log.has_moved,
        query=asked + (f" of project {config.project}" if config.project else ""),
        link=link,
        notes=tuple(_notes(query, changes, has_moved=log.has_moved, cut=cut)),
    )


async def get_deploy(client: UnleashClient, config: UnleashConfig, native_id: str, call: Call) -> Deploy:
    """The event of that id. Unleash cannot be asked for one, so those of its type and about its day are read.

    :raises NotFoundError: there is none among the ``limits.PROVIDER_ROWS_MAX`` newest of them.
    """
    wanted = EventId.parse(native_id)
    if wanted is None:
        raise NotFoundError(
            f"{call.instance} has no such event; copy the ref from a search answer", instance=call.instance
        )
    filters = (*_days(wanted.day, wanted.day), ("type", f"IS:{wanted.type}"))

    async def fetch(offset: int) -> Fetched[wire.Event, int]:
        return await client.events(call, filters, offset=offset, limit=_PAGE_ROWS_MAX)

    found = await read_pages(fetch, 0, limit=1, wanted=lambda event: EventId.of(event) == wanted)
    if not found.rows:
        raise NotFoundError(f"{call.instance} has no event {native_id} in its log", instance=call.instance)
    return deploy_of(found.rows[0], config, call.instance, whole=True)


class _Log:
    """What was read of the event log so far: it grows at the end that is read first, and so moves between pages."""

    def __init__(self) -> None:
        self._ids: set[int] = set()
        self._read = 0

    @property
    def has_moved(self) -> bool:
        """Whether an event came twice, so that another may have been skipped."""
        return self._read > len(self._ids)

    def take(self, page: Fetched[wire.Event, int], start: datetime) -> Fetched[wire.Event, int]:
        """The events of ``page`` that are new to us; no more pages once one is older than ``start``."""
        fresh = [event for event in page.rows if event.id not in self._ids]
        self._ids.update(event.id for event in fresh)
        self._read += len(page.rows)
        is_over = bool(page.rows) and page.rows[-1].created_at < start
        return Fetched(fresh, None if is_over else page.next)


def _days(first: date, last: date) -> Parameters:
    """The filter of whole days that surely holds both, in whatever time zones Unleash and its database run.

    Unleash adds a day to ``to`` in the one and compares in the other.
    """
    return ("from", f"IS:{_shifted(first, -1)}"), ("to", f"IS:{_shifted(last, 2)}")


def _shifted(day: date, by: int) -> str:
    return date.fromordinal(max(1, day.toordinal() + by)).isoformat()


def _notes(query: DeployQuery, changes: Sequence[Deploy], *, has_moved: bool, cut: bool) -> Iterator[str]:
    nameless = sum(change.service is None for change in changes)
    if query.service is not None and nameless:
        yield f"{nameless} of these name no single service and may concern any; see service_tag and services"
    if has_moved:
        yield "events came while the log was read, some may be missing; ask again"
    if cut:
        yield f"only the newest {PROVIDER_ROWS_MAX} events about these days were looked at; ask for less time"

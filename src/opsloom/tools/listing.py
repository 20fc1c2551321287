"""What every search does: resolve the window, ask, merge, sort, go on after a cursor, cut."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from opsloom.model.limits import PROVIDER_ROWS_MAX
from opsloom.model.page import Page
from opsloom.model.window import Window, resolve_window
from opsloom.providers.operations import Operation
from opsloom.tools.answer import Answer, Cell
from opsloom.tools.context import ToolContext
from opsloom.tools.cursor import Cursor, SortKey
from opsloom.tools.gather import Gathered, gather

Q = TypeVar("Q")
R = TypeVar("R")


@dataclass(frozen=True)
class Listing(Generic[Q, R]):
    """A kind of search.

    ``query`` makes the question for a window and a number of rows; ``key`` sorts ascending, newest first, and
    tells rows apart; ``cells`` makes the row of an answer; both get the instance that a row came from. ``ranked``
    says that ``key`` puts something before the time: then all rows are fetched, as no provider cuts in that order.
    ``optional`` columns are left out of an answer in which no row has them.
    """

    operation: Operation[Q, Page[R]]
    columns: tuple[str, ...]
    query: Callable[[Window, int], Q]
    key: Callable[[str, R], SortKey]
    cells: Callable[[str, R], list[Cell]]
    keep: Callable[[R], bool] | None = None
    ranked: bool = False
    optional: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Span:
    """Which part is asked for: the arguments as given."""

    since: str | None
    until: str | None
    limit: int
    cursor: str | None
    default_seconds: float


async def search(context: ToolContext, listing: Listing[Q, R], span: Span, question: Mapping[str, Any]) -> Answer:
    """One page of ``listing``; ``question`` are the arguments that tell this question from others.

    :raises InvalidRequestError: a bad time, or a cursor that is not of this question.
    """
    question = {**question, "since": span.since, "until": span.until}
    cursor = Cursor.decode(span.cursor, question) if span.cursor else None
    window, defaulted = resolve_window(span.since, span.until, context.now, default_seconds=span.default_seconds)
    window = cursor.window if cursor else window
    fetched = await _fetch(context, listing, window, cursor, span.limit)
    found, rows = fetched.found, fetched.rows
    passed = sum(1 for row in rows if cursor is not None and row[0] <= cursor.key)
    page = rows[passed : passed + span.limit]
    notes = list(found.notes)
    if not found.complete and not fetched.more:
        notes.append(f"{', '.join(sorted(found.cut))}: more rows match than can be had; narrow the window or the query")
    unknown = None if listing.keep else found.total
    columns, cells = _without_empty(listing, [listing.cells(instance, row) for _, instance, row in page])
    return Answer(
        columns=columns,
        rows=cells,
        sources=found.sources,
        window=window,
        window_defaulted=defaulted,
        now=context.now,
        total=len(rows) if found.complete else unknown,
        more=fetched.more or passed + len(page) < len(rows),
        resume=lambda last: Cursor(window, page[last][0], passed + last + 1).encode(question),
        notes=notes,
        evidence=found.evidence,
    )


def _without_empty(listing: Listing[Q, R], rows: list[list[Cell]]) -> tuple[tuple[str, ...], list[list[Cell]]]:
    shown = [
        index
        for index, name in enumerate(listing.columns)
        if name not in listing.optional or any(row[index] is not None for row in rows)
    ]
    return tuple(listing.columns[index] for index in shown), [[row[index] for index in shown] for row in rows]


@dataclass(frozen=True)
class _Fetched(Generic[R]):
    """``rows`` in order, as far as it is certain; ``more`` says that some whose place is not are left out."""

    found: Gathered[R]
    rows: Sequence[tuple[SortKey, str, R]]
    more: bool


async def _fetch(
    context: ToolContext, listing: Listing[Q, R], window: Window, cursor: Cursor | None, limit: int
) -> _Fetched[R]:
    """Ask for as many rows as lie up to the end of the page, and for more where these do not settle it.

    They do not if others may share the time of the last one, or came in before the page since its cursor was made.
    """
    wanted = (cursor.passed if cursor else 0) + limit + 1
    wanted = PROVIDER_ROWS_MAX if listing.ranked else min(wanted, PROVIDER_ROWS_MAX)
    had = -1
    while True:
        found = await gather(context, listing.operation, listing.query(window, wanted))
        rows = _in_order(listing, found)
        if found.complete or wanted == PROVIDER_ROWS_MAX or len(found.rows) == had:
            return _Fetched(found, rows, more=False)
        horizon = _horizon(listing, found)
        certain = [row for row in rows if row[0][:1] < horizon]
        if sum(1 for row in certain if cursor is None or row[0] > cursor.key) >= limit:
            return _Fetched(found, certain, more=True)
        wanted, had = min(wanted * 4, PROVIDER_ROWS_MAX), len(found.rows)


def _in_order(listing: Listing[Q, R], found: Gathered[R]) -> list[tuple[SortKey, str, R]]:
    """Sorted, and rows of the same key numbered, so that a cursor between them loses none."""
    keyed = sorted(
        ((listing.key(instance, row), instance, row) for instance, row in found.rows if _kept(listing, row)),
        key=lambda row: row[0],
    )
    seen: Counter[SortKey] = Counter()
    numbered: list[tuple[SortKey, str, R]] = []
    for key, instance, row in keyed:
        numbered.append(((*key, float(seen[key])), instance, row))
        seen[key] += 1
    return numbered


def _kept(listing: Listing[Q, R], row: R) -> bool:
    return listing.keep is None or listing.keep(row)


def _horizon(listing: Listing[Q, R], found: Gathered[R]) -> SortKey:
    """Where the first of the sources that hold more breaks off."""
    ends: list[SortKey] = []
    for cut in found.cut:
        ends.append(max((listing.key(cut, row)[:1] for instance, row in found.rows if instance == cut), default=()))
    return min(ends)

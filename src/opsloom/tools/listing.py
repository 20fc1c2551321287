"""What every search does: resolve the window, ask, merge, sort, go on after a cursor, cut."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from opsloom.model.limits import PROVIDER_ROWS_MAX
from opsloom.model.page import Page
from opsloom.model.window import Window, resolve_window
from opsloom.providers.operations import Operation
from opsloom.tools.answer import Answer, Cell
from opsloom.tools.context import ToolContext
from opsloom.tools.cursor import Cursor, SortKey
from opsloom.tools.gather import gather

Q = TypeVar("Q")
R = TypeVar("R")


@dataclass(frozen=True)
class Listing(Generic[Q, R]):
    """A kind of search.

    ``query`` makes the question for a window and a number of rows; ``key`` sorts ascending and tells rows
    apart; ``cells`` makes the row of an answer; both get the instance that a row came from.
    """

    operation: Operation[Q, Page[R]]
    columns: tuple[str, ...]
    query: Callable[[Window, int], Q]
    key: Callable[[str, R], SortKey]
    cells: Callable[[str, R], list[Cell]]
    keep: Callable[[R], bool] = lambda _row: True


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
    passed = cursor.passed if cursor else 0
    fetched = min(passed + span.limit + 1, PROVIDER_ROWS_MAX)
    found = await gather(context, listing.operation, listing.query(window, fetched))
    rows = sorted(
        ((listing.key(instance, row), instance, row) for instance, row in found.rows if listing.keep(row)),
        key=lambda keyed: keyed[0],
    )
    after = [keyed for keyed in rows if cursor is None or keyed[0] > cursor.key]
    page = after[: span.limit]
    notes = list(found.notes)
    if not found.complete and fetched == PROVIDER_ROWS_MAX:
        notes.append(f"more than {PROVIDER_ROWS_MAX} rows match at one source; narrow the window or the query")
    return Answer(
        columns=listing.columns,
        rows=[listing.cells(instance, row) for _, instance, row in page],
        sources=found.sources,
        window=window,
        window_defaulted=defaulted,
        now=context.now,
        total=len(rows) if found.complete else found.total,
        more=bool(page) and (len(after) > len(page) or not found.complete),
        resume=lambda last: Cursor(window, page[last][0], passed + last + 1).encode(question),
        notes=notes,
        evidence=found.evidence,
    )

"""Pages of a provider, followed as far as the question asks and never further."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from opsloom.model.limits import PROVIDER_ROWS_MAX

T = TypeVar("T")
C = TypeVar("C")


@dataclass(frozen=True)
class Fetched(Generic[T, C]):
    """One page: its rows in the provider's order, and where the next one starts, ``None`` after the last."""

    rows: Sequence[T]
    next: C | None


@dataclass(frozen=True)
class Gathered(Generic[T]):
    """The rows that were wanted, at most as many as asked for; ``complete`` says that there are no more of them.

    ``scanned`` counts the rows that were read for it.
    """

    rows: tuple[T, ...]
    complete: bool
    scanned: int


async def read_pages(
    fetch: Callable[[C], Awaitable[Fetched[T, C]]],
    first: C,
    *,
    limit: int,
    wanted: Callable[[T], bool] = lambda _row: True,
    most: int = PROVIDER_ROWS_MAX,
) -> Gathered[T]:
    """Fetch pages from ``first`` on until ``limit`` rows are ``wanted``, ``most`` rows were read, or none are left.

    A page that is not needed is not fetched. A ``next`` that was there before ends it: a provider that repeats itself
    is not asked for ever, and what it gave is not called complete.
    """
    kept: list[T] = []
    scanned = 0
    place: C | None = first
    seen: list[C] = []
    while place is not None and place not in seen:
        if len(kept) >= limit or scanned >= most:
            return Gathered(tuple(kept[:limit]), False, scanned)
        seen.append(place)
        page = await fetch(place)
        scanned += len(page.rows)
        kept += [row for row in page.rows if wanted(row)]
        place = page.next
    return Gathered(tuple(kept[:limit]), place is None and len(kept) <= limit, scanned)

"""Rows of a table, read page by page."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from opsloom.adapter_api.call import Call
from opsloom.adapter_api.paging import Fetched, read_pages
from opsloom.model.limits import PROVIDER_ROWS_MAX
from opsloom.model.window import Window
from opsloom_adapters.servicenow import wire
from opsloom_adapters.servicenow.client import ServicenowClient

R = TypeVar("R", bound=wire.Row)
T = TypeVar("T")

_PAGE_ROWS_MIN = 100
_PAGE_ROWS_MAX = 1_000


@dataclass(frozen=True)
class Question(Generic[R]):
    """``query`` is encoded and sorted. ``table`` is that of ``row`` where ``None``."""

    row: type[R]
    query: str
    table: str | None = None
    window: Window | None = None
    link: str | None = None

    def __str__(self) -> str:
        return f"GET /table/{self.table or self.row.table}?sysparm_query={self.query}"


@dataclass(frozen=True)
class Found(Generic[T]):
    """``hidden`` counts the rows that the user may not read; ``total`` is ``None`` where nobody can tell."""

    rows: tuple[T, ...]
    complete: bool
    total: int | None
    hidden: int

    @property
    def notes(self) -> tuple[str, ...]:
        if not self.hidden:
            return ()
        return (
            f"ServiceNow hides {self.hidden} more rows from this user (its access rules); what they say is not known",
        )


async def read_table(
    client: ServicenowClient,
    question: Question[R],
    call: Call,
    *,
    of: Callable[[R], T],
    wanted: Callable[[T], bool] = lambda _one: True,
    limit: int,
    most: int = PROVIDER_ROWS_MAX,
) -> Found[T]:
    """The first ``limit`` rows that are ``wanted``, each as ``of`` makes it.

    ``wanted`` checks what the query asked for: an instance leaves out conditions that it does not understand, and
    then all rows fit.
    """
    page_rows = min(max(limit, _PAGE_ROWS_MIN), _PAGE_ROWS_MAX)
    hidden = unwanted = 0
    total: int | None = None

    async def fetch(offset: int) -> Fetched[T, int]:
        nonlocal hidden, total, unwanted
        page = await client.rows(
            call, question.row, question.query, limit=page_rows, table=question.table, offset=offset,
            window=question.window, link=question.link,
        )  # fmt: skip
        rows = [of(row) for row in page.rows]
        hidden += page.hidden
        unwanted += sum(not wanted(row) for row in rows)
        total = page.total
        after = offset + page_rows
        more = after < total if total is not None else len(rows) == page_rows
        return Fetched(rows, after if more else None)

    found = await read_pages(fetch, 0, limit=min(limit, most), wanted=wanted, most=most)
    complete = found.complete and not hidden
    counted = len(found.rows) if complete else (None if hidden or unwanted else total)
    return Found(found.rows, complete, counted, hidden)

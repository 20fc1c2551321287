"""Listing what stands as it is now, without a window: one page, cut at the limit."""

from collections.abc import Callable
from typing import Any, TypeVar

from opsloom.model.page import Page
from opsloom.providers.operations import Operation
from opsloom.tools.answer import Answer, Cell
from opsloom.tools.context import ToolContext
from opsloom.tools.gather import gather

Q = TypeVar("Q")
R = TypeVar("R")


async def list_standing(
    context: ToolContext,
    operation: Operation[Q, Page[R]],
    query: Q,
    limit: int,
    columns: tuple[str, ...],
    key: Callable[[str, R], Any],
    cells: Callable[[str, R], list[Cell]],
) -> Answer:
    """The first ``limit`` rows of all sources in the order of ``key``; both functions get the instance of a row."""
    found = await gather(context, operation, query)
    rows = sorted(found.rows, key=lambda row: key(*row))
    notes = list(found.notes)
    if found.cut:
        notes.append(f"{', '.join(sorted(found.cut))}: more rows match; narrow the question or raise limit")
    elif len(rows) > limit:
        notes.append(f"{len(rows) - limit} more rows match; narrow the question or raise limit")
    return Answer(
        columns=columns,
        rows=[cells(*row) for row in rows[:limit]],
        sources=found.sources,
        now=context.now,
        total=found.total,
        notes=notes,
        evidence=found.evidence,
    )

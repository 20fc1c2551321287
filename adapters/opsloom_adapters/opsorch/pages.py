"""What of a query's rows goes into an answer, and what is said of the others."""

from collections.abc import Sequence
from typing import TypeVar

from opsloom.model.page import Page
from opsloom_adapters.opsorch.client import Found

T = TypeVar("T")
W = TypeVar("W")

_NOT_WHOLE = (
    "OpsOrch takes no time and has no pages: its provider gave as many rows as it was asked for, "
    "and does not tell which it left out; see most_rows"
)


def page_of(found: Found[W], wanted: Sequence[T], limit: int, query: str) -> Page[T]:
    """The first ``limit`` of ``wanted``, which are those of ``found`` that were asked for, in our order."""
    return Page(
        rows=tuple(wanted[:limit]),
        total=len(wanted) if found.whole else None,
        complete=found.whole and len(wanted) <= limit,
        query=query,
        notes=() if found.whole else (_NOT_WHOLE,),
    )

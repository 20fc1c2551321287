"""Answers without rows, and why there are none."""

from collections.abc import Iterable
from typing import Any

from opsloom.model.page import Page


def no_such_service(name: str) -> Page[Any]:
    """PagerDuty would take a search without a service id as one for all services."""
    note = "PagerDuty has no service of exactly that name; names are those of the service directory"
    return Page(rows=(), total=0, query=f"GET /services query={name}", notes=(note,))


def no_such_team(name: str) -> Page[Any]:
    return Page(
        rows=(), total=0, query=f"GET /teams query={name}", notes=("PagerDuty has no team of exactly that name",)
    )


def no_such_status(words: Iterable[str]) -> Page[Any]:
    return Page(rows=(), total=0, query="nothing", notes=(f"incidents of PagerDuty are {', '.join(words)} only",))

"""Services by name. Names need not be unique, and a selector that fits nothing must never mean everything."""

from datetime import datetime, timedelta
from typing import Any

from opsloom.adapter_api.call import Call
from opsloom.model.page import Page
from opsloom.model.window import Window
from opsloom_adapters.dynatrace import wire
from opsloom_adapters.dynatrace.client import DynatraceClient
from opsloom_adapters.dynatrace.selectors import services_named

_SEEN_WITHIN = timedelta(days=3)
"""Dynatrace's own default: a service that is down, or idle, is still a service."""


def seen_until(moment: datetime) -> Window:
    """When an entity must have been seen to count at ``moment``."""
    return Window(start=moment - _SEEN_WITHIN, end=moment)


def seen_around(window: Window) -> Window:
    """When an entity must have been seen to count in ``window``."""
    return Window(start=window.start - _SEEN_WITHIN, end=window.end)


async def find_services(
    client: DynatraceClient, name: str, window: Window, call: Call, fields: str = "+tags"
) -> tuple[wire.Entity, ...]:
    """The services of exactly this name that were seen around ``window``."""
    found = await client.entities(
        call, services_named(name), seen_around(window), fields, wanted=lambda one: one.display_name == name
    )
    return found.rows


def no_such_service(name: str) -> Page[Any]:
    note = f"Dynatrace has seen no service of exactly that name since {_SEEN_WITHIN.days} days before the window"
    return Page(rows=(), total=0, query=f"entities {services_named(name)}", notes=(note,))

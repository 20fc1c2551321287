"""What we need of Acme's replies, and nothing else; what it adds tomorrow is ignored.

Source: https://docs.example.com/acme/api
"""

from pydantic import AwareDatetime, TypeAdapter

from opsloom.adapter_api.json_shapes import Wire


class WireAlert(Wire):
    """``service`` and ``closed_at`` are null where there is none."""

    id: str
    title: str
    state: str
    priority: str = ""
    service: str | None = None
    opened_at: AwareDatetime
    closed_at: AwareDatetime | None = None


class WireAlerts(Wire):
    """One page; ``alerts`` is required, so that ``{}`` never reads as "no alerts"."""

    alerts: list[WireAlert]
    next: int | None = None


class WireVersion(Wire):
    """What the server is."""

    version: str


ALERT = TypeAdapter(WireAlert)
ALERTS = TypeAdapter(WireAlerts)
VERSION = TypeAdapter(WireVersion)

"""Exchanges as adapters capture them, for tests."""

from datetime import UTC, datetime
from typing import Any

from opsloom.model.evidence import Exchange
from opsloom.model.window import Window

RECEIVED_AT = datetime(2026, 3, 3, 9, 21, tzinfo=UTC)


def exchange(**changed: Any) -> Exchange:
    """One answer of Prometheus; name what shall be different."""
    fields: dict[str, Any] = {
        "instance": "prom-eu",
        "adapter": "prometheus",
        "method": "GET",
        "url": "http://prom.example/api/v1/query",
        "parameters": (("query", "up"), ("time", "1772518860")),
        "status": 200,
        "media_type": "application/json",
        "body": b'{"status":"success"}',
        "received_at": RECEIVED_AT,
        "window": Window(start=datetime(2026, 3, 3, 8, 21, tzinfo=UTC), end=RECEIVED_AT),
        "link": "http://prom.example/graph?g0.expr=up",
    }
    return Exchange(**{**fields, **changed})

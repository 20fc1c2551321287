"""How these tests ask Datadog: canned replies at the edge of the network."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from fnmatch import fnmatchcase
from typing import Any

import httpx

from opsloom.model.window import Window
from opsloom_adapters.datadog import DatadogAdapter
from tests.adapters.canned import Answering, Configured, name_of

INSTANCE = "dd-eu"
NOW = datetime(2026, 3, 3, 9, 21, tzinfo=UTC)
WINDOW = Window(start=NOW - timedelta(hours=1), end=NOW)
HOSTILE = 'x"} OR service:* \\ (a'

DATADOG = Configured(
    DatadogAdapter,
    INSTANCE,
    NOW,
    {
        "base_url": "https://api.datadoghq.com",
        "api_key": {"env": "API"},
        "app_key": {"env": "APP"},
        "write_app_key": {"env": "WRITE"},
    },
    writing=True,
)
connected, call_at = DATADOG.connected, DATADOG.call_at


class Datadog(Answering):
    """Answers ``METHOD path`` (``*`` stands for anything) with JSON, a response, or a list of them, one at a time."""

    def __init__(self, replies: Mapping[str, Any]) -> None:
        super().__init__()
        self.replies = {name: list(said) if isinstance(said, list) else [said] for name, said in replies.items()}

    @property
    def asked(self) -> list[str]:
        return [name_of(request) for request in self.requests]

    @property
    def bodies(self) -> list[Any]:
        return [json.loads(request.content) for request in self.requests if request.content]

    def reply_to(self, request: httpx.Request) -> Any:
        said = next(said for name, said in self.replies.items() if fnmatchcase(name_of(request), name))
        return said.pop(0) if len(said) > 1 else said[0]

"""How these tests ask Slack: canned replies of its Web API at the edge of the network.

The shapes: https://docs.slack.dev/reference/methods
"""

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs

import httpx

from opsloom.model.messages import MessageQuery
from opsloom.model.window import Window
from opsloom_adapters.slack import SlackAdapter
from tests.adapters.canned import Answering, Configured

INSTANCE = "chat-eu"
NOW = datetime(2026, 3, 3, 9, 21, tzinfo=UTC)
WORKSPACE = "https://acme.slack.com"
CHANNEL = "C012AB3CD"
TS = "1772529600.000100"

SLACK = Configured(
    SlackAdapter,
    INSTANCE,
    NOW,
    {
        "token": {"env": "SLACK_TOKEN"},
        "write_token": {"env": "SLACK_WRITE_TOKEN"},
        "user_names": False,
        "channels": ["inc-*"],
    },
    writing=True,
)
connected, call_at = SLACK.connected, SLACK.call_at


def message_query(**asked: Any) -> MessageQuery:
    window = Window(start=NOW - timedelta(days=1), end=NOW)
    return MessageQuery(**{"window": window, "channel": CHANNEL, "limit": 50, **asked})


def message(text: str = "checkout is down", ts: str = TS, **more: Any) -> dict[str, Any]:
    return {"type": "message", "user": "U012AB3CDE", "text": text, "ts": ts, **more}


def marked(marker: str, **more: Any) -> dict[str, Any]:
    metadata = {"event_type": "opsloom_action", "event_payload": {"marker": marker}}
    return message(**{"metadata": metadata, "bot_id": "B012AB3CD", **more})


def messages(*heard: dict[str, Any], cursor: str = "", **more: Any) -> dict[str, Any]:
    reply = {"ok": True, "messages": list(heard), "has_more": bool(cursor), **more}
    return {**reply, "response_metadata": {"next_cursor": cursor}} if cursor else reply


def channel(name: str = "inc-42", number: str = CHANNEL, **more: Any) -> dict[str, Any]:
    return {"id": number, "name": name, "created": 1772500000, "is_archived": False, "is_private": False, **more}


def channels(*listed: dict[str, Any], cursor: str = "") -> dict[str, Any]:
    return {"ok": True, "channels": list(listed), "response_metadata": {"next_cursor": cursor}}


def user(name: str, number: str = "U012AB3CDE") -> dict[str, Any]:
    return {"ok": True, "user": {"id": number, "name": "login", "profile": {"display_name": name, "real_name": ""}}}


class Slack(Answering):
    """Answers by method (``conversations_history``), one after the other where a list of replies is given."""

    def __init__(self, **replies: Any) -> None:
        super().__init__()
        identity = {"ok": True, "url": f"{WORKSPACE}/", "team": "acme"}
        told = {"conversations_info": {"ok": True, "channel": channel()}, "auth_test": identity, **replies}
        self._replies = {name.replace("_", "."): reply for name, reply in told.items()}

    def reply_to(self, request: httpx.Request) -> Any:
        name = request.url.path.removeprefix("/api/")
        reply = self._replies[name]
        return reply.pop(0) if isinstance(reply, list) else reply

    def asked(self, method: str) -> list[dict[str, str]]:
        """The parameters of the requests to ``method``, of the address or the form."""
        found = [request for request in self.requests if request.url.path == f"/api/{method}"]
        return [
            dict(request.url.params) | {name: values[0] for name, values in parse_qs(request.content.decode()).items()}
            for request in found
        ]


def refused(error: str, **more: Any) -> dict[str, Any]:
    return {"ok": False, "error": error, **more}

"""The contract of adapters, kept by the Slack adapter.

What the trimmed schema lacks is documented at https://docs.slack.dev/reference/methods.
"""

import json
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

import httpx

from opsloom.adapter_api.capabilities import ChatReader
from opsloom.adapter_api.contract_kit import CannedReply
from opsloom.model.changes import ArchiveChannel, CreateChannel, SendMessage
from opsloom.model.messages import MessageQuery
from opsloom.model.window import Window
from opsloom_adapters.slack import SlackAdapter
from tests.contract.spec import SpecContract

_NOW = datetime(2026, 3, 3, 9, 21, tzinfo=UTC)
_DAY = Window(start=_NOW - timedelta(days=1), end=_NOW)
_UNTRIMMED = {
    "undeclared form field 'metadata'": "https://docs.slack.dev/messaging/message-metadata",
    "undeclared query parameter 'include_all_metadata'": "https://docs.slack.dev/messaging/message-metadata",
}
"""What single arguments the trimmed schema lacks -> the page that documents them; all else is held against it."""


def _message(ts: str, text: str, **more: Any) -> dict[str, Any]:
    return {"type": "message", "ts": ts, "text": text, "user": "U012AB3CDE", **more}


def _channel(number: str, name: str) -> dict[str, Any]:
    nothing = {"value": "", "creator": "", "last_set": 0}
    return {
        "id": number,
        "name": name,
        "name_normalized": name,
        "created": 1772500000,
        "creator": "U012AB3CDE",
        "is_archived": False,
        "is_channel": True,
        "is_general": False,
        "is_mpim": False,
        "is_group": False,
        "is_org_shared": False,
        "is_im": False,
        "is_shared": False,
        "is_private": False,
        "topic": nothing,
        "purpose": nothing,
    }


def _replies(request: httpx.Request) -> dict[str, Any]:
    """The whole thread, or the one message that is asked for."""
    began = _message("1772529600.000100", "checkout is down", thread_ts="1772529600.000100", reply_count=1)
    reply = _message("1772529660.000200", "on it", thread_ts="1772529600.000100", parent_user_id="U012AB3CDE")
    marked = {"event_type": "opsloom_action", "event_payload": {"marker": "opsloom-1a2b3c4d"}}
    if request.url.params["ts"] == "1772529700.000300":
        return {"ok": True, "messages": [_message("1772529700.000300", "we look at it", metadata=marked)]}
    return {"ok": True, "messages": [began, reply], "has_more": False}


_IDENTITY = {
    "ok": True,
    "url": "https://acme.slack.com/",
    "team": "acme",
    "user": "opsloom",
    "team_id": "T012AB3CD",
    "user_id": "U0OPSLOOM",
    "bot_id": "B012AB3CD",
}
_PROFILE = {"real_name": "On call", "display_name": "oncall-a", "avatar_hash": "g1", "team": "T012AB3CD"}
_SENT = {"ok": True, "channel": "C012AB3CD", "ts": "1772529700.000300"}


class TestSlack(SpecContract):
    adapter = SlackAdapter
    settings: ClassVar = {
        "adapter": "slack",
        "base_url": "http://slack.test/api",
        "token": {"env": "SLACK_TOKEN"},
        "write_token": {"env": "SLACK_WRITE_TOKEN"},
        "channels": ["inc-*"],
    }
    specs: ClassVar = {"slack": ""}
    beyond_schema: ClassVar = {
        "GET /conversations.info": "https://docs.slack.dev/reference/methods/conversations.info",
        "GET /users.info": "https://docs.slack.dev/reference/methods/users.info",
        "POST /conversations.archive": "https://docs.slack.dev/reference/methods/conversations.archive",
    }
    now = _NOW
    questions: ClassVar = {
        ChatReader.search_messages: [
            MessageQuery(window=_DAY, channel="#inc-42", limit=100),
            MessageQuery(window=_DAY, channel="C012AB3CD", thread="C012AB3CD:1772529600.000100", limit=100),
        ]
    }
    replies: ClassVar = {
        "GET /conversations.list": {
            "ok": True,
            "channels": [_channel("C012AB3CD", "inc-42"), _channel("C061EG9T2", "random")],
            "response_metadata": {"next_cursor": ""},
        },
        "GET /conversations.info": {"ok": True, "channel": _channel("C012AB3CD", "inc-42")},
        "GET /conversations.history": {
            "ok": True,
            "messages": [
                _message("1772529700.000300", "deployed by <@U061F7AUR>"),
                _message("1772529600.000100", "checkout is down", reply_count=1),
            ],
            "has_more": False,
            "pin_count": 0,
            "channel_actions_ts": None,
            "channel_actions_count": 0,
        },
        "GET /conversations.replies": _replies,
        "GET /users.info": {"ok": True, "user": {"id": "U012AB3CDE", "name": "oncall-a", "profile": _PROFILE}},
        "GET /auth.test": _IDENTITY,
        "POST /chat.postMessage": {**_SENT, "message": _message("1772529700.000300", "we look at it")},
        "POST /chat.update": {**_SENT, "text": "fixed", "message": {"text": "fixed"}},
        "POST /conversations.create": {"ok": True, "channel": _channel("C099ZZ9ZZ", "inc-43")},
        "POST /conversations.archive": CannedReply(json.dumps({"ok": True}).encode()),
    }
    optional_requests: ClassVar = {"GET /users.info": "people are shown by id then, and a note says so"}
    changes: ClassVar = (
        SendMessage(channel="#inc-42", text="we look at it", thread="1772529600.000100"),
        SendMessage(channel="inc-42", text="we look at it"),
        SendMessage(channel="C012AB3CD", text="fixed", replaces="C012AB3CD:1772529700.000300"),
        CreateChannel(name="inc-43"),
        ArchiveChannel(channel="C012AB3CD"),
    )

    def _errors(self, request: httpx.Request, path: str, said: CannedReply) -> list[str]:
        """The document's paths begin with ``/api``, which is the end of ``base_url``."""
        return [one for one in super()._errors(request, f"/api{path}", said) if one not in _UNTRIMMED]

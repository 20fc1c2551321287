"""The contract of adapters, kept by the Roundup adapter."""

from typing import Any, ClassVar

from opsloom.adapter_api.contract_kit import HttpAdapterContract, Words
from opsloom.model.tickets import TicketStatus
from opsloom_adapters.roundup import RoundupAdapter
from opsloom_adapters.roundup.config import RoundupConfig
from opsloom_adapters.roundup.mapping import status_of

_SETTINGS = {
    "adapter": "roundup",
    "base_url": "http://tracker.test/shop",
    "username": "opsloom",
    "password": {"env": "TRACKER_PASSWORD"},
}


def _linked(kind: str, number: str, **label: str) -> dict[str, str]:
    return {"id": number, "link": f"http://tracker.test/shop/rest/data/{kind}/{number}", **label}


def _properties(title: str, status: str) -> dict[str, Any]:
    return {
        "title": title,
        "status": _linked("status", "3", name=status),
        "priority": _linked("priority", "2", name="urgent"),
        "assignedto": None,
        "creator": _linked("user", "1", username="oncall-a"),
        "creation": "2026-03-03.08:00:00",
        "activity": "2026-03-03.09:00:00",
    }


class TestRoundup(HttpAdapterContract):
    adapter = RoundupAdapter
    settings: ClassVar = _SETTINGS
    replies: ClassVar = {
        "GET /rest/data/issue": {
            "data": {
                "collection": [
                    {**_linked("issue", "1"), **_properties("checkout is slow", "chatting")},
                    {**_linked("issue", "2"), **_properties("checkout is down", "resolved")},
                ],
                "@total_size": 2,
            }
        },
        "GET /rest/data/issue/*": {
            "data": {
                **_linked("issue", "1"),
                "type": "issue",
                "attributes": {
                    **_properties("checkout is slow", "chatting"),
                    "messages": [_linked("msg", "7", activity="2026-03-03.08:00:00")],
                },
            }
        },
        "GET /rest/data/msg/*": {
            "data": {**_linked("msg", "7"), "type": "msg", "attributes": {"content": "Since 08:00."}}
        },
        "GET /rest/data": {"data": {"issue": {"link": "http://tracker.test/shop/rest/data/issue"}}},
    }
    words: ClassVar = {
        TicketStatus: Words(
            lambda name: status_of(name, RoundupConfig.model_validate(_SETTINGS)),
            (
                *("unread", "deferred", "chatting", "need-eg"),
                *("in-progress", "testing", "done-cbb", "resolved"),
            ),
        )
    }

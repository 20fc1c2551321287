"""The contract of adapters, kept by the Roundup adapter."""

from typing import Any, ClassVar

from opsloom.adapter_api.contract_kit import CannedReply, HttpAdapterContract, Words
from opsloom.model.changes import CreateTicket, UpdateTicket
from opsloom.model.tickets import TicketStatus
from opsloom_adapters.roundup import RoundupAdapter
from opsloom_adapters.roundup.config import RoundupConfig
from opsloom_adapters.roundup.mapping import status_of

_SETTINGS = {
    "adapter": "roundup",
    "base_url": "http://tracker.test/shop",
    "username": "opsloom",
    "password": {"env": "TRACKER_PASSWORD"},
    "write_username": "opsloom-writer",
    "write_password": {"env": "TRACKER_WRITER_PASSWORD"},
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


def _collection(kind: str, *names: str) -> dict[str, Any]:
    items = [_linked(kind, str(number), name=name) for number, name in enumerate(names, start=1)]
    return {"data": {"collection": items, "@total_size": len(items)}}


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
                "@etag": '"8b792b4c99584d61399882c958b66871"',
                "attributes": {
                    **_properties("checkout is slow", "chatting"),
                    "messages": [_linked("msg", "7", activity="2026-03-03.08:00:00")],
                },
            }
        },
        "GET /rest/data/msg/*": {
            "data": {**_linked("msg", "7"), "type": "msg", "attributes": {"content": "Since 08:00."}}
        },
        "GET /rest/data/status": _collection("status", "unread", "chatting", "in-progress", "resolved"),
        "GET /rest/data/priority": _collection("priority", "critical", "urgent"),
        "GET /rest/data/msg": {"data": {"collection": [_linked("msg", "7")], "@total_size": 1}},
        "POST /rest/data/msg": CannedReply(b'{"data": {"id": "12", "link": "msg/12"}}', status=201),
        "POST /rest/data/issue": CannedReply(b'{"data": {"id": "31", "link": "issue/31"}}', status=201),
        "PUT /rest/data/issue/*": {"data": {"id": "1", "type": "issue", "attribute": {"status": "4"}}},
        "GET /rest/data": {"data": {"issue": {"link": "http://tracker.test/shop/rest/data/issue"}}},
    }
    changes: ClassVar = (
        CreateTicket(title="checkout is slow", description="Since 08:00.", priority="urgent"),
        UpdateTicket(ticket="issue1", status=TicketStatus.CLOSED, comment="done"),
    )
    words: ClassVar = {
        TicketStatus: Words(
            lambda name: status_of(name, RoundupConfig.model_validate(_SETTINGS)),
            (
                *("unread", "deferred", "chatting", "need-eg"),
                *("in-progress", "testing", "done-cbb", "resolved"),
            ),
        )
    }

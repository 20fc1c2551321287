"""The contract of adapters, kept by the Opsgenie adapter.

The document at hand is trimmed: what it lacks is in the whole one (https://github.com/opsgenie/opsgenie-oas) and on the
pages named here.
"""

import json
from typing import Any, ClassVar

from opsloom.adapter_api.contract_kit import CannedReply, Words
from opsloom.model.alerts import AlertStatus, Severity
from opsloom.model.changes import AcknowledgeAlert, UnacknowledgeAlert, UpdateAlert
from opsloom_adapters.opsgenie import OpsgenieAdapter
from opsloom_adapters.opsgenie.mapping import status_of
from tests.contract.spec import SpecContract

_DOCS = "https://docs.opsgenie.com/docs"
_TEAM = {"id": "90098alp9-f0e3-41d3-a060-0ea895027630", "name": "payments", "description": "team of payments"}
_ONLY_PAGE = {"first": "https://api.opsgenie.com/v2/...offset=0", "last": "https://api.opsgenie.com/v2/...offset=0"}
_FIRST = "70413a06-38d6-4c85-92b8-5ebc900d42e2-1772528400000"
_SECOND = "8743a1b2-11da-480e-8493-744660987bef-1772528500000"


def _said(data: Any, **more: Any) -> dict[str, Any]:
    return {"data": data, "took": 0.011, "requestId": "ddbba4fb-13d1-4a5c-8a9b-3b9b9f5dbd0f", **more}


def _alert(alert: str, priority: str, status: str, **more: Any) -> dict[str, Any]:
    return {
        "id": alert,
        "tinyId": "1791",
        "alias": "checkout/HighErrorRate",
        "message": "5 % of requests fail",
        "status": status,
        "acknowledged": False,
        "isSeen": True,
        "tags": ["service:checkout", "critical"],
        "snoozed": False,
        "count": 79,
        "lastOccurredAt": "2026-03-03T09:19:09.123Z",
        "createdAt": "2026-03-03T09:00:00.511Z",
        "updatedAt": "2026-03-03T09:20:01.500Z",
        "source": "prometheus",
        "owner": "",
        "priority": priority,
        "responders": [{"type": "team", "id": _TEAM["id"]}],
        "integration": {"id": "4513b7ea-3b91-438f-b7e4-e3e54af9147c", "name": "prometheus", "type": "Prometheus"},
        **more,
    }


def _whole(alert: str, **more: Any) -> dict[str, Any]:
    details = {"service": "checkout", "alertname": "HighErrorRate"}
    return _said(_alert(alert, "P1", "open", description="checkout fails", details=details, entity="", **more))


_ACCEPTED = CannedReply(
    json.dumps({"result": "Request will be processed", "took": 0.107, "requestId": "43a29c5c"}).encode(), status=202
)
_OWNER = {"id": _TEAM["id"], "name": "payments"}
_SCHEDULE = {"id": "d875alp4-9b4e-4219-alp3-0c26936d18de", "name": "payments_schedule", "enabled": True}


class TestOpsgenie(SpecContract):
    adapter = OpsgenieAdapter
    settings: ClassVar = {
        "adapter": "opsgenie",
        "base_url": "http://opsgenie.test",
        "web_url": "http://shop.opsgenie.test",
        "token": {"env": "OPSGENIE_KEY"},
        "write_token": {"env": "OPSGENIE_WRITE_KEY"},
    }
    specs: ClassVar = {"opsgenie": ""}
    beyond_schema: ClassVar = {
        "GET /v1/services": f"{_DOCS}/service-api#list-services",
        "GET /v2/teams/*": f"{_DOCS}/team-api#get-team",
        "GET /v2/schedules/*/timeline": f"{_DOCS}/schedule-api#get-schedule-timeline",
        "POST /v2/alerts/*/unacknowledge": f"{_DOCS}/alert-api#unacknowledge-alert",
        "POST /v2/alerts/*/snooze": f"{_DOCS}/alert-api#snooze-alert",
        "POST /v2/alerts/*/escalate": f"{_DOCS}/alert-api#escalate-alert-to-next",
        "POST /v2/alerts/*/close": f"{_DOCS}/alert-api#close-alert",
    }
    replies: ClassVar = {
        "GET /v2/alerts": _said([_alert(_SECOND, "P1", "open"), _alert(_FIRST, "P3", "closed")], paging=_ONLY_PAGE),
        "GET /v2/alerts/*/notes": _said(
            [
                {
                    "note": "(opsloom-7k2m9q4r: ...)",
                    "owner": "opsloom",
                    "createdAt": "2026-03-03T09:21:00Z",
                    "offset": "1",
                }
            ],
            paging=_ONLY_PAGE,
        ),
        f"GET /v2/alerts/{_SECOND}": _whole(_SECOND),
        f"GET /v2/alerts/{_FIRST}": _whole(_FIRST, acknowledged=True),
        "POST /v2/alerts/*": _ACCEPTED,
        "GET /v2/teams": _said([_TEAM], expandable=["member"]),
        "GET /v2/teams/*": _said({**_TEAM, "members": [{"user": {"id": "1", "username": "oncall-a"}, "role": "user"}]}),
        "GET /v1/services": _said(
            [
                {"id": "s1", "name": "checkout", "teamId": _TEAM["id"], "tags": []},
                {"id": "s2", "name": "web", "teamId": _TEAM["id"], "tags": []},
            ],
            paging=_ONLY_PAGE,
        ),
        "GET /v2/schedules": _said([{**_SCHEDULE, "timezone": "UTC", "ownerTeam": _OWNER}], expandable=["rotation"]),
        "GET /v2/schedules/*/timeline": _said(
            {
                "_parent": _SCHEDULE,
                "startDate": "2026-03-03T09:21:00Z",
                "endDate": "2026-03-04T09:21:00Z",
                "finalTimeline": {
                    "rotations": [
                        {
                            "id": "r1",
                            "name": "Rot1",
                            "order": 1,
                            "periods": [
                                {
                                    "startDate": "2026-03-03T08:00:00Z",
                                    "endDate": "2026-03-03T20:00:00Z",
                                    "type": "default",
                                    "recipient": {"id": "1", "type": "user", "name": "oncall-a"},
                                }
                            ],
                        }
                    ]
                },
            },
            expandable=["base"],
        ),
        "GET /v2/escalations": _said(
            [
                {
                    "id": "e1",
                    "name": "payments_escalation",
                    "ownerTeam": _OWNER,
                    "rules": [
                        {
                            "condition": "if-not-acked",
                            "notifyType": "default",
                            "delay": {"timeAmount": 5, "timeUnit": "minutes"},
                            "recipient": {"type": "user", "id": "1", "name": "oncall-a"},
                        }
                    ],
                }
            ]
        ),
    }
    changes: ClassVar = (
        AcknowledgeAlert(alert=_SECOND, comment="looking"),
        UnacknowledgeAlert(alert=_FIRST),
        UpdateAlert(alert=_SECOND, comment="seen"),
        UpdateAlert(alert=_SECOND, snooze_seconds=1_800),
        UpdateAlert(alert=_SECOND, escalate_to="payments_escalation", comment="help"),
        UpdateAlert(alert=_SECOND, close=True),
    )
    optional_requests: ClassVar = {"GET /v2/teams": "only names of teams are missing without it, and a note says so"}
    words: ClassVar = {
        AlertStatus: Words(status_of, ("open", "closed")),
        Severity: Words(Severity.from_word, ("P1", "P2", "P3", "P4", "P5")),
    }

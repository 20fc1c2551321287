"""The contract of adapters, kept by the ServiceNow adapter.

The shapes: https://www.servicenow.com/docs/r/api-reference/rest-apis/c_TableAPI.html, asked with
``sysparm_display_value=all``. ``whoisoncall`` is not in the published reference; its reply is as public clients of it
describe it.
"""

import json
from typing import Any, ClassVar

from opsloom.adapter_api.contract_kit import CannedReply, HttpAdapterContract, Words
from opsloom.model.alerts import Severity
from opsloom.model.changes import CreateTicket, UpdateTicket
from opsloom.model.deploys import DeployStatus
from opsloom.model.incidents import IncidentStatus
from opsloom.model.tickets import TicketStatus
from opsloom_adapters.servicenow import ServicenowAdapter
from opsloom_adapters.servicenow.config import ServicenowConfig
from opsloom_adapters.servicenow.mapping import (
    SEVERITY_OF_PRIORITY,
    STATUS_OF_CHANGE_STATE,
    STATUS_OF_STATE,
    change_status,
    incident_status,
    severity_of,
)

_SETTINGS = {
    "adapter": "servicenow",
    "base_url": "http://servicenow.test",
    "username": "opsloom",
    "password": {"env": "SERVICENOW_PASSWORD"},
    "write_username": "opsloom-writer",
    "write_password": {"env": "SERVICENOW_WRITER_PASSWORD"},
}
_CONFIG = ServicenowConfig.model_validate(_SETTINGS)
_INCIDENT_ID = "a9e30c7dc61122760116894de7bcc7bd"
_GROUP_ID = "8a4dde73c6112278017a6a4baf547aa7"
_USER_ID = "46c6f9efa9fe198101ddf5eed9adf6e7"


def _row(sys_id: str, **columns: str | tuple[str, str]) -> dict[str, Any]:
    """Columns of one text, or of a value and what is displayed of it."""
    pairs = {name: cell if isinstance(cell, tuple) else (cell, cell) for name, cell in columns.items()}
    cells = {name: {"display_value": label, "value": value} for name, (value, label) in pairs.items()}
    return {"sys_id": {"display_value": sys_id, "value": sys_id}, **cells}


def _rows(*rows: dict[str, Any]) -> CannedReply:
    headers = {"content-type": "application/json;charset=UTF-8", "x-total-count": str(len(rows))}
    return CannedReply(json.dumps({"result": list(rows)}).encode(), headers=headers)


def _incident(sys_id: str, number: str, state: tuple[str, str], **columns: str | tuple[str, str]) -> dict[str, Any]:
    return _row(
        sys_id,
        **{
            "number": number,
            "short_description": "checkout is slow",
            "description": "Since 08:00.",
            "state": state,
            "priority": ("1", "1 - Critical"),
            "assignment_group": (_GROUP_ID, "payments"),
            "assigned_to": (_USER_ID, "On-call A"),
            "assigned_to.user_name": "oncall-a",
            "business_service": ("27d32778c0a8000b00db970eeaa60f16", "checkout"),
            "service_offering": "",
            "cmdb_ci": "",
            "opened_at": ("2026-03-03 08:05:00", "2026-03-03 00:05:00"),
            "resolved_at": "",
            "closed_at": "",
            "sys_created_on": ("2026-03-03 08:05:00", "2026-03-03 00:05:00"),
            "sys_updated_on": ("2026-03-03 09:00:00", "2026-03-03 01:00:00"),
            **columns,
        },
    )


_TICKET = _incident(
    _INCIDENT_ID,
    "INC0000046",
    ("2", "In Progress"),
    sys_mod_count="12",
    correlation_id="opsloom-7k2m9q4r",
    close_code="",
    close_notes="",
    work_notes=("", "2026-03-03 01:00:00 - On-call A (Work notes)\nSeen. (opsloom-7k2m9q4r)\n\n"),
)
_CHANGE = _row(
    "c83c5e5347c12200e0ef563dbb9a7190",
    **{
        "number": "CHG0030001",
        "short_description": "checkout 4.2",
        "state": ("3", "Closed"),
        "type": ("normal", "Normal"),
        "category": "Software",
        "risk": ("4", "Low"),
        "close_code": ("successful", "Successful"),
        "assigned_to.user_name": "oncall-a",
        "business_service": ("27d32778c0a8000b00db970eeaa60f16", "checkout"),
        "start_date": ("2026-03-03 08:00:00", "2026-03-03 00:00:00"),
        "work_start": ("2026-03-03 08:01:00", "2026-03-03 00:01:00"),
        "sys_created_on": ("2026-03-01 08:00:00", "2026-03-01 00:00:00"),
    },
)
_SERVICE = _row(
    "27d32778c0a8000b00db970eeaa60f16",
    **{
        "name": "checkout",
        "short_description": "Takes payments",
        "sys_class_name": ("cmdb_ci_service_discovered", "Application Service"),
        "operational_status": ("1", "Operational"),
        "busines_criticality": "1 - most critical",
        "support_group": (_GROUP_ID, "payments"),
        "support_group.email": "payments@example.com",
        "owned_by": (_USER_ID, "On-call A"),
    },
)
_RELATIONSHIP = _row(
    "0e8ffb1537303100dcd445cbbebe5d40",
    **{
        "parent.name": "checkout",
        "parent.sys_class_name": "cmdb_ci_service_discovered",
        "child.name": "orders-db",
        "child.sys_class_name": "cmdb_ci_db_mysql_instance",
        "type.name": "Depends on::Used by",
    },
)


class TestServicenow(HttpAdapterContract):
    adapter = ServicenowAdapter
    settings: ClassVar = _SETTINGS
    replies: ClassVar = {
        "GET /api/now/v2/table/incident": _rows(
            _TICKET, _incident("d71f7935c0a8016700802b64c67c11c6", "INC0000045", ("6", "Resolved"))
        ),
        f"GET /api/now/v2/table/incident/{_INCIDENT_ID}": {"result": _TICKET},
        "GET /api/now/v2/table/sys_journal_field": _rows(
            _row(
                "b6c1d7c1c0a8016400f7f2d7a2b2c3d4",
                element_id=_INCIDENT_ID,
                element="work_notes",
                value="Seen.",
                sys_created_on=("2026-03-03 09:00:00", "2026-03-03 01:00:00"),
                sys_created_by="oncall-a",
            )
        ),
        "GET /api/now/v2/table/change_request": _rows(_CHANGE),
        "GET /api/now/v2/table/change_request/c83c5e5347c12200e0ef563dbb9a7190": {"result": _CHANGE},
        "GET /api/now/v2/table/cmdb_ci_service": _rows(_SERVICE),
        "GET /api/now/v2/table/cmdb_rel_ci": _rows(_RELATIONSHIP),
        "GET /api/now/v2/table/sys_user_grmember": _rows(
            _row(
                "cf1f2d3ac0a8016400b5b7f75ac67b5b",
                **{"group": (_GROUP_ID, "payments"), "user": (_USER_ID, "On-call A"), "user.user_name": "oncall-a"},
            )
        ),
        "GET /api/now/v2/table/sys_user": _rows(
            _row("a8f98bb0eb32010045e1a5115206fe3a", user_name="oncall-b", name="On-call B")
        ),
        "GET /api/now/on_call_rota/whoisoncall": {
            "result": [
                {
                    "memberId": "bfc22346c3b2e9504dfbf04e050131f0",
                    "memberIds": [],
                    "userId": "a8f98bb0eb32010045e1a5115206fe3a",
                    "userIds": [],
                    "roster": "d61adfc2c3b2e9504dfbf04e05013171",
                    "rota": "db29570ac37ea9504dfbf04e0501311a",
                    "group": _GROUP_ID,
                    "escalationGroups": [],
                    "deviceId": "",
                    "deviceIds": [],
                    "isDevice": False,
                    "order": 1.0,
                    "isOverride": False,
                    "rotationScheduleId": "1b29570ac37ea9504dfbf04e050131b2",
                    "memberScheduleId": "3bc22346c3b2e9504dfbf04e050131b3",
                }
            ]
        },
        "POST /api/now/v2/table/incident": CannedReply(
            json.dumps({"result": {"sys_id": "f71f7935c0a8016700802b64c67c11c7"}}).encode(), status=201
        ),
        f"PATCH /api/now/v2/table/incident/{_INCIDENT_ID}": {"result": {"sys_id": _INCIDENT_ID}},
    }
    optional_requests: ClassVar = {
        "GET /api/now/v2/table/sys_journal_field": "a 403 is told in the timeline",
        "GET /api/now/on_call_rota/whoisoncall": "400, 403 and 404 are noted: On-Call Scheduling is a plugin",
    }
    changes: ClassVar = (
        CreateTicket(title="checkout is slow", description="Since 08:00.", service="checkout", priority="High"),
        UpdateTicket(ticket=_INCIDENT_ID, status=TicketStatus.CLOSED, comment="done", assignee="oncall-b"),
    )
    words: ClassVar = {
        IncidentStatus: Words(lambda state: incident_status(state, _CONFIG), tuple(STATUS_OF_STATE)),
        Severity: Words(severity_of, tuple(SEVERITY_OF_PRIORITY)),
        DeployStatus: Words(change_status, tuple(STATUS_OF_CHANGE_STATE)),
    }

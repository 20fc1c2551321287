"""The log as events of the Open Cybersecurity Schema Framework: class API Activity (6003), version 1.3.0.

https://schema.ocsf.io/1.3.0/classes/api_activity; one JSON object a line. What has no place in that class stands in
``unmapped``, which is the whole record.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from opsloom.audit.canonical import Json, canonical_json
from opsloom.audit.export_lines import LineFormat
from opsloom.audit.record import CallStatus, Kind

VERSION = "1.3.0"
_CATEGORY, _CLASS = 6, 6003
_READ, _OTHER = 2, 99
_ACTIVITY_NAMES = {1: "Create", 2: "Read", 3: "Update", 4: "Delete", 99: "Other"}
_ACTIVITY_OF_TOOLS = {
    "create_ticket": 1, "send_message": 1, "create_channel": 1, "page_owner": 1, "silence_alert": 1, "record_event": 1,
    "acknowledge_alert": 3, "update_alert": 3, "rollback_deploy": 3, "operate_service": 3, "toggle_flag": 3,
    "update_ticket": 3,
}  # fmt: skip
_ACTIVITY_OF_KINDS = {
    Kind.CALL_RECEIVED: _READ, Kind.CALL_FINISHED: _READ, Kind.CALL_CANCELLED: _READ, Kind.CALL_OUTCOME_UNKNOWN: _READ,
    Kind.AUDIT_READ: _READ, Kind.APPROVER_KEY_ADDED: 1, Kind.APPROVER_KEY_REVOKED: 4,
}  # fmt: skip
_SUCCESS, _FAILURE = 1, 2
_STATUS_OF_ENDS = {
    CallStatus.OK: _SUCCESS, CallStatus.PARTIAL: _SUCCESS, CallStatus.EMPTY: _SUCCESS, CallStatus.ERROR: _FAILURE,
    CallStatus.REJECTED: _FAILURE, CallStatus.UNKNOWN_TOOL: _FAILURE, CallStatus.DENIED: _FAILURE,
    CallStatus.CANCELLED: _FAILURE, "SUCCEEDED": _SUCCESS, "INEFFECTIVE": _FAILURE, "FAILED": _FAILURE,
    "STALE": _FAILURE,
}  # fmt: skip
_STATUS_NAMES = {0: "Unknown", 1: "Success", 2: "Failure"}
_INFORMATIONAL, _HIGH = 1, 4
_SEVERITY_NAMES = {1: "Informational", 4: "High"}


def _line(text: str) -> str:
    line = canonical_json(_event(json.loads(text)))
    if _text(line) != text:
        raise ValueError("it is not in canonical form")
    return line


def _text(line: str) -> str:
    return canonical_json(json.loads(line)["unmapped"])


def _event(record: Mapping[str, Any]) -> dict[str, Json]:
    activity = _activity_of(record)
    severity = _HIGH if record.get("break_glass") or record["kind"] == Kind.AUDIT_GAP else _INFORMATIONAL
    outcome = record.get("status") or record.get("to")
    status = _STATUS_OF_ENDS.get(str(outcome), 0)
    happened = record["spilled"]["at"] if "spilled" in record else record["time"]
    return {
        "category_uid": _CATEGORY,
        "category_name": "Application Activity",
        "class_uid": _CLASS,
        "class_name": "API Activity",
        "activity_id": activity,
        "activity_name": _ACTIVITY_NAMES[activity],
        "type_uid": _CLASS * 100 + activity,
        "type_name": f"API Activity: {_ACTIVITY_NAMES[activity]}",
        "time": _milliseconds(happened),
        "severity_id": severity,
        "severity": _SEVERITY_NAMES[severity],
        "status_id": status,
        "status": _STATUS_NAMES[status],
        **({} if outcome is None else {"status_code": str(outcome)}),
        "message": record["kind"],
        "actor": _actor_of(record),
        "src_endpoint": _source_of(record),
        "api": _api_of(record),
        "metadata": _metadata_of(record),
        "unmapped": record,
    }


def _activity_of(record: Mapping[str, Any]) -> int:
    """A change is what its tool does where it is carried out; planning and deciding are no CRUD of anything."""
    if record["kind"] == Kind.ACTION_MOVED and "EXECUTING" in (record.get("from"), record.get("to")):
        return _ACTIVITY_OF_TOOLS.get(record["tool"], _OTHER)
    return _ACTIVITY_OF_KINDS.get(record["kind"], _OTHER)


def _actor_of(record: Mapping[str, Any]) -> dict[str, Json]:
    actor = record.get("actor")
    if actor is None:
        return {"process": {"name": "opsloom", "uid": record["server"]}}
    return {"user": {"name": actor["user"]}, "app_name": actor["client"]["name"]}


def _source_of(record: Mapping[str, Any]) -> dict[str, Json]:
    actor = record.get("actor")
    return {"uid": record["server"]} if actor is None else {"hostname": actor["host"]}


def _api_of(record: Mapping[str, Any]) -> dict[str, Json]:
    api: dict[str, Json] = {
        "operation": record.get("target") or record.get("tool") or record.get("command") or record["kind"],
        "service": {"name": record.get("instance") or "opsloom"},
    }
    if "call" in record:
        api["request"] = {"uid": record["call"]}
    if "error" in record:
        api["response"] = {"error": record["error"]}
    return api


def _metadata_of(record: Mapping[str, Any]) -> dict[str, Json]:
    metadata: dict[str, Json] = {
        "version": VERSION,
        "product": {"name": "opsloom", "vendor_name": "opsloom"},
        "uid": record["id"],
        "sequence": record["seq"],
        "log_name": record["stream"],
        "logged_time": _milliseconds(record["time"]),
        "original_time": record["time"],
    }
    if correlated := record.get("action") or record.get("call"):
        metadata["correlation_uid"] = correlated
    return metadata


def _milliseconds(time: str) -> int:
    return round(datetime.fromisoformat(time).timestamp() * 1000)


OCSF = LineFormat("opsloom-audit-export-ocsf/1", _line, _text)

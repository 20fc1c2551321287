"""Replies of PagerDuty's REST API v2, in the shapes of its published documentation.

Sources: https://developer.pagerduty.com/api-reference/9d0b4b12e36f9-list-incidents and the other pages there,
https://developer.pagerduty.com/docs/pagination and https://developer.pagerduty.com/docs/incident-creation-api
"""

from typing import Any

API = "https://api.pagerduty.com"
WEB = "https://shop.pagerduty.com"


def reference(kind: str, native_id: str, summary: str, path: str) -> dict[str, Any]:
    return {
        "id": native_id,
        "type": f"{kind}_reference",
        "summary": summary,
        "self": f"{API}/{path}/{native_id}",
        "html_url": f"{WEB}/{path}/{native_id}",
    }


SERVICE = reference("service", "PSVC001", "checkout", "services")
TEAM = reference("team", "PTEAM01", "payments", "teams")
USER = reference("user", "PUSER01", "oncall-a", "users")
SECOND = reference("user", "PUSER02", "oncall-b", "users")
POLICY = reference("escalation_policy", "PPOL001", "payments-escalation", "escalation_policies")
SCHEDULE = reference("schedule", "PSCH001", "payments-primary", "schedules")
PRIORITY = {"id": "PPRI002", "type": "priority_reference", "summary": "P2", "self": f"{API}/priorities/PPRI002"}


def incident(native_id: str = "PINC001", **said: Any) -> dict[str, Any]:
    """An open one of the morning of 3 March 2026."""
    return {
        "id": native_id,
        "type": "incident",
        "summary": "[#1234] Checkout fails",
        "self": f"{API}/incidents/{native_id}",
        "html_url": f"{WEB}/incidents/{native_id}",
        "incident_number": 1234,
        "title": "Checkout fails",
        "created_at": "2026-03-03T09:00:00Z",
        "updated_at": "2026-03-03T09:05:00Z",
        "status": "triggered",
        "incident_key": "baf7cf21b1da41b4b0221008339ff357",
        "service": SERVICE,
        "assignments": [{"at": "2026-03-03T09:00:00Z", "assignee": USER}],
        "assigned_via": "escalation_policy",
        "last_status_change_at": "2026-03-03T09:00:00Z",
        "resolved_at": None,
        "alert_counts": {"all": 2, "triggered": 2, "resolved": 0},
        "escalation_policy": POLICY,
        "teams": [TEAM],
        "pending_actions": [],
        "acknowledgements": [],
        "priority": PRIORITY,
        "urgency": "high",
        **said,
    }


def resolved(native_id: str, created_at: str, resolved_at: str, **said: Any) -> dict[str, Any]:
    times = {"created_at": created_at, "resolved_at": resolved_at, "last_status_change_at": resolved_at}
    return incident(native_id, status="resolved", assignments=[], **times, **said)


def alert(summary: str = "5 % of requests fail", severity: str = "critical") -> dict[str, Any]:
    return {
        "id": "PALERT1",
        "type": "alert",
        "summary": summary,
        "self": f"{API}/incidents/PINC001/alerts/PALERT1",
        "html_url": f"{WEB}/alerts/PALERT1",
        "created_at": "2026-03-03T09:00:00Z",
        "status": "triggered",
        "alert_key": "baf7cf21b1da41b4b0221008339ff357",
        "service": SERVICE,
        "body": {"type": "alert_body", "details": {"region": "eu"}},
        "incident": {"id": "PINC001", "type": "incident_reference"},
        "suppressed": False,
        "severity": severity,
    }


def log_entry(kind: str, at: str, summary: str, **said: Any) -> dict[str, Any]:
    return {
        "id": f"R{kind}",
        "type": f"{kind}_log_entry",
        "summary": summary,
        "created_at": at,
        "agent": USER,
        "channel": {"type": "api"},
        "incident": {"id": "PINC001", "type": "incident_reference"},
        **said,
    }


def note(content: str) -> dict[str, Any]:
    return {"id": "PNOTE01", "user": USER, "content": content, "created_at": "2026-03-03T09:10:00Z"}


def service(native_id: str = "PSVC001", name: str = "checkout", **said: Any) -> dict[str, Any]:
    return {
        **reference("service", native_id, name, "service-directory"),
        "type": "service",
        "name": name,
        "description": "Takes the money",
        "status": "active",
        "teams": [TEAM],
        "escalation_policy": POLICY,
        **said,
    }


def named(kind: dict[str, Any], **said: Any) -> dict[str, Any]:
    """What a reference names, as its own search lists it."""
    return {**kind, "type": kind["type"].removesuffix("_reference"), "name": kind["summary"], **said}


def user(kind: dict[str, Any], email: str) -> dict[str, Any]:
    return named(kind, email=email)


def escalation_policy() -> dict[str, Any]:
    rules = [
        {"id": "PRULE01", "escalation_delay_in_minutes": 15, "targets": [SCHEDULE]},
        {"id": "PRULE02", "escalation_delay_in_minutes": 30, "targets": [SECOND]},
        {"id": "PRULE03", "escalation_delay_in_minutes": 30, "targets": [USER]},
    ]
    return named(POLICY, escalation_rules=rules, num_loops=1, services=[SERVICE], teams=[TEAM])


def on_call(
    who: dict[str, Any], level: int, start: str | None = "2026-03-03T08:00:00+01:00", **said: Any
) -> dict[str, Any]:
    return {
        "user": who,
        "schedule": SCHEDULE if start else None,
        "escalation_policy": POLICY,
        "escalation_level": level,
        "start": start,
        "end": "2026-03-10T08:00:00+01:00" if start else None,
        **said,
    }


def change_event(native_id: str = "01BBYA6PEVW6A852BUO6QYUE7O", **said: Any) -> dict[str, Any]:
    """Its services and integration come without names."""
    return {
        "id": native_id,
        "type": "change_event",
        "summary": "checkout 2.4.1 deployed",
        "timestamp": "2026-03-03T08:42:58Z",
        "source": "acme-build-pipeline",
        "integration": {"id": "PINT001", "type": "inbound_integration_reference"},
        "services": [{"id": "PSVC001", "type": "service_reference"}],
        "custom_details": {"build_state": "passed", "build_number": 2},
        "links": [{"href": "https://ci.example.com/build/2", "text": "build 2"}],
        **said,
    }


def listed(kind: str, *rows: dict[str, Any], more: bool = False) -> dict[str, Any]:
    """One page of classic paging."""
    return {kind: list(rows), "limit": 100, "offset": 0, "total": None, "more": more}

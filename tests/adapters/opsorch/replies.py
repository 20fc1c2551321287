"""What OpsOrch Core answers, in the shapes of https://github.com/OpsOrch/opsorch-core/tree/main/schema."""

from typing import Any

Json = dict[str, Any]
NEVER = "0001-01-01T00:00:00Z"
"""A time that was never set, as Go writes it."""


def alert(native_id: str = "al-1", **said: Any) -> Json:
    return {
        "id": native_id,
        "title": "Checkout latency elevated",
        "description": "p95 over 1.2 s",
        "status": "firing",
        "severity": "critical",
        "service": "checkout",
        "url": f"https://alerts.example.com/{native_id}",
        "createdAt": "2026-03-03T09:00:00Z",
        "updatedAt": "2026-03-03T09:10:00Z",
        "fields": {"team": "payments", "environment": "prod", "attempts": 3, "noisy": True, "tags": ["x"]},
        "metadata": {"source": "mock"},
        **said,
    }


def incident(native_id: str = "inc-1", **said: Any) -> Json:
    return {
        "id": native_id,
        "title": "Checkout slow in the EU",
        "description": "8 % of sessions time out",
        "status": "mitigating",
        "severity": "sev2",
        "service": "checkout",
        "url": f"https://incidents.example.com/{native_id}",
        "createdAt": "2026-03-03T08:30:00Z",
        "updatedAt": "2026-03-03T09:10:00Z",
        "fields": {"team": "payments"},
        **said,
    }


def entry(native_id: str = "t-1", at: str = "2026-03-03T08:35:00Z", **said: Any) -> Json:
    return {
        "id": native_id,
        "incidentId": "inc-1",
        "at": at,
        "kind": "note",
        "body": "pool is exhausted",
        "actor": {"type": "user", "name": "oncall-a"},
        **said,
    }


def ticket(native_id: str = "TCK-1", **said: Any) -> Json:
    return {
        "id": native_id,
        "key": f"OPS-{native_id}",
        "title": "Checkout postmortem",
        "description": "attach the graphs",
        "status": "in_progress",
        "assignees": ["oncall-a"],
        "reporter": "sre-bot",
        "url": f"https://tickets.example.com/{native_id}",
        "createdAt": "2026-03-02T08:30:00Z",
        "updatedAt": "2026-03-03T09:10:00Z",
        "fields": {"service": "checkout", "priority": "P1"},
        **said,
    }


def deployment(native_id: str = "deploy-1", **said: Any) -> Json:
    return {
        "id": native_id,
        "service": "checkout",
        "environment": "prod",
        "version": "v2.31.4",
        "status": "success",
        "startedAt": "2026-03-03T08:00:00Z",
        "finishedAt": "2026-03-03T08:04:00Z",
        "url": f"https://ci.example.com/{native_id}",
        "actor": {"name": "deploy-bot", "type": "automation"},
        "metadata": {"commit": "abc123", "rollback": False},
        **said,
    }


def log_entry(message: str = "timed out after 1200 ms", **said: Any) -> Json:
    return {
        "timestamp": "2026-03-03T09:05:00Z",
        "message": message,
        "severity": "error",
        "service": "checkout",
        "labels": {"env": "prod"},
        "fields": {"traceId": "4bf92f35", "status": 504},
        **said,
    }


def logs(*entries: Json) -> Json:
    return {"entries": list(entries), "url": "https://logs.example.com/stream"}


def series(*values: float, **said: Any) -> Json:
    points = [{"timestamp": f"2026-03-03T09:{minute:02}:00Z", "value": value} for minute, value in enumerate(values)]
    return {
        "name": "http_requests_total",
        "service": "checkout",
        "labels": {"method": "POST", "code": 500},
        "points": points,
        "url": "https://metrics.example.com/graph",
        **said,
    }


METRIC = {
    "name": "http_requests_total",
    "type": "counter",
    "description": "requests served",
    "labels": ["method", "code"],
    "unit": "requests",
}
SERVICE = {
    "id": "checkout",
    "name": "Checkout API",
    "tags": {"owner": "team-velocity", "tier": "backend"},
    "url": "https://catalog.example.com/checkout",
}
TEAM = {"id": "team-velocity", "name": "Velocity", "parent": "engineering", "tags": {"type": "team"}}
MEMBERS = [
    {"id": "u1", "name": "Lead B", "email": "lead-b@example.com", "handle": "lead-b", "role": "owner"},
    {"id": "u2", "handle": "oncall-a", "role": "member"},
]

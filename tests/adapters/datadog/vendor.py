"""What Datadog sends, in the shapes of its published schema and of the answers recorded in its own client's tests.

Sources: https://docs.datadoghq.com/api/latest/,
https://github.com/DataDog/datadog-api-client-python/tree/master/tests
"""

from typing import Any

from tests.adapters.canned import MARKER

INCIDENT = "19c87e47-487a-5ce4-8841-61d23ea414d4"
DOWNTIME = "83718756-0187-11ee-8c18-da7ad0900002"
USER = "3ad549bf-eba0-11e9-a77a-0705486660d0"
TEAM = "27590dae-47be-4a7d-9abf-8f4e45124020"
TRIGGERED_TS = 1772528400  # 2026-03-03T09:00:00Z


def monitor_group(**said: Any) -> dict[str, Any]:
    return {
        "monitor_id": 59586255,
        "monitor_name": "Checkout error rate",
        "group": "env:prod,host:web-1",
        "group_tags": ["env:prod", "host:web-1"],
        "all_tags": ["service:checkout", "team:payments"],
        "env_tags": [],
        "team_tags": ["team:payments"],
        "status": "Alert",
        "priority": None,
        "muted": False,
        "muted_until_ts": None,
        "downtimes": [],
        "last_triggered_ts": TRIGGERED_TS,
        "last_nodata_ts": 0,
        **said,
    }


def monitor_groups(*groups: dict[str, Any], pages: int = 1) -> dict[str, Any]:
    metadata = {"total_count": len(groups), "page_count": pages, "page": 0, "per_page": 30}
    return {"groups": list(groups), "counts": {"status": [], "type": []}, "metadata": metadata}


def monitor(**said: Any) -> dict[str, Any]:
    state = {
        "name": "env:prod,host:web-1",
        "status": "Alert",
        "last_triggered_ts": TRIGGERED_TS,
        "last_nodata_ts": 0,
        "last_notified_ts": TRIGGERED_TS,
        "last_resolved_ts": 0,
    }
    return {
        "id": 59586255,
        "name": "Checkout error rate",
        "type": "query alert",
        "query": "avg(last_5m):sum:trace.http.errors{service:checkout} by {env,host} > 5",
        "message": "Errors on {{host.name}}",
        "tags": ["service:checkout", "team:payments"],
        "priority": None,
        "multi": True,
        "created": "2025-05-03T13:03:44.905085+00:00",
        "modified": "2025-05-03T13:03:44.905085+00:00",
        "overall_state_modified": "2026-03-03T09:00:00+00:00",
        "overall_state": "Alert",
        "options": {"thresholds": {"critical": 5.0, "warning": 2.0}, "silenced": {}},
        "matching_downtimes": [],
        "state": {"groups": {"env:prod,host:web-1": state}},
        **said,
    }


def metrics(*names: str, after: str | None = None) -> dict[str, Any]:
    pagination = {"cursor": None, "limit": 100, "next_cursor": after, "type": "cursor_limit"}
    return {"data": [{"type": "metrics", "id": name} for name in names], "meta": {"pagination": pagination}}


def timeseries(*series: dict[str, Any], times: list[int], values: list[list[float | None]]) -> dict[str, Any]:
    attributes = {"series": list(series), "times": times, "values": values}
    return {"data": {"id": "0", "type": "timeseries_response", "attributes": attributes}}


def log(**said: Any) -> dict[str, Any]:
    attributes = {
        "timestamp": "2026-03-03T09:10:00.000Z",
        "service": "checkout",
        "status": "error",
        "host": "web-1",
        "message": "payment refused",
        "tags": ["env:prod", "service:checkout"],
        "attributes": {"http": {"status_code": 500}, "dd": {"trace_id": "7d5d747be160e280504c099d984bcfe0"}},
        **said,
    }
    return {"id": f"AQAA{abs(hash(str(attributes)))}", "type": "log", "attributes": attributes}


def page_of(*rows: dict[str, Any], after: str | None = None) -> dict[str, Any]:
    """Of logs or events: the cursor is there while there are more."""
    return {"data": list(rows), **({"meta": {"page": {"after": after}}} if after else {})}


def deployment(**said: Any) -> dict[str, Any]:
    attributes = {
        "service": "checkout",
        "env": "prod",
        "team": "payments",
        "version": "v1.12.07",
        "started_at": "2026-03-03T08:50:00Z",
        "finished_at": "2026-03-03T08:55:00Z",
        "git": {"commit_sha": "66adc9350f2cc9b250b69abddab733dd55e1a588", "repository_id": "github.com/example/shop"},
        **said,
    }
    return {"id": "4242fcdd31586083", "type": "dora_deployment", "attributes": attributes}


def event(**said: Any) -> dict[str, Any]:
    attributes = {
        "timestamp": "2026-03-03T08:40:00.000Z",
        "message": "new_checkout is on",
        "tags": ["service:checkout", "env:prod", "source:change_tracking"],
        "attributes": {
            "title": "new_checkout changed",
            "service": "checkout",
            "changed_resource": {"name": "new_checkout", "type": "feature_flag"},
            "author": {"name": "oncall-a", "type": "user"},
        },
        **said,
    }
    return {"id": "AAAAAWgN8Xwgr1vKDQAAAABBV2dOOFh3ZzZobm1mWXJFYTR0OA", "type": "event", "attributes": attributes}


def incident(**said: Any) -> dict[str, Any]:
    fields = {
        "severity": {"type": "dropdown", "value": "SEV-2"},
        "state": {"type": "dropdown", "value": "active"},
        "summary": {"type": "textbox", "value": f"5 % of payments fail [{MARKER}]"},
        "services": {"type": "autocomplete", "value": ["checkout"]},
        "teams": {"type": "autocomplete", "value": ["payments"]},
        "root_cause": {"type": "textbox", "value": None},
        "slug": {"type": "textbox", "value": "IR-338021"},
    }
    attributes = {
        "public_id": 338021,
        "title": "Payments fail",
        "state": "active",
        "severity": "SEV-2",
        "created": "2026-03-03T09:06:46.306566+00:00",
        "declared": "2026-03-03T09:06:46.306566+00:00",
        "detected": "2026-03-03T09:05:00+00:00",
        "modified": "2026-03-03T09:16:46.306566+00:00",
        "resolved": None,
        "customer_impacted": True,
        "customer_impact_start": "2026-03-03T09:01:00+00:00",
        "customer_impact_end": None,
        "customer_impact_scope": "payments",
        "fields": fields,
        **said,
    }
    commander = {"data": {"type": "users", "id": USER}}
    relationships = {"commander_user": commander, "created_by_user": commander, "last_modified_by_user": commander}
    return {"type": "incidents", "id": INCIDENT, "attributes": attributes, "relationships": relationships}


def person(**said: Any) -> dict[str, Any]:
    attributes = {"uuid": USER, "handle": "oncall-a@example.com", "email": "oncall-a@example.com", "name": "oncall-a"}
    return {"type": "users", "id": USER, "attributes": {**attributes, **said}}


def found_incidents(*incidents: dict[str, Any]) -> dict[str, Any]:
    found = [{"data": one} for one in incidents]
    attributes = {"total": len(found), "facets": {}, "incidents": found}
    pagination = {"offset": 0, "next_offset": len(found), "size": len(found)}
    return {
        "data": {"type": "incidents_search_results", "attributes": attributes},
        "included": [person()],
        "meta": {"pagination": pagination},
    }


def downtime(**said: Any) -> dict[str, Any]:
    attributes = {
        "scope": "service:checkout",
        "status": "active",
        "message": f"known [{MARKER}] asked for by oncall-a, approved by lead-b",
        "monitor_identifier": {"monitor_tags": ["*"]},
        "schedule": {"start": "2026-03-03T09:00:00.286133+00:00", "end": "2026-03-03T11:00:00.286133+00:00"},
        "created": "2026-03-03T09:00:00.286133+00:00",
        "modified": "2026-03-03T09:00:00.286133+00:00",
        "canceled": None,
        "display_timezone": "UTC",
        "mute_first_recovery_notification": False,
        "notify_end_states": ["warn", "alert", "no data"],
        "notify_end_types": ["expired"],
        **said,
    }
    return {"type": "downtime", "id": DOWNTIME, "attributes": attributes}


def entity(name: str = "checkout", **said: Any) -> dict[str, Any]:
    attributes = {
        "apiVersion": "v3",
        "kind": "service",
        "name": name,
        "namespace": "default",
        "displayName": name.capitalize(),
        "description": "takes payments",
        "owner": "payments",
        **said,
    }
    schema = {"data": {"id": f"schema-{name}", "type": "schema"}}
    return {"id": f"id-{name}", "type": "entity", "attributes": attributes, "relationships": {"schema": schema}}


def entity_schema(name: str = "checkout") -> dict[str, Any]:
    links = [
        {"name": "when it fails", "type": "runbook", "url": "https://wiki.example.com/checkout"},
        {"name": "code", "type": "repo", "provider": "github", "url": "https://github.com/example/shop"},
        {"name": "not an address", "type": "other", "url": "javascript:alert(1)"},
    ]
    contacts = [
        {"name": "the team", "type": "email", "contact": "payments@example.com"},
        {"type": "slack", "contact": "https://example.slack.com/archives/C1"},
    ]
    metadata = {"name": name, "owner": "payments", "contacts": contacts, "links": links}
    spec = {
        "lifecycle": "production",
        "tier": "1",
        "dependsOn": ["service:cart", "datastore:default/orders"],
        "componentOf": ["system:shop"],
    }
    schema = {"apiVersion": "v3", "kind": "service", "metadata": metadata, "spec": spec}
    return {"id": f"schema-{name}", "type": "schema", "attributes": {"schema": schema}}


def entities(*names: str) -> dict[str, Any]:
    return {
        "data": [entity(name) for name in names],
        "included": [entity_schema(name) for name in names],
        "meta": {"count": len(names), "includeCount": len(names)},
    }


def teams() -> dict[str, Any]:
    return {"data": [{"id": TEAM, "type": "team", "attributes": {"handle": "payments", "name": "Payments"}}]}


def on_call() -> dict[str, Any]:
    responders = {"data": [{"id": USER, "type": "users"}]}
    data = {
        "id": f"{TEAM}-1772528400",
        "type": "team_oncall_responders",
        "relationships": {"responders": responders, "escalations": {"data": []}},
    }
    user = {
        "type": "users",
        "id": USER,
        "attributes": {"email": "oncall-a@example.com", "name": "", "status": "active"},
    }
    return {"data": data, "included": [user]}


def slo(name: str = "checkout availability", **said: Any) -> dict[str, Any]:
    attributes = {
        "name": name,
        "description": None,
        "slo_type": "metric",
        "all_tags": ["service:checkout", "team:payments"],
        "service_tags": ["service:checkout"],
        "env_tags": [],
        "team_tags": ["team:payments"],
        "thresholds": [{"timeframe": "30d", "target": 99.9, "target_display": "99.9"}],
        "overall_status": [
            {
                "timeframe": "30d",
                "target": 99.9,
                "state": "breached",
                "status": 99.85,
                "error_budget_remaining": -50.0,
                "raw_error_budget_remaining": None,
                "span_precision": 2,
                "indexed_at": 1772528000,
                "error": None,
            }
        ],
        **said,
    }
    return {"data": {"type": "slo", "id": "34c97838f5c5578ebe812e5d068977a9", "attributes": attributes}}


def slos(*found: dict[str, Any]) -> dict[str, Any]:
    data = {"type": "service_level_objective_search_results", "attributes": {"slos": list(found)}}
    return {"data": data, "meta": {"pagination": {"number": 0, "size": 100, "total": len(found)}}}


def posted_event() -> dict[str, Any]:
    return {
        "id": 6327818702635911000,
        "id_str": "6327818702635911562",
        "title": "cache cleared",
        "text": "A text.",
        "date_happened": TRIGGERED_TS,
        "tags": [f"opsloom_action:{MARKER}"],
        "url": "https://app.datadoghq.com/event/event?id=6327818702635911562",
    }

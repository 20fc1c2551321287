"""Replies of Dynatrace's environment API v2, in the shapes of its published documentation.

Sources: https://docs.dynatrace.com/docs/dynatrace-api/environment-api/problems-v2/problems/get-problems-list and the
pages on comments, metric-v2, entity-v2 and events-v2 beside it.
"""

from datetime import datetime
from typing import Any

CHECKOUT = "SERVICE-1125C375A187D27A"
CART = "SERVICE-42C0B06C4DCFD0EF"
ORDERS_DB = "SERVICE-620517BB99A7ED9E"
SHOP_WEB = "APPLICATION-EA7C4B59F27D43EB"
PROBLEM = "-7514893602154755174_1772528400000V2"


def millis(text: str) -> int:
    """``2026-03-03T09:00:00Z`` as Dynatrace sends times."""
    return int(datetime.fromisoformat(text).timestamp() * 1_000)


def stub(entity: str, name: str) -> dict[str, Any]:
    return {"entityId": {"id": entity, "type": entity.partition("-")[0]}, "name": name}


def tag(key: str, value: str = "") -> dict[str, Any]:
    said = {"context": "CONTEXTLESS", "key": key, "stringRepresentation": f"{key}:{value}" if value else key}
    return said | ({"value": value} if value else {})


def comment(content: str = "looking", context: str = "", native_id: str = "c1") -> dict[str, Any]:
    return {
        "id": native_id,
        "createdAtTimestamp": millis("2026-03-03T09:10:00Z"),
        "content": content,
        "authorName": "oncall-a",
        "context": context,
    }


def problem(native_id: str = PROBLEM, **said: Any) -> dict[str, Any]:
    """An open one of the morning of 3 March 2026."""
    return {
        "problemId": native_id,
        "displayId": "P-26032870",
        "title": "Failure rate increase",
        "impactLevel": "SERVICES",
        "severityLevel": "ERROR",
        "status": "OPEN",
        "affectedEntities": [stub(CHECKOUT, "checkout")],
        "impactedEntities": [stub(CHECKOUT, "checkout"), stub(CART, "cart")],
        "rootCauseEntity": stub(CART, "cart"),
        "managementZones": [{"id": "9130632296508575249", "name": "shop"}],
        "entityTags": [tag("easyTravel"), tag("owner", "payments")],
        "problemFilters": [{"id": "c21f969b", "name": "Default"}],
        "startTime": millis("2026-03-03T09:00:00Z"),
        "endTime": -1,
        **said,
    }


def closed(native_id: str, start: str, end: str, **said: Any) -> dict[str, Any]:
    return problem(native_id, status="CLOSED", startTime=millis(start), endTime=millis(end), **said)


def details() -> dict[str, Any]:
    """What one problem has beside what a list tells."""
    evidence = {"evidenceType": "METRIC", "displayName": "Failure rate", "startTime": millis("2026-03-03T09:00:00Z")}
    cause = {**evidence, "entity": stub(CART, "cart"), "groupingEntity": None, "rootCauseRelevant": True}
    aside = {**evidence, "displayName": "CPU", "entity": stub(CHECKOUT, "checkout"), "rootCauseRelevant": False}
    impact = {"impactType": "SERVICE", "impactedEntity": stub(CHECKOUT, "checkout"), "estimatedAffectedUsers": 128}
    return {
        "evidenceDetails": {"totalCount": 2, "details": [cause, aside]},
        "impactAnalysis": {"impacts": [impact]},
        "recentComments": {"totalCount": 0, "pageSize": 10, "nextPageKey": None, "comments": []},
    }


def service(entity: str = CHECKOUT, name: str = "checkout", **said: Any) -> dict[str, Any]:
    return {
        "entityId": entity,
        "type": "SERVICE",
        "displayName": name,
        "tags": [tag("owner", "payments")],
        "properties": {"serviceType": "WEB_REQUEST_SERVICE"},
        **said,
    }


def calls(*entities: str) -> dict[str, Any]:
    return {"calls": [{"id": one, "type": one.partition("-")[0]} for one in entities]}


def metric(key: str = "builtin:service.response.time", unit: str = "MicroSecond", **said: Any) -> dict[str, Any]:
    return {
        "metricId": key,
        "displayName": "Response time",
        "description": "Time a service takes to answer",
        "unit": unit,
        "defaultAggregation": {"type": "avg"},
        **said,
    }


def data(*results: dict[str, Any], resolution: str = "1m", **said: Any) -> dict[str, Any]:
    return {"totalCount": 1, "nextPageKey": None, "resolution": resolution, "result": list(results), **said}


def result(
    selector: str = "builtin:service.response.time", dimensions: dict[str, Any] | None = None, **said: Any
) -> dict[str, Any]:
    series = {
        "dimensions": list((dimensions or {}).values()),
        "dimensionMap": dimensions or {},
        "timestamps": [millis("2026-03-03T09:19:00Z"), millis("2026-03-03T09:20:00Z"), millis("2026-03-03T09:21:00Z")],
        "values": [1_200.5, None, 1_300],
    }
    return {"metricId": selector, "data": [series], "dataPointCountRatio": 1.8e-05, **said}


def event(
    native_id: str = "4293884258445543163_1772527380000", kind: str = "CUSTOM_DEPLOYMENT", **said: Any
) -> dict[str, Any]:
    told = {
        "dt.event.deployment.name": "checkout 2.4.1",
        "dt.event.deployment.version": "2.4.1",
        "dt.event.deployment.release_stage": "production",
        "gitcommit": "e5a6baac7eb",
    }
    return {
        "eventId": native_id,
        "startTime": millis("2026-03-03T08:43:00Z"),
        "endTime": millis("2026-03-03T08:58:00Z"),
        "eventType": kind,
        "title": "Deployed",
        "entityId": stub(CHECKOUT, "checkout"),
        "properties": [{"key": key, "value": value} for key, value in told.items()],
        "status": "CLOSED",
        "entityTags": [],
        "managementZones": [],
        "underMaintenance": False,
        "suppressAlert": False,
        "suppressProblem": False,
        "frequentEvent": False,
        **said,
    }


def listed(kind: str, *rows: dict[str, Any], following: str | None = None) -> dict[str, Any]:
    return {"totalCount": len(rows), "pageSize": 500, "nextPageKey": following, kind: list(rows)}

"""What Jaeger sends, in the shapes of its published schema and of the snapshots of its own tests.

Sources: https://github.com/jaegertracing/jaeger-idl/blob/main/swagger/api_v3/query_service.openapi.yaml,
https://github.com/jaegertracing/jaeger/tree/main/cmd/jaeger/internal/extension/jaegerquery/internal/apiv3
"""

from typing import Any

TRACE = "5b8efff798038103d269b633813fc60c"
SPAN = "eee19b7ec3c1b174"
START_NS = 1772528400_000_000_000  # 2026-03-03T09:00:00Z


def attribute(key: str, **value: Any) -> dict[str, Any]:
    return {"key": key, "value": value}


def span(**said: Any) -> dict[str, Any]:
    exception = [
        attribute("exception.type", stringValue="PaymentError"),
        attribute("exception.message", stringValue="card declined"),
        attribute("exception.stacktrace", stringValue="at line 1"),
    ]
    return {
        "traceId": TRACE,
        "spanId": SPAN,
        "name": "POST /pay",
        "kind": 2,
        "startTimeUnixNano": str(START_NS),
        "endTimeUnixNano": str(START_NS + 230_000_000),
        "status": {"code": 2},
        "attributes": [attribute("http.status_code", intValue="500")],
        "events": [{"name": "exception", "timeUnixNano": str(START_NS), "attributes": exception}],
        **said,
    }


def traces(*spans: dict[str, Any], service: str = "checkout") -> dict[str, Any]:
    resource = {"attributes": [attribute("service.name", stringValue=service)]}
    return {"result": {"resourceSpans": [{"resource": resource, "scopeSpans": [{"scope": {}, "spans": list(spans)}]}]}}


def dependencies(*edges: tuple[str, str, int]) -> dict[str, Any]:
    """Of API v3."""
    return {"dependencies": [{"parent": one, "child": other, "callCount": str(n)} for one, other, n in edges]}


def older_dependencies(*edges: tuple[str, str, int]) -> dict[str, Any]:
    """Of the API of Jaeger's own pages."""
    data = [{"parent": one, "child": other, "callCount": n} for one, other, n in edges]
    return {"data": data, "total": 0, "limit": 0, "offset": 0, "errors": None}

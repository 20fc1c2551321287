"""The contract of adapters, kept by the Dynatrace adapter.

Its replies have the shapes of https://docs.dynatrace.com/docs/dynatrace-api/environment-api (see
``tests/adapters/dynatrace``).
"""

from typing import Any, ClassVar

import httpx

from opsloom.adapter_api.contract_kit import CannedReply, HttpAdapterContract, Words
from opsloom.model.alerts import AlertStatus, Severity
from opsloom.model.changes import AcknowledgeAlert, UnacknowledgeAlert, UpdateAlert
from opsloom.model.deploys import DeployStatus
from opsloom_adapters.dynatrace import DynatraceAdapter
from opsloom_adapters.dynatrace.mapping import ACKNOWLEDGED, SEVERITY, STATUS
from tests.adapters.dynatrace import environment

_HELD = "7514893602154755174_1772524800000V2"
_COMMENT = environment.comment("known", native_id="c7")
_ACKNOWLEDGEMENT = environment.comment("Acknowledged: somebody works on this.", ACKNOWLEDGED, "c9")


def _problems(request: httpx.Request) -> dict[str, Any]:
    """Two of the window, and one that is open since before it."""
    if request.url.params.get("problemSelector"):
        old = environment.problem("OLD", startTime=environment.millis("2026-02-01T00:00:00Z"))
        return environment.listed("problems", old)
    ended = environment.closed(
        "ENDED", "2026-03-03T07:00:00Z", "2026-03-03T07:30:00Z", severityLevel="RESOURCE_CONTENTION"
    )
    return environment.listed("problems", environment.problem(), ended)


def _events(request: httpx.Request) -> dict[str, Any]:
    is_deployment = "CUSTOM_DEPLOYMENT" in request.url.params["eventSelector"]
    other = environment.event("5_1772527380000", "CUSTOM_CONFIGURATION", title="pool size")
    return environment.listed("events", environment.event() if is_deployment else other)


class TestDynatrace(HttpAdapterContract):
    adapter = DynatraceAdapter
    settings: ClassVar = {
        "adapter": "dynatrace",
        "base_url": "https://dynatrace.test/e/abc12345",
        "token": {"env": "DYNATRACE_TOKEN"},
        "write_token": {"env": "DYNATRACE_WRITE_TOKEN"},
    }
    replies: ClassVar = {
        "GET /api/v2/problems": _problems,
        f"GET /api/v2/problems/{environment.PROBLEM}": environment.problem(**environment.details()),
        f"GET /api/v2/problems/{environment.PROBLEM}/comments": environment.listed("comments", _COMMENT),
        f"GET /api/v2/problems/{_HELD}": environment.problem(_HELD, **environment.details()),
        f"GET /api/v2/problems/{_HELD}/comments": environment.listed("comments", _ACKNOWLEDGEMENT),
        "GET /api/v2/metrics": environment.listed(
            "metrics", environment.metric(), environment.metric("builtin:service.requestCount.total", "Count")
        ),
        "GET /api/v2/metrics/query": environment.data(
            environment.result(dimensions={"dt.entity.service": environment.CHECKOUT}),
            environment.result(dimensions={"dt.entity.service": environment.CART}),
        ),
        "GET /api/v2/metrics/builtin*": environment.metric(),
        "GET /api/v2/entities": environment.listed(
            "entities",
            environment.service(fromRelationships=environment.calls(environment.CART)),
            environment.service(environment.CART, "cart", fromRelationships=environment.calls(environment.CHECKOUT)),
        ),
        "GET /api/v2/events": _events,
        "GET /api/v2/events/429*": environment.event(),
        f"POST /api/v2/problems/{environment.PROBLEM}/comments": CannedReply(b"", status=201, headers={}),
        f"POST /api/v2/problems/{environment.PROBLEM}/close": {
            "problemId": environment.PROBLEM,
            "closing": True,
            "closeTimestamp": environment.millis("2026-03-03T09:21:00Z"),
            "comment": environment.comment("rolled back"),
        },
        f"DELETE /api/v2/problems/{_HELD}/comments/c9": CannedReply(b"", status=204, headers={}),
    }
    changes: ClassVar = (
        AcknowledgeAlert(alert=environment.PROBLEM),
        UnacknowledgeAlert(alert=_HELD),
        UpdateAlert(alert=environment.PROBLEM, comment="known"),
        UpdateAlert(alert=environment.PROBLEM, close=True, comment="rolled back"),
    )
    words: ClassVar = {
        AlertStatus: Words(lambda word: STATUS.get(word, AlertStatus.UNKNOWN), ("OPEN", "CLOSED")),
        Severity: Words(
            lambda word: SEVERITY.get(word, Severity.UNKNOWN),
            (
                *("AVAILABILITY", "CUSTOM_ALERT", "ERROR", "INFO", "MONITORING_UNAVAILABLE"),
                *("PERFORMANCE", "RESOURCE_CONTENTION"),
            ),
        ),
        DeployStatus: None,
    }

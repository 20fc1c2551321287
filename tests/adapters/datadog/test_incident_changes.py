"""Incidents declared and given another state, and events posted."""

from typing import Any

import httpx
import pytest

from opsloom.model.changes import (
    ChangePlan,
    CreateTicket,
    Observation,
    Receipt,
    RecordEvent,
    Sight,
    UpdateTicket,
    WithdrawEvent,
)
from opsloom.model.errors import (
    ConflictError,
    InvalidRequestError,
    OpsloomError,
    OutcomeUnknownError,
    UnsupportedError,
)
from opsloom.model.tickets import TicketStatus
from tests.adapters.canned import MARKER, order_of
from tests.adapters.datadog.asking import Datadog, call_at, connected
from tests.adapters.datadog.vendor import INCIDENT, found_incidents, incident, posted_event

SEARCH = "GET /api/v2/incidents/search"
READ = f"GET /api/v2/incidents/{INCIDENT}"
CREATE = "POST /api/v2/incidents"
UPDATE = f"PATCH /api/v2/incidents/{INCIDENT}"
POST_EVENT = "POST /api/v1/events"
EVENTS = "GET /api/v1/events"
NEW = CreateTicket(title="Payments  fail", description="ask @oncall", service="checkout", priority="sev-2")
CLOSE = UpdateTicket(ticket=INCIDENT, status=TicketStatus.CLOSED)
EVENT = RecordEvent(title="cache cleared", text="by hand @all", service="checkout", tags=("Release",))


async def plan_ticket(change: CreateTicket | UpdateTicket, replies: dict[str, Any]) -> ChangePlan:
    async with connected(Datadog(replies)) as adapter:
        return await adapter.plan_ticket(change, call_at())


async def plan_new() -> ChangePlan:
    return await plan_ticket(NEW, {SEARCH: found_incidents()})


async def apply_ticket(plan: ChangePlan, transport: Datadog) -> Receipt:
    async with connected(transport) as adapter:
        return await adapter.apply_ticket(order_of(plan), call_at())


async def observe_ticket(plan: ChangePlan, replies: dict[str, Any]) -> Observation:
    async with connected(Datadog(replies)) as adapter:
        return await adapter.observe_ticket(order_of(plan), call_at())


async def plan_event(change: RecordEvent | WithdrawEvent) -> ChangePlan:
    async with connected(Datadog({})) as adapter:
        return await adapter.plan_event(change, call_at())


async def test_an_incident_is_declared_with_severity_service_and_a_signed_summary() -> None:
    planned = await plan_new()
    assert [(effect.what, effect.after) for effect in planned.effects] == [
        ("title", "Payments fail"),
        ("severity", "SEV-2"),
        ("state", "active"),
        ("services", "checkout"),
        ("summary", "ask (at)oncall"),
    ]
    transport = Datadog({CREATE: httpx.Response(201, json={"data": incident()})})
    receipt = await apply_ticket(planned, transport)
    summary = f"ask (at)oncall [{MARKER}] asked for by oncall-a, approved by lead-b"
    assert transport.bodies == [
        {
            "data": {
                "type": "incidents",
                "attributes": {
                    "title": "Payments fail",
                    "customer_impacted": False,
                    "fields": {
                        "severity": {"type": "dropdown", "value": "SEV-2"},
                        "state": {"type": "dropdown", "value": "active"},
                        "summary": {"type": "textbox", "value": summary},
                        "services": {"type": "autocomplete", "value": ["checkout"]},
                    },
                },
            }
        }
    ]
    assert receipt.link == "https://app.datadoghq.com/incidents/338021"
    assert receipt.inverse == CLOSE


@pytest.mark.parametrize("change", [CreateTicket(title=" "), CreateTicket(title="x", priority="urgent")])
async def test_no_title_and_no_severity_of_datadog_are_refused(change: CreateTicket) -> None:
    with pytest.raises(InvalidRequestError):
        await plan_ticket(change, {SEARCH: found_incidents()})


async def test_a_declared_incident_is_found_by_the_marker_in_its_summary() -> None:
    planned = await plan_new()
    seen = await observe_ticket(planned, {SEARCH: found_incidents(incident(fields=None), incident())})
    assert (seen.sight, seen.receipt and seen.receipt.native_id) == (Sight.PRESENT, INCIDENT)
    assert (await observe_ticket(planned, {SEARCH: found_incidents(incident(fields=None))})).sight is Sight.ABSENT


async def test_an_incident_without_an_id_is_an_unknown_outcome() -> None:
    transport = Datadog({CREATE: httpx.Response(201, json={"data": {}})})
    with pytest.raises(OutcomeUnknownError):
        await apply_ticket(await plan_new(), transport)
    assert transport.asked == [CREATE]


async def test_resolving_sends_the_state_only_after_looking_again() -> None:
    planned = await plan_ticket(CLOSE, {READ: {"data": incident()}})
    assert (planned.targets, planned.services) == ((f"incident:dd-eu/{INCIDENT}",), ("checkout",))
    assert planned.inverse == UpdateTicket(ticket=INCIDENT, status=TicketStatus.OPEN)
    transport = Datadog({READ: {"data": incident()}, UPDATE: {"data": incident(state="resolved")}})
    await apply_ticket(planned, transport)
    assert transport.asked == [READ, UPDATE]
    assert transport.bodies[0]["data"] == {
        "type": "incidents",
        "id": INCIDENT,
        "attributes": {"fields": {"state": {"type": "dropdown", "value": "resolved"}}},
    }


async def test_a_state_that_moved_makes_it_stale() -> None:
    planned = await plan_ticket(CLOSE, {READ: {"data": incident()}})
    transport = Datadog({READ: {"data": incident(state="stable")}})
    with pytest.raises(ConflictError):
        await apply_ticket(planned, transport)
    assert transport.asked == [READ]


async def test_a_state_that_no_status_means_cannot_be_put_back() -> None:
    planned = await plan_ticket(CLOSE, {READ: {"data": incident(state="stable")}})
    assert (planned.inverse, planned.irreversible) == (
        None,
        "Only a person can set the state stable again, in Datadog.",
    )


@pytest.mark.parametrize(("state", "sight"), [("resolved", Sight.PRESENT), ("active", Sight.ABSENT)])
async def test_a_new_state_is_seen_as_such(state: str, sight: Sight) -> None:
    planned = await plan_ticket(CLOSE, {READ: {"data": incident()}})
    assert (await observe_ticket(planned, {READ: {"data": incident(state=state)}})).sight is sight


@pytest.mark.parametrize(
    ("asked", "error"),
    [
        ({"comment": "done"}, UnsupportedError),
        ({"assignee": "oncall-a"}, UnsupportedError),
        ({"links": ("https://example.com",)}, UnsupportedError),
        ({"status": None}, InvalidRequestError),
        ({"status": TicketStatus.IN_PROGRESS}, InvalidRequestError),
        ({"status": TicketStatus.OPEN}, InvalidRequestError),
    ],
)
async def test_what_the_api_cannot_do_to_an_incident_is_refused(
    asked: dict[str, Any], error: type[OpsloomError]
) -> None:
    with pytest.raises(error):
        await plan_ticket(CLOSE.model_copy(update=asked), {READ: {"data": incident()}})


async def test_an_event_is_posted_with_the_marker_as_a_tag_and_mentions_nobody() -> None:
    planned = await plan_event(EVENT)
    transport = Datadog({POST_EVENT: httpx.Response(202, json={"status": "ok", "event": posted_event()})})
    async with connected(transport) as adapter:
        receipt = await adapter.apply_event(order_of(planned), call_at())
    assert transport.bodies == [
        {
            "title": "cache cleared",
            "text": f"by hand (at)all [{MARKER}] asked for by oncall-a, approved by lead-b",
            "tags": ["service:checkout", "release", f"opsloom_action:{MARKER}"],
            "alert_type": "user_update",
            "source_type_name": "opsloom",
        }
    ]
    assert receipt.native_id == "6327818702635911562"
    assert planned.irreversible == "Datadog's API deletes no events."


async def test_a_posted_event_is_found_by_its_tag() -> None:
    order = order_of(await plan_event(EVENT))
    transport = Datadog({EVENTS: {"events": [posted_event()]}})
    async with connected(transport) as adapter:
        assert (await adapter.observe_event(order, call_at())).sight is Sight.PRESENT
    assert dict(transport.requests[0].url.params) == {
        "start": "1771320060",
        "end": "1772529960",
        "tags": f"opsloom_action:{MARKER}",
        "unaggregated": "true",
    }
    for events in ([], [{**posted_event(), "tags": ["opsloom_action:other"]}]):
        async with connected(Datadog({EVENTS: {"events": events}})) as adapter:
            assert (await adapter.observe_event(order, call_at())).sight is Sight.ABSENT


@pytest.mark.parametrize(
    ("change", "error"),
    [
        (WithdrawEvent(event="6327818702635911562"), UnsupportedError),
        (EVENT.model_copy(update={"incident": INCIDENT}), UnsupportedError),
        (EVENT.model_copy(update={"title": " "}), InvalidRequestError),
        (EVENT.model_copy(update={"tags": ("a, b:c",)}), InvalidRequestError),
        (EVENT.model_copy(update={"service": "x y"}), InvalidRequestError),
        (EVENT.model_copy(update={"text": "x" * 3_501}), InvalidRequestError),
    ],
)
async def test_what_cannot_be_an_event_is_refused(
    change: RecordEvent | WithdrawEvent, error: type[OpsloomError]
) -> None:
    with pytest.raises(error):
        await plan_event(change)

"""Incidents."""

from datetime import UTC, datetime
from typing import Any

import pytest

from opsloom.model.alerts import Severity
from opsloom.model.errors import NotFoundError
from opsloom.model.incidents import Incident, IncidentQuery, IncidentStatus
from opsloom.model.page import Page
from tests.adapters.datadog.asking import WINDOW, Datadog, call_at, connected
from tests.adapters.datadog.vendor import INCIDENT, found_incidents, incident, person

SEARCH = "GET /api/v2/incidents/search"


async def search(transport: Datadog, **asked: Any) -> Page[Incident]:
    async with connected(transport) as adapter:
        return await adapter.search_incidents(IncidentQuery(**{"window": WINDOW, "limit": 5, **asked}), call_at())


async def get(said: dict[str, Any], native_id: str = INCIDENT) -> Incident:
    async with connected(Datadog({"GET /api/v2/incidents/*": said})) as adapter:
        return await adapter.get_incident(native_id, call_at())


async def test_incidents_are_asked_for_by_state_last_created_first() -> None:
    transport = Datadog({SEARCH: found_incidents(incident())})
    page = await search(transport)
    assert dict(transport.requests[0].url.params) == {
        "query": "state:(active OR stable OR resolved OR completed)",
        "sort": "-created",
        "include": "users",
        "page[size]": "100",
        "page[offset]": "0",
    }
    row = page.rows[0]
    assert (row.key, row.title, row.status, row.severity) == (
        "IR-338021", "Payments fail", IncidentStatus.TRIGGERED, Severity.ERROR,
    )  # fmt: skip
    assert (row.service, row.team, row.assignees) == ("checkout", "payments", ("oncall-a",))
    assert row.link == "https://app.datadoghq.com/incidents/338021"


@pytest.mark.parametrize(
    ("status", "query"),
    [
        (IncidentStatus.MITIGATED, "state:(stable)"),
        (IncidentStatus.RESOLVED, "state:(resolved OR completed)"),
    ],
)
async def test_a_status_becomes_datadogs_states(status: IncidentStatus, query: str) -> None:
    transport = Datadog({SEARCH: found_incidents()})
    await search(transport, statuses=frozenset({status}))
    assert transport.requests[0].url.params["query"] == query


async def test_a_status_that_no_incident_has_is_said_without_asking() -> None:
    page = await search(Datadog({}), statuses=frozenset({IncidentStatus.ACKNOWLEDGED}))
    assert (page.rows, len(page.notes)) == ((), 1)


async def test_service_and_text_are_filtered_here() -> None:
    several = incident()
    several["attributes"]["fields"]["services"]["value"] = ["checkout", "cart"]
    replies = {SEARCH: found_incidents(several)}
    assert [row.service for row in (await search(Datadog(replies), service="cart")).rows] == ["cart"]
    assert (await search(Datadog(replies), service="search")).rows == ()
    assert len((await search(Datadog(replies), text="OF PAYMENTS")).rows) == 1


async def test_pages_are_followed_by_offset() -> None:
    full = found_incidents(*(incident() for _ in range(100)))
    transport = Datadog({SEARCH: [full, found_incidents(incident(title="last"))]})
    page = await search(transport, text="last")
    assert [request.url.params["page[offset]"] for request in transport.requests] == ["0", "100"]
    assert ([row.title for row in page.rows], page.complete) == (["last"], True)


async def test_one_incident_tells_the_moments_that_it_keeps() -> None:
    read = await get({"data": incident(resolved="2026-03-03T09:20:00+00:00"), "included": [person(name=None)]})
    assert [(entry.kind, entry.at.minute) for entry in read.timeline] == [
        ("customer_impact_start", 1), ("detected", 5), ("declared", 6), ("modified", 16), ("resolved", 20),
    ]  # fmt: skip
    assert read.ends_at == datetime(2026, 3, 3, 9, 20, tzinfo=UTC)
    assert read.assignees == ("oncall-a@example.com",)


async def test_what_an_organization_removed_is_no_error() -> None:
    bare = incident(fields=None, severity=None, state=None, customer_impact_scope=None)
    del bare["relationships"]
    read = await get({"data": bare})
    assert (read.key, read.status, read.severity, read.service) == (
        "#338021", IncidentStatus.UNKNOWN, Severity.UNKNOWN, None,
    )  # fmt: skip


@pytest.mark.parametrize("native_id", ["338021", "../x", ""])
async def test_an_id_of_another_form_is_not_found(native_id: str) -> None:
    with pytest.raises(NotFoundError):
        await get({}, native_id)

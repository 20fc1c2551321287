"""Incidents of PagerDuty: what is asked, and what comes of the answer."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from opsloom.adapter_api.contract_kit.fake_provider import FakeProvider
from opsloom.model.alerts import Severity
from opsloom.model.errors import InvalidRequestError
from opsloom.model.incidents import Incident, IncidentQuery, IncidentStatus
from opsloom.model.page import Page
from opsloom.model.window import Window
from tests.adapters.pagerduty import account
from tests.adapters.pagerduty.asking import INSTANCE, NOW, WINDOW, asked, call, connected, provider

SINCE = "since=2026-03-03T07:21:00Z until=2026-03-03T09:21:00Z"
HOSTILE = 'x&service_ids[]=PSVC002#"/../\N{SNOWMAN}'


def answering(
    within: list[dict[str, Any]],
    open_now: list[dict[str, Any]] | None = None,
    ended: list[dict[str, Any]] | None = None,
) -> FakeProvider:
    """Incidents that began in the window, that are open, and that were resolved, each last first."""

    def incidents(request: httpx.Request) -> dict[str, Any]:
        if request.url.params["sort_by"] == "resolved_at:desc":
            rows = ended or []
        else:
            rows = (open_now or []) if request.url.params.get("date_range") == "all" else within
        offset, limit = int(request.url.params["offset"]), int(request.url.params["limit"])
        return account.listed("incidents", *rows[offset : offset + limit], more=len(rows) > offset + limit)

    services = account.listed("services", account.service("PSVC002", "checkout-web"), account.service())
    return provider({"GET /incidents": incidents, "GET /services": services})


async def search(transport: FakeProvider, **wanted: Any) -> Page[Incident]:
    async with connected(transport) as adapter:
        return await adapter.search_incidents(IncidentQuery(**{"window": WINDOW, "limit": 50, **wanted}), call())


def keys(page: Page[Incident]) -> list[str]:
    return [one.ref.native_id for one in page.rows]


async def test_an_incident_is_mapped_with_its_service_team_people_and_link() -> None:
    (one,) = (await search(answering([account.incident()]))).rows
    assert str(one.ref) == f"incident:{INSTANCE}/PINC001"
    assert (one.key, one.title, one.link) == ("#1234", "Checkout fails", f"{account.WEB}/incidents/PINC001")
    assert (one.status, one.status_raw) == (IncidentStatus.TRIGGERED, "triggered")
    assert (one.severity, one.severity_raw) == (Severity.ERROR, "P2")
    assert (one.service, one.team, one.assignees) == ("checkout", "payments", ("oncall-a",))
    assert one.starts_at == NOW - timedelta(minutes=21)
    assert one.ends_at is None


async def test_what_began_before_the_window_and_was_open_in_it_is_found_too() -> None:
    transport = answering(
        [account.incident()],
        open_now=[account.incident(), account.incident("OLD-OPEN", created_at="2025-06-01T00:00:00Z")],
        ended=[
            account.resolved("ENDED-IN-IT", "2026-03-01T00:00:00Z", "2026-03-03T08:00:00Z"),
            account.resolved("ENDED-BEFORE", "2026-03-02T00:00:00Z", "2026-03-03T01:00:00Z"),
        ],
    )
    page = await search(transport)
    assert keys(page) == ["PINC001", "ENDED-IN-IT", "OLD-OPEN"]
    assert page.complete
    half_year_before = "since=2025-09-04T07:21:00Z until=2026-03-03T07:21:00Z"
    unresolved = "statuses[]=acknowledged statuses[]=triggered"
    assert asked(transport) == [
        f"GET /incidents {SINCE} sort_by=created_at:desc limit=50 offset=0",
        f"GET /incidents date_range=all {unresolved} sort_by=created_at:desc limit=100 offset=0",
        f"GET /incidents {half_year_before} statuses[]=resolved sort_by=resolved_at:desc limit=100 offset=0",
    ]


async def test_older_ones_are_not_asked_for_while_newer_ones_fill_the_limit() -> None:
    transport = answering([account.incident(f"P{number}") for number in range(30)])
    page = await search(transport, limit=26)
    assert (len(page.rows), page.complete) == (26, False)
    assert len(transport.requests) == 1
    assert "limit=26 offset=0" in asked(transport)[0]


async def test_pages_are_followed_to_the_limit_and_no_further() -> None:
    rows = [account.incident(f"P{number}", title=f"number {number % 2}") for number in range(260)]
    transport = answering(rows)
    page = await search(transport, limit=100, text="number 1")
    assert [one.title for one in page.rows] == ["number 1"] * 100
    assert not page.complete
    assert [line.rpartition(" ")[2] for line in asked(transport)] == ["offset=0", "offset=100"]


async def test_what_was_resolved_is_read_only_until_the_window_began() -> None:
    ended = [account.resolved("LATE", "2026-03-01T00:00:00Z", "2026-03-03T08:00:00Z")]
    ended += [account.resolved(f"P{number}", "2026-03-01T00:00:00Z", "2026-03-02T00:00:00Z") for number in range(150)]
    transport = answering([], ended=ended)
    assert keys(await search(transport, statuses=frozenset({IncidentStatus.RESOLVED}))) == ["LATE"]
    assert len(transport.requests) == 2  # within the window, and resolved since its start: none is open


async def test_an_incident_that_is_resolved_between_two_requests_is_given_once() -> None:
    old = "2026-03-01T00:00:00Z"
    transport = answering(
        [],
        open_now=[account.incident("SAME", created_at=old)],
        ended=[account.resolved("SAME", old, "2026-03-03T09:20:00Z")],
    )
    (one,) = (await search(transport)).rows
    assert one.status is IncidentStatus.RESOLVED


async def test_one_that_began_in_the_second_in_which_the_window_begins_is_given_once() -> None:
    early = account.incident(created_at="2026-03-03T07:21:00.2Z")
    window = Window(start=WINDOW.start + timedelta(milliseconds=500), end=NOW)
    assert keys(await search(answering([early], open_now=[early]), window=window)) == ["PINC001"]


@pytest.mark.parametrize(
    ("statuses", "sent"),
    [
        ({IncidentStatus.TRIGGERED}, "statuses[]=triggered"),
        ({IncidentStatus.TRIGGERED, IncidentStatus.ACKNOWLEDGED}, "statuses[]=acknowledged statuses[]=triggered"),
    ],
)
async def test_statuses_are_filtered_by_pagerduty(statuses: set[IncidentStatus], sent: str) -> None:
    transport = answering([account.incident()])
    assert keys(await search(transport, statuses=frozenset(statuses))) == ["PINC001"]
    assert [sent in line for line in asked(transport)] == [True, True]


async def test_a_status_that_pagerduty_does_not_have_finds_nothing_and_says_so() -> None:
    transport = answering([account.incident()])
    page = await search(transport, statuses=frozenset({IncidentStatus.MITIGATED}))
    assert (page.rows, page.notes) == ((), ("incidents of PagerDuty are triggered, acknowledged, resolved only",))
    assert not transport.requests


async def test_a_service_is_found_by_its_exact_name_and_asked_for_by_id() -> None:
    transport = answering([account.incident()])
    assert keys(await search(transport, service="checkout")) == ["PINC001"]
    first, *others = asked(transport)
    assert first == "GET /services query=checkout limit=100 offset=0"
    assert all("service_ids[]=PSVC001" in line for line in others)
    assert len(others) == 3


@pytest.mark.parametrize("name", ["check", "Checkout", HOSTILE])
async def test_an_unknown_service_finds_nothing_and_never_all_incidents(name: str) -> None:
    transport = answering([account.incident()])
    page = await search(transport, service=name)
    assert (page.rows, page.complete) == ((), True)
    assert "no service of exactly that name" in page.notes[0]
    assert [transport.name_of(one) for one in transport.requests] == ["GET /services"]
    assert transport.requests[0].url.params["query"] == name


async def test_a_window_beyond_six_months_is_refused_before_pagerduty_does() -> None:
    window = Window(start=NOW - timedelta(days=181), end=NOW)
    with pytest.raises(InvalidRequestError, match="up to 180 days"):
        await search(answering([]), window=window)


async def test_absent_and_null_fields_are_no_error() -> None:
    bare = {"id": "P1", "status": "triggered", "created_at": "2026-03-03T09:00:00Z", "service": None, "teams": None}
    (one,) = (await search(answering([bare]))).rows
    assert (one.key, one.title, one.service, one.team, one.link) == ("P1", "", None, None, None)
    assert (one.severity, one.severity_raw) == (Severity.UNKNOWN, "")


async def test_a_resolved_incident_without_its_own_time_ended_when_its_status_changed() -> None:
    ended = account.incident(status="resolved", last_status_change_at="2026-03-03T09:10:00Z")
    (one,) = (await search(answering([ended]))).rows
    assert one.ends_at == NOW - timedelta(minutes=11)


async def test_one_incident_comes_with_what_fired_and_its_history_oldest_first() -> None:
    entries = account.listed(
        "log_entries",
        account.log_entry("resolve", "2026-03-03T09:20:00Z", "Resolved by oncall-a"),
        account.log_entry(
            "annotate", "2026-03-03T09:10:00Z", "Note added", channel={"type": "note", "content": "bad deploy"}
        ),
        account.log_entry("trigger", "2026-03-03T10:00:00+01:00", "Triggered", agent=None, channel=None),
    )
    transport = provider(
        {
            "GET /incidents/PINC001": {"incident": account.incident(priority=None)},
            "GET /incidents/PINC001/alerts": account.listed(
                "alerts", account.alert("slow", "warning"), account.alert("5 % of requests fail")
            ),
            "GET /incidents/PINC001/log_entries": entries,
        }
    )
    async with connected(transport) as adapter:
        one = await adapter.get_incident("PINC001", call())
    assert one.alerts == ("slow", "5 % of requests fail")
    assert (one.severity, one.severity_raw) == (Severity.CRITICAL, "critical")
    assert [(entry.kind, entry.author, entry.text) for entry in one.timeline] == [
        ("trigger", "", "Triggered"),
        ("annotate", "oncall-a", "bad deploy"),
        ("resolve", "oncall-a", "Resolved by oncall-a"),
    ]
    assert asked(transport)[2] == "GET /incidents/PINC001/log_entries include[]=channels limit=100 offset=0"

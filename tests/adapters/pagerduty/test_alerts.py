"""PagerDuty's incidents as alerts."""

from typing import Any

import httpx
import pytest

from opsloom.adapter_api.contract_kit.fake_provider import FakeProvider
from opsloom.model.alerts import Alert, AlertQuery, AlertStatus, Severity
from opsloom.model.page import Page
from tests.adapters.pagerduty import account
from tests.adapters.pagerduty.asking import INSTANCE, WINDOW, asked, call, connected, provider


def answering(*within: dict[str, Any]) -> FakeProvider:
    def incidents(request: httpx.Request) -> dict[str, Any]:
        return account.listed("incidents", *(within if request.url.params.get("since", "") > "2026" else ()))

    teams = account.listed("teams", account.named(account.TEAM))
    services = account.listed("services", account.service())
    return provider({"GET /incidents": incidents, "GET /teams": teams, "GET /services": services})


async def search(transport: FakeProvider, **wanted: Any) -> Page[Alert]:
    async with connected(transport) as adapter:
        return await adapter.search_alerts(AlertQuery(**{"window": WINDOW, "limit": 50, **wanted}), call())


async def test_an_incident_is_an_alert_with_what_pagerduty_knows_of_its_handling() -> None:
    held = account.incident(
        status="acknowledged",
        acknowledgements=[{"at": "2026-03-03T09:01:00Z", "acknowledger": account.SECOND}],
        pending_actions=[
            {"type": "resolve", "at": "2026-03-03T13:00:00Z"},
            {"type": "unacknowledge", "at": "2026-03-03T11:31:00+01:00"},
        ],
    )
    (alert,) = (await search(answering(held))).rows
    assert str(alert.ref) == f"alert:{INSTANCE}/PINC001"
    assert (alert.name, alert.service, alert.team) == ("Checkout fails", "checkout", "payments")
    assert (alert.status, alert.status_raw) == (AlertStatus.ACKNOWLEDGED, "acknowledged")
    assert alert.fingerprint == "baf7cf21b1da41b4b0221008339ff357"
    assert alert.link == f"{account.WEB}/incidents/PINC001"
    assert alert.attributes == {
        "number": "1234",
        "urgency": "high",
        "escalation_policy": "payments-escalation",
        "assigned_to": "oncall-a",
        "acknowledged_by": "oncall-b",
        "triggers_again_at": "2026-03-03T10:31:00Z",
        "alerts": "2 of 2 triggered",
    }


@pytest.mark.parametrize(
    ("priority", "urgency", "severity", "raw"),
    [
        ("P1", "low", Severity.CRITICAL, "P1"),
        ("SEV-3", "high", Severity.WARNING, "SEV-3"),
        ("Gold", "high", Severity.UNKNOWN, "Gold"),
        (None, "high", Severity.ERROR, "high"),
        (None, "low", Severity.INFO, "low"),
    ],
)
async def test_the_severity_is_the_priority_or_else_the_urgency(
    priority: str | None, urgency: str, severity: Severity, raw: str
) -> None:
    said = account.PRIORITY | {"summary": priority} if priority else None
    (alert,) = (await search(answering(account.incident(priority=said, urgency=urgency)))).rows
    assert (alert.severity, alert.severity_raw) == (severity, raw)


async def test_one_alert_has_the_worst_severity_and_the_words_of_what_raised_it() -> None:
    transport = provider(
        {
            "GET /incidents/1234": {"incident": account.incident(priority=None)},
            "GET /incidents/PINC001/alerts": account.listed(
                "alerts", account.alert("slow", "info"), account.alert("errors", "warning")
            ),
        }
    )
    async with connected(transport) as adapter:
        alert = await adapter.get_alert("1234", call())
    assert (alert.ref.native_id, alert.summary) == ("PINC001", "slow; errors")
    assert (alert.severity, alert.severity_raw) == (Severity.WARNING, "warning")


async def test_a_team_is_asked_for_by_id_and_named_where_it_is_not_the_first() -> None:
    other = account.reference("team", "PTEAM02", "platform", "teams")
    transport = answering(account.incident(teams=[other, account.TEAM]))
    page = await search(transport, team="payments")
    assert [alert.team for alert in page.rows] == ["payments"]
    assert asked(transport)[0] == "GET /teams query=payments limit=100 offset=0"
    assert "team_ids[]=PTEAM01" in asked(transport)[1]


@pytest.mark.parametrize("wanted", [{"team": "pay"}, {"service": "check"}])
async def test_an_unknown_team_or_service_finds_nothing(wanted: dict[str, str]) -> None:
    transport = answering(account.incident())
    page = await search(transport, **wanted)
    assert (page.rows, len(page.notes), len(transport.requests)) == ((), 1, 1)


async def test_severity_and_text_are_filtered_by_us() -> None:
    transport = answering(account.incident(), account.incident("P2", priority=None, urgency="low", title="Disk full"))
    page = await search(transport, severity=Severity.INFO, text="disk")
    assert [alert.name for alert in page.rows] == ["Disk full"]


@pytest.mark.parametrize("status", [AlertStatus.PENDING, AlertStatus.SUPPRESSED])
async def test_incidents_are_never_pending_or_suppressed(status: AlertStatus) -> None:
    transport = answering(account.incident())
    page = await search(transport, statuses=frozenset({status}))
    assert (page.rows, transport.requests) == ((), [])
    assert page.notes == ("incidents of PagerDuty are triggered, acknowledged, resolved only",)


async def test_a_new_status_of_pagerduty_is_found_by_asking_for_unknown() -> None:
    transport = answering(account.incident(status="merged"), account.incident("P2"))
    page = await search(transport, statuses=frozenset({AlertStatus.UNKNOWN}))
    assert [(alert.status, alert.status_raw) for alert in page.rows] == [(AlertStatus.UNKNOWN, "merged")]
    assert "statuses[]" not in asked(transport)[0]

"""How Opsgenie's alerts are asked for, page by page, and what becomes of them."""

from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from pydantic import ValidationError

from opsloom.model.alerts import Alert, AlertStatus, Severity
from opsloom.model.errors import PermissionDeniedError, RateLimitedError, UnexpectedAnswerError
from opsloom.model.page import Page
from opsloom_adapters.opsgenie.config import OpsgenieConfig
from tests.adapters.opsgenie.asking import (
    ALERT,
    ALERTS,
    ID,
    TEAM_ID,
    TEAM_LIST,
    TEAMS,
    URL,
    Opsgenie,
    alert,
    alert_query,
    call_at,
    connected,
    said,
)

UNTIL = "createdAt <= 1772529660000"
SINCE = "updatedAt >= 1772526060000"
DEFAULT = f"{UNTIL} AND (status: open OR {SINCE})"
FORBIDDEN = httpx.Response(403, json={"message": "You are not authorized", "took": 0, "requestId": "x"})


async def search(opsgenie: Opsgenie, settings: dict[str, Any] | None = None, **asked: Any) -> Page[Alert]:
    async with connected(opsgenie, **(settings or {})) as adapter:
        return await adapter.search_alerts(alert_query(**asked), call_at())


async def listed(settings: dict[str, Any] | None = None, **more: Any) -> Alert:
    return (await search(Opsgenie({ALERTS: said([alert(**more)])}), settings)).rows[0]


async def asked_for(settings: dict[str, Any] | None = None, **asked: Any) -> str:
    opsgenie = Opsgenie({ALERTS: said([])})
    page = await search(opsgenie, settings, **asked)
    sent = opsgenie.requests[-1].url.params["query"]
    assert page.query == sent
    return sent


@pytest.mark.parametrize(
    ("asked", "query"),
    [
        ({}, DEFAULT),
        ({"statuses": frozenset({AlertStatus.FIRING})}, f"{UNTIL} AND status: open"),
        ({"statuses": frozenset({AlertStatus.ACKNOWLEDGED, AlertStatus.SUPPRESSED})}, f"{UNTIL} AND status: open"),
        ({"statuses": frozenset({AlertStatus.RESOLVED})}, f"{UNTIL} AND status: closed AND {SINCE}"),
        ({"statuses": frozenset({AlertStatus.RESOLVED, AlertStatus.FIRING})}, DEFAULT),
        ({"severity": Severity.CRITICAL}, f"{DEFAULT} AND (priority: P1)"),
        ({"severity": Severity.INFO}, f"{DEFAULT} AND (priority: P4 OR priority: P5)"),
        ({"severity": Severity.UNKNOWN}, DEFAULT),
        ({"text": "requests  fail"}, f'{DEFAULT} AND message: "requests fail"'),
        ({"service": "checkout"}, f'{DEFAULT} AND tag: "service:checkout"'),
        ({"team": "payments"}, f'{DEFAULT} AND responders: "payments"'),
    ],
)
async def test_every_filter_is_asked_for(asked: dict[str, Any], query: str) -> None:
    assert await asked_for(**asked) == query


@pytest.mark.parametrize(
    ("hostile", "condition"),
    [
        ('x" OR status: closed OR message: "y', ' AND message: "x OR status: closed OR message: y"'),
        ("a\\", ' AND message: "a"'),
        ("a\r\nb\x00", ' AND message: "a b"'),
        ("50 %", ' AND message: "50 %"'),
        ("%%", ""),
    ],
)
async def test_hostile_text_stays_within_its_phrase(hostile: str, condition: str) -> None:
    assert await asked_for(text=hostile) == DEFAULT + condition


@pytest.mark.parametrize("name", ["service", "team"])
async def test_a_name_that_cannot_be_quoted_is_filtered_by_us(name: str) -> None:
    opsgenie = Opsgenie({ALERTS: said([alert()])})
    page = await search(opsgenie, **{name: 'checkout" OR status: "open'})
    assert opsgenie.requests[-1].url.params["query"] == DEFAULT
    assert (page.rows, page.complete) == ((), True)


async def test_pages_are_followed_by_their_offset_the_newest_first() -> None:
    opsgenie = Opsgenie({ALERTS: (said([alert("a")], more=True), said([alert("b")]))})
    page = await search(opsgenie, limit=40)
    assert [one.ref.native_id for one in page.rows] == ["a", "b"]
    assert (page.complete, page.total) == (True, 2)
    slices = [request.url.params for request in opsgenie.requests if request.url.path == "/v2/alerts"]
    assert [(one["offset"], one["limit"]) for one in slices] == [("0", "40"), ("40", "40")]
    assert {(one["sort"], one["order"]) for one in slices} == {("createdAt", "desc")}


async def test_a_page_that_is_not_needed_is_not_fetched() -> None:
    opsgenie = Opsgenie({ALERTS: (said([alert("a"), alert("b")], more=True),)})
    page = await search(opsgenie, limit=1)
    assert ([one.ref.native_id for one in page.rows], page.complete, page.total) == (["a"], False, None)


async def test_what_opsgenie_cannot_tell_apart_is_left_out_and_more_is_read() -> None:
    opsgenie = Opsgenie(
        {ALERTS: (said([alert("a"), alert("b", snoozed=True)], more=True), said([alert("c", acknowledged=True)]))}
    )
    page = await search(opsgenie, statuses=frozenset({AlertStatus.ACKNOWLEDGED}), limit=1)
    assert [one.ref.native_id for one in page.rows] == ["c"]
    assert opsgenie.requests[1].url.params["limit"] == "100"


async def test_an_alert_that_closed_before_the_window_is_left_out() -> None:
    closed = alert("a", status="closed", updatedAt="2026-03-03T08:20:00Z")
    assert (await search(Opsgenie({ALERTS: said([closed])}))).rows == ()


async def test_an_alert_is_mapped() -> None:
    heard = await listed(acknowledged=True, report={"ackTime": 1, "acknowledgedBy": "oncall-a"}, owner="oncall-a")
    assert heard == Alert(
        ref=heard.ref,
        link=f"https://app.eu.opsgenie.com/alert/detail/{ID}/details",
        name="5 % of requests fail",
        status=AlertStatus.ACKNOWLEDGED,
        status_raw="open",
        severity=Severity.ERROR,
        severity_raw="P2",
        service="checkout",
        team="payments",
        starts_at=datetime(2026, 3, 3, 9, 0, 0, 511_000, tzinfo=UTC),
        updated_at=datetime(2026, 3, 3, 9, 20, 1, 500_000, tzinfo=UTC),
        fingerprint="checkout/HighErrorRate",
        labels={"service": "checkout"},
        attributes={
            "tiny_id": "1791",
            "count": "79",
            "owner": "oncall-a",
            "acknowledged_by": "oncall-a",
            "last_occurred_at": "2026-03-03T09:19:09.123Z",
            "source": "prometheus",
            "integration": "prometheus-eu",
            "tags": "service:checkout, critical, https://wiki.test/x",
        },
    )
    assert str(heard.ref) == f"alert:opsgenie-eu/{ID}"


@pytest.mark.parametrize(
    ("said_of_it", "status"),
    [
        ({}, AlertStatus.FIRING),
        ({"acknowledged": True}, AlertStatus.ACKNOWLEDGED),
        ({"snoozed": True, "snoozedUntil": "2026-03-03T11:00:00Z"}, AlertStatus.SUPPRESSED),
        ({"snoozed": True, "acknowledged": True}, AlertStatus.SUPPRESSED),
        ({"status": "closed", "acknowledged": True}, AlertStatus.RESOLVED),
        ({"status": "deleted"}, AlertStatus.UNKNOWN),
    ],
)
async def test_status_acknowledgement_and_snooze_say_where_it_stands(
    said_of_it: dict[str, Any], status: AlertStatus
) -> None:
    assert (await listed(**said_of_it)).status is status


@pytest.mark.parametrize(
    ("priority", "severity"),
    [
        ("P1", Severity.CRITICAL),
        ("P2", Severity.ERROR),
        ("P3", Severity.WARNING),
        ("P4", Severity.INFO),
        ("P5", Severity.INFO),
        ("P9", Severity.UNKNOWN),
        (None, Severity.UNKNOWN),
    ],
)
async def test_a_priority_says_how_bad_it_is(priority: str | None, severity: Severity) -> None:
    heard = await listed(priority=priority)
    assert (heard.severity, heard.severity_raw) == (severity, priority or "")


async def test_a_closed_alert_ended_with_its_last_update() -> None:
    heard = await listed(status="closed")
    assert heard.ends_at == heard.updated_at == datetime(2026, 3, 3, 9, 20, 1, 500_000, tzinfo=UTC)


async def test_what_is_null_or_absent_stays_empty() -> None:
    bare = {"id": "a", "status": "open", "createdAt": "2026-03-03T09:00:00Z", "tags": None, "responders": None}
    heard = (await search(Opsgenie({ALERTS: said([bare])}))).rows[0]
    assert (heard.name, heard.service, heard.team, heard.labels) == ("", None, None, {})


async def test_another_key_may_name_the_service() -> None:
    assert (await listed({"service_key": "app"}, tags=["app:web:8080"])).service == "web:8080"


async def test_a_single_alert_has_its_description_and_details() -> None:
    details = {"service": "web", "runbook": "https://wiki.test/r", "empty": ""}
    whole = alert(description="checkout fails", details=details, entity="pod-1")
    opsgenie = Opsgenie({ALERT: said(whole)})
    async with connected(opsgenie) as adapter:
        heard = await adapter.get_alert(ID, call_at())
    assert opsgenie.asked == [ALERT, TEAMS]
    assert opsgenie.requests[0].url.params["identifierType"] == "id"
    assert (heard.summary, heard.service, heard.team) == ("checkout fails", "web", "payments")
    assert heard.labels == {"service": "web", "runbook": "https://wiki.test/r"}
    assert heard.attributes["entity"] == "pod-1"


async def test_teams_that_the_key_may_not_see_are_missing_and_that_is_said() -> None:
    page = await search(Opsgenie({ALERTS: said([alert()]), TEAMS: FORBIDDEN}))
    assert page.rows[0].team is None
    assert page.notes == ("teams are missing: the API key lacks Configuration access",)


async def test_a_search_by_team_needs_teams() -> None:
    with pytest.raises(PermissionDeniedError, match="Configuration access"):
        await search(Opsgenie({ALERTS: said([alert()]), TEAMS: FORBIDDEN}), team="payments")


async def test_of_several_teams_the_one_that_is_asked_for_is_the_team() -> None:
    teams = said([*TEAM_LIST["data"], {"id": "t2", "name": "web"}])
    both = alert(responders=[{"type": "team", "id": TEAM_ID}, {"type": "team", "id": "t2"}])
    page = await search(Opsgenie({ALERTS: said([both]), TEAMS: teams}), team="web")
    assert [one.team for one in page.rows] == ["web"]


async def test_the_limits_of_the_search_are_said() -> None:
    page = await search(Opsgenie({ALERTS: said([])}), text="fail", service="checkout")
    assert page.notes == (
        "Opsgenie finds whole words of messages: parts of words, tags and descriptions were not searched",
        "the service of a listed alert is its tag service:<name>: alerts without it were left out",
    )


async def test_an_answer_without_data_is_no_empty_search() -> None:
    with pytest.raises(UnexpectedAnswerError):
        await search(Opsgenie({ALERTS: {"took": 0.1, "requestId": "x"}}))


async def test_the_period_of_a_throttle_is_how_long_to_wait() -> None:
    headers = {"x-ratelimit-state": "THROTTLED", "x-ratelimit-reason": "ACCOUNT", "x-ratelimit-period-in-sec": "60"}
    opsgenie = Opsgenie({ALERTS: httpx.Response(429, headers=headers)})
    with pytest.raises(RateLimitedError) as limited:
        await search(opsgenie)
    assert limited.value.retry_after_seconds == 60
    assert opsgenie.asked.count(ALERTS) == 1


async def test_the_key_goes_into_its_own_scheme() -> None:
    opsgenie = Opsgenie({ALERTS: said([])})
    await search(opsgenie)
    assert {request.headers["authorization"] for request in opsgenie.requests} == {"GenieKey secret-of-OPSGENIE_KEY"}


async def test_the_link_opens_the_same_search() -> None:
    page = await search(Opsgenie({ALERTS: said([])}), text="requests fail")
    assert page.link is not None
    address = urlsplit(page.link)
    assert (address.netloc, address.path) == ("app.eu.opsgenie.com", "/alert/list")
    assert parse_qs(address.query) == {"query": [page.query]}


async def test_behind_another_address_there_are_links_only_where_the_site_is_told() -> None:
    proxied = {"base_url": "https://proxy.example.com/opsgenie"}
    transport = {ALERTS: said([alert()])}
    prefixed = Opsgenie(
        {f"{name[:4]}/opsgenie{name[4:]}": said for name, said in {**transport, TEAMS: TEAM_LIST}.items()}
    )
    assert (await search(prefixed, proxied)).rows[0].link is None


@pytest.mark.parametrize("settings", [{"service_key": 'a" OR'}, {"services": {"": "payments"}}, {"region": "eu"}])
def test_settings_that_cannot_work_are_refused(settings: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        OpsgenieConfig.model_validate({"adapter": "opsgenie", "base_url": URL, **settings})

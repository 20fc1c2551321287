"""Problems of Dynatrace as alerts: what is asked, and what comes of the answer."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from opsloom.adapter_api.contract_kit.fake_provider import FakeProvider
from opsloom.model.alerts import Alert, AlertQuery, AlertStatus, Severity
from opsloom.model.errors import InvalidRequestError, UnexpectedAnswerError
from opsloom.model.metrics import MetricKind
from opsloom.model.page import Page
from opsloom.model.window import Window
from opsloom_adapters.dynatrace.mapping import ACKNOWLEDGED
from tests.adapters.dynatrace import environment
from tests.adapters.dynatrace.asking import INSTANCE, NOW, URL, WINDOW, asked, call, connected, provider
from tests.adapters.dynatrace.environment import CHECKOUT, PROBLEM, millis

START, END = millis("2026-03-03T07:21:00Z"), millis("2026-03-03T09:21:00Z")
COMMENTS = "recentComments"


def answering(
    within: list[dict[str, Any]], open_before: list[dict[str, Any]] | None = None, ended_after: Any = ()
) -> FakeProvider:
    """Problems that began or ended in the window, that are open since before it, and that ended after it."""

    def problems(request: httpx.Request) -> dict[str, Any]:
        asked_for = request.url.params
        if int(asked_for["to"]) <= START:
            return environment.listed("problems", *(open_before or []))
        return environment.listed("problems", *(within if int(asked_for["from"]) == START else ended_after))

    entities = environment.listed("entities", environment.service(), environment.service("SERVICE-2", "Checkout"))
    return provider({"GET /api/v2/problems": problems, "GET /api/v2/entities": entities})


async def search(transport: FakeProvider, settings: Any = (), **wanted: Any) -> Page[Alert]:
    async with connected(transport, **dict(settings)) as adapter:
        return await adapter.search_alerts(AlertQuery(**{"window": WINDOW, "limit": 50, **wanted}), call())


def ids(page: Page[Alert]) -> list[str]:
    return [one.ref.native_id for one in page.rows]


async def test_a_problem_is_an_alert_with_its_cause_and_impact() -> None:
    (alert,) = (await search(answering([environment.problem()]))).rows
    assert (alert.ref.instance, alert.ref.native_id) == (INSTANCE, PROBLEM)
    assert alert.link == f"{URL}/#problems/problemdetails;pid={PROBLEM}"
    assert (alert.name, alert.service, alert.team) == ("Failure rate increase", "cart", "payments")
    assert (alert.status, alert.status_raw) == (AlertStatus.FIRING, "OPEN")
    assert (alert.severity, alert.severity_raw, alert.signal) == (Severity.ERROR, "ERROR", MetricKind.ERRORS)
    assert alert.starts_at == NOW - timedelta(minutes=21)
    assert alert.ends_at is None
    assert alert.attributes == {
        "display_id": "P-26032870",
        "impact_level": "SERVICES",
        "root_cause": "cart (SERVICE)",
        "root_cause_id": environment.CART,
        "affected_entities": "checkout (SERVICE)",
        "impacted_entities": "checkout (SERVICE), cart (SERVICE)",
        "services": "cart, checkout",
        "management_zones": "shop",
        "alerting_profiles": "Default",
        "tags": "easyTravel, owner:payments",
    }


async def test_one_problem_tells_its_evidence_and_how_many_users_it_affects() -> None:
    transport = provider(
        {f"GET /api/v2/problems/{PROBLEM}": environment.problem(**environment.details())},
    )
    async with connected(transport) as adapter:
        alert = await adapter.get_alert(PROBLEM, call())
    assert alert.summary == "Failure rate on cart (SERVICE)"
    assert alert.attributes["estimated_affected_users"] == "128"
    assert asked(transport) == [{"fields": "evidenceDetails,impactAnalysis,recentComments"}]


@pytest.mark.parametrize(
    ("level", "severity"),
    [
        ("AVAILABILITY", Severity.CRITICAL),
        ("ERROR", Severity.ERROR),
        ("MONITORING_UNAVAILABLE", Severity.ERROR),
        ("PERFORMANCE", Severity.WARNING),
        ("RESOURCE_CONTENTION", Severity.WARNING),
        ("CUSTOM_ALERT", Severity.WARNING),
        ("INFO", Severity.INFO),
        ("QUANTUM", Severity.UNKNOWN),
    ],
)
async def test_each_severity_level_has_a_severity_and_keeps_its_word(level: str, severity: Severity) -> None:
    (alert,) = (await search(answering([environment.problem(severityLevel=level)]))).rows
    assert (alert.severity, alert.severity_raw) == (severity, level)


async def test_what_lasted_through_the_window_is_found_too() -> None:
    window = Window(start=WINDOW.start, end=NOW - timedelta(hours=1))
    through = environment.closed("THROUGH", "2026-03-02T00:00:00Z", "2026-03-03T09:00:00Z")
    later = environment.closed("LATER", "2026-03-03T08:30:00Z", "2026-03-03T09:00:00Z")
    transport = answering(
        [environment.closed("WITHIN", "2026-03-03T07:30:00Z", "2026-03-03T07:40:00Z")],
        open_before=[environment.problem("OPEN-SINCE", startTime=millis("2025-12-01T00:00:00Z"))],
        ended_after=[through, later],
    )
    page = await search(transport, window=window)
    assert ids(page) == ["WITHIN", "THROUGH", "OPEN-SINCE"]
    assert page.complete
    first, second, third = asked(transport)
    assert "problemSelector" not in first
    assert (first["from"], first["to"], first["sort"]) == (str(START), str(END - 3_600_000), "-startTime")
    assert (second["problemSelector"], second["to"]) == ('status("open")', str(START))
    assert (third["problemSelector"], third["from"], third["to"]) == (
        'status("closed")',
        str(END - 3_600_000),
        str(END),
    )


async def test_the_same_problem_from_two_questions_is_given_once() -> None:
    same = environment.problem(startTime=millis("2026-03-03T00:00:00Z"))
    assert ids(await search(answering([same], open_before=[same]))) == [PROBLEM]


async def test_older_ones_are_not_asked_for_while_newer_ones_fill_the_limit() -> None:
    transport = answering([environment.problem("A"), environment.problem("B")])
    page = await search(transport, limit=1)
    assert (len(page.rows), page.complete, len(transport.requests)) == (1, False, 1)
    assert asked(transport)[0]["pageSize"] == "1"


async def test_the_key_of_a_page_is_sent_with_nothing_but_the_fields() -> None:
    def problems(request: httpx.Request) -> dict[str, Any]:
        if request.url.params.get("nextPageKey") == "AQA+=":
            return environment.listed("problems", environment.problem("B"))
        is_first = request.url.params.get("from") == str(START)
        return environment.listed("problems", environment.problem("A"), following="AQA+=" if is_first else None)

    transport = provider({"GET /api/v2/problems": problems})
    page = await search(transport)
    assert set(ids(page)) == {"A", "B"}
    assert asked(transport)[1] == {"nextPageKey": "AQA+=", "fields": COMMENTS}


@pytest.mark.parametrize(
    ("wanted", "selectors"),
    [
        ({"statuses": frozenset({AlertStatus.RESOLVED})}, ['status("closed")']),
        ({"statuses": frozenset({AlertStatus.FIRING})}, ['status("open")', 'status("open")']),
        (
            {"severity": Severity.WARNING},
            [
                'severityLevel("PERFORMANCE","RESOURCE_CONTENTION","CUSTOM_ALERT")',
                'status("open"),severityLevel("PERFORMANCE","RESOURCE_CONTENTION","CUSTOM_ALERT")',
            ],
        ),
    ],
)
async def test_status_and_severity_are_filtered_by_dynatrace(wanted: dict[str, Any], selectors: list[str]) -> None:
    transport = answering([])
    await search(transport, **wanted)
    assert [one.get("problemSelector") for one in asked(transport)] == selectors


async def test_a_status_that_dynatrace_does_not_have_finds_nothing_and_says_so() -> None:
    transport = answering([environment.problem()])
    page = await search(transport, statuses=frozenset({AlertStatus.SUPPRESSED}))
    assert (page.rows, transport.requests) == ((), [])
    assert page.notes == ("problems of Dynatrace are open or closed only",)


async def test_text_and_team_are_filtered_by_us() -> None:
    other = environment.problem("B", title="CPU saturation", entityTags=[environment.tag("dt.owner-1", "platform")])
    transport = answering([environment.problem(), other])
    assert ids(await search(transport, text="cpu", team="platform")) == ["B"]
    assert asked(transport)[0]["pageSize"] == "500"


async def test_a_service_is_looked_up_and_selected_by_its_exact_name() -> None:
    transport = answering([environment.problem(), environment.problem("B", rootCauseEntity=None, affectedEntities=[])])
    page = await search(transport, service="checkout")
    assert [one.service for one in page.rows] == ["checkout", "checkout"]
    lookup, first, *_ = asked(transport)
    exactly = 'type("SERVICE"),caseSensitive(entityName.equals("checkout"))'
    assert lookup["entitySelector"] == first["entitySelector"] == exactly
    assert lookup["from"] == str(START - 3 * 86_400_000)


@pytest.mark.parametrize("name", ["cart", "CHECKOUT", 'x"),type("HOST'])
async def test_an_unknown_service_finds_nothing_and_never_all_problems(name: str) -> None:
    transport = answering([environment.problem()])
    page = await search(transport, service=name)
    assert (page.rows, len(transport.requests)) == ((), 1)
    assert "no service of exactly that name" in page.notes[0]


async def test_a_hostile_name_stays_one_quoted_value() -> None:
    transport = answering([])
    await search(transport, service='a~b"),type("HOST')
    assert asked(transport)[0]["entitySelector"] == (
        'type("SERVICE"),caseSensitive(entityName.equals("a~~b~"),type(~"HOST"))'
    )


async def test_a_name_that_is_none_is_refused_before_it_is_sent() -> None:
    with pytest.raises(InvalidRequestError, match="may have 500 characters"):
        await search(answering([]), service="x" * 501)


async def test_a_problem_with_our_comment_counts_as_acknowledged_until_it_is_closed() -> None:
    comments = {"comments": [environment.comment("mine", ACKNOWLEDGED)]}
    held = environment.problem("HELD", recentComments=comments)
    ended = environment.closed("ENDED", "2026-03-03T08:00:00Z", "2026-03-03T08:10:00Z", recentComments=comments)
    others = {"comments": [environment.comment("Acknowledged, says somebody", "chat")]}
    transport = answering([held, ended, environment.problem("OTHER", recentComments=others)])
    page = await search(transport)
    assert {one.ref.native_id: (one.status, one.status_raw) for one in page.rows} == {
        "HELD": (AlertStatus.ACKNOWLEDGED, "OPEN"),
        "ENDED": (AlertStatus.RESOLVED, "CLOSED"),
        "OTHER": (AlertStatus.FIRING, "OPEN"),
    }
    assert ids(await search(transport, statuses=frozenset({AlertStatus.ACKNOWLEDGED}))) == ["HELD"]


async def test_absent_and_null_fields_are_no_error() -> None:
    bare = {
        "problemId": "P",
        "status": "OPEN",
        "startTime": millis("2026-03-03T09:00:00Z"),
        **dict.fromkeys(("title", "rootCauseEntity", "affectedEntities", "entityTags", "recentComments")),
    }
    (alert,) = (await search(answering([bare]))).rows
    assert (alert.name, alert.service, alert.team, alert.severity_raw) == ("", None, None, "")
    assert alert.attributes == {}


async def test_many_entities_are_counted_and_the_first_are_named() -> None:
    many = [environment.stub(f"HOST-{number}", f"host-{number}") for number in range(12)]
    (alert,) = (await search(answering([environment.problem(affectedEntities=many)]))).rows
    assert alert.attributes["affected_entities"].endswith("host-9 (HOST) and 2 more")
    assert CHECKOUT not in alert.attributes["affected_entities"]


@pytest.mark.parametrize("start", [10**18, "soon", None])
async def test_a_time_that_is_none_is_an_unexpected_answer(start: Any) -> None:
    with pytest.raises(UnexpectedAnswerError):
        await search(answering([environment.problem(startTime=start)]))

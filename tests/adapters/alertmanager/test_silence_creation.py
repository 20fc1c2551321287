"""Making silences, from canned replies: what is planned, what is sent, what is seen of it."""

import json
from typing import Any

import httpx
import pytest

from opsloom.model import limits
from opsloom.model.changes import (
    ChangePlan,
    Effect,
    ExpireSilence,
    Matcher,
    Observation,
    Receipt,
    Sight,
    SilenceAlerts,
)
from opsloom.model.errors import (
    AuthenticationError,
    ConflictError,
    NotFoundError,
    OpsloomError,
    OutcomeUnknownError,
    PermissionDeniedError,
    UnavailableError,
    UnexpectedAnswerError,
)
from tests.adapters.alertmanager.asking import call_at, connected, gettable_alert
from tests.adapters.alertmanager.silencing import (
    CREATE,
    LIST_ALERTS,
    LIST_SILENCES,
    MARKER,
    OF_CHECKOUT,
    SILENCE,
    Routed,
    gettable_silence,
    order_of,
    silence_alerts,
)

HOSTILE = 'x"} or vector(1)\r\n-- \\ é\u2028{a="'
MARKED = f"noisy [{MARKER}] approved by lead-b"
OTHER_MATCHERS = [{"isEqual": True, "isRegex": False, "name": "service", "value": "cart"}]
_NO_SETTINGS: dict[str, Any] = {}


async def plan(
    transport: Routed, change: SilenceAlerts | None = None, settings: dict[str, Any] = _NO_SETTINGS
) -> ChangePlan:
    async with connected(transport, **settings) as adapter:
        return await adapter.plan_silence(change or silence_alerts(), call_at())


async def apply(transport: Routed, change: SilenceAlerts | None = None) -> Receipt:
    order = order_of(await plan(Routed({}), change))
    async with connected(transport) as adapter:
        return await adapter.apply_silence(order, call_at())


async def observe(*silences: dict[str, Any]) -> Observation:
    order = order_of(await plan(Routed({})))
    async with connected(Routed({LIST_SILENCES: list(silences)})) as adapter:
        return await adapter.observe_silence(order, call_at())


def alert(name: str, **said: Any) -> dict[str, Any]:
    return gettable_alert(**{"labels": {"alertname": name, "service": "checkout", "severity": "page"}, **said})


async def test_a_plan_only_reads_and_shows_what_the_silence_would_hide() -> None:
    transport = Routed({LIST_ALERTS: [alert("Errors"), alert("Slow", labels={"alertname": "Slow", "job": "node"})]})
    planned = await plan(transport, settings={"web_url": "https://alerts.example.com"})
    assert transport.asked == [LIST_ALERTS, LIST_SILENCES]
    assert transport.requests[0].url.params.get_list("filter") == ['service="checkout"']
    assert planned.summary == 'Silence alerts that match {service="checkout"} for 2h: hides 2 alerts now'
    assert planned.targets == ('{service="checkout"}',)
    assert (planned.affects, planned.affected_count) == (('Errors{service="checkout"}', 'Slow{job="node"}'), 2)
    assert planned.services == ("checkout", "node")
    assert planned.effects == (Effect(what="notifications of 2 alerts", before="sent", after="silenced for 2h"),)
    assert planned.inverse == ExpireSilence(silence="")
    assert not planned.conditional
    assert planned.link is not None
    assert planned.link.startswith("https://alerts.example.com/#/alerts?")


async def test_the_plan_of_a_resolved_change_is_the_same_plan() -> None:
    doubled = (Matcher(name="severity", value="page", is_equal=False), OF_CHECKOUT, OF_CHECKOUT)
    transport = Routed({LIST_ALERTS: [alert("Errors")], LIST_SILENCES: [gettable_silence()]})
    first = await plan(transport, silence_alerts(*doubled))
    assert isinstance(first.change, SilenceAlerts)
    assert list(map(str, first.change.matchers)) == ['service="checkout"', 'severity!="page"']
    assert await plan(transport, first.change) == first


async def test_alerts_that_come_and_go_leave_what_was_observed_and_another_service_does_not() -> None:
    matcher = Matcher(name="team", value="payments")
    one = await plan(Routed({LIST_ALERTS: [alert("A")]}), silence_alerts(matcher))
    more = await plan(Routed({LIST_ALERTS: [alert("A"), alert("B")]}), silence_alerts(matcher))
    assert more.observed == one.observed
    for labels in ({"alertname": "A", "service": "cart"}, {"alertname": "A"}):
        replies = {LIST_ALERTS: [alert("A"), alert("C", labels=labels)]}
        assert (await plan(Routed(replies), silence_alerts(matcher))).observed != one.observed


async def test_the_service_that_the_matchers_name_counts_while_none_of_its_alerts_fires() -> None:
    planned = await plan(Routed({}))
    assert (planned.services, planned.affected_count) == (("checkout",), 0)
    assert planned.observed == (await plan(Routed({LIST_ALERTS: [alert("Errors")]}))).observed
    assert "will be hidden too" in planned.not_inspected[0]


async def test_an_alert_without_a_service_is_said_to_be_unknown() -> None:
    replies = {LIST_ALERTS: [alert("Errors", labels={"alertname": "Errors"})]}
    planned = await plan(Routed(replies), silence_alerts(Matcher(name="alertname", value="Errors")))
    assert (planned.services, planned.affects) == ((), ("Errors{}",))
    assert planned.not_inspected[1] == "The services of 1 alert with none of the labels service, app, job."


async def test_alerts_that_are_suppressed_already_are_told_apart() -> None:
    suppressed = alert("Slow", status={"state": "suppressed", "inhibitedBy": ["f"]})
    planned = await plan(Routed({LIST_ALERTS: [alert("Errors"), suppressed]}))
    assert [(effect.what, effect.before) for effect in planned.effects] == [
        ("notifications of 1 alert", "sent"),
        ("notifications of 1 alert silenced or inhibited already", "suppressed"),
    ]


async def test_the_worst_alerts_are_listed_and_all_are_counted() -> None:
    mild = {"alertname": "Aaa", "service": "checkout", "severity": "info"}
    alerts = [*(alert("Aaa", labels=mild) for _ in range(limits.PLAN_AFFECTED_MAX)), alert("Zzz")]
    planned = await plan(Routed({LIST_ALERTS: alerts}))
    assert planned.affects[0] == 'Zzz{service="checkout"}'
    assert (len(planned.affects), planned.affected_count) == (limits.PLAN_AFFECTED_MAX, len(alerts))


async def test_an_active_silence_with_the_same_matchers_is_named_and_observed() -> None:
    others = [
        gettable_silence(id="other", matchers=OTHER_MATCHERS),
        gettable_silence(id="over", status={"state": "expired"}),
    ]
    without = await plan(Routed({LIST_SILENCES: others}))
    planned = await plan(Routed({LIST_SILENCES: [*others, gettable_silence()]}))
    assert len(without.effects) == 1
    assert planned.effects[1].what == f"silence {SILENCE} with the same matchers"
    assert planned.effects[1].before == "active until 2026-03-01T13:45:00.044Z"
    assert planned.observed != without.observed


async def test_a_silence_is_made_with_one_request_that_names_requester_approver_and_marker() -> None:
    transport = Routed({CREATE: {"silenceID": SILENCE}})
    receipt = await apply(transport, silence_alerts(comment="noisy"))
    assert transport.asked == [CREATE]
    assert json.loads(transport.requests[0].content) == {
        "matchers": [{"name": "service", "value": "checkout", "isRegex": False, "isEqual": True}],
        "startsAt": "2026-03-01T12:00:00Z",
        "endsAt": "2026-03-01T14:00:00Z",
        "createdBy": "opsloom for oncall-a",
        "comment": MARKED,
    }
    assert receipt.native_id == SILENCE
    assert receipt.inverse == ExpireSilence(silence=SILENCE)
    assert receipt.link == f"http://alertmanager.test/#/silences/{SILENCE}"


async def test_hostile_text_stays_data_in_the_question_and_in_the_silence() -> None:
    matchers = (Matcher(name="service", value=HOSTILE), Matcher(name="path", value=r"\d+\.js", is_regex=True))
    reading = Routed({})
    await plan(reading, silence_alerts(*matchers))
    texts = [r'path=~"\\d+\\.js"', 'service="x\\"} or vector(1)\r\\n-- \\\\ é\u2028{a=\\""']
    assert reading.requests[0].url.params.get_list("filter") == texts
    transport = Routed({CREATE: {"silenceID": SILENCE}})
    await apply(transport, silence_alerts(*matchers, comment=HOSTILE))
    sent = json.loads(transport.requests[0].content)
    assert [matcher["value"] for matcher in sent["matchers"]] == [r"\d+\.js", HOSTILE]
    assert sent["comment"] == f"{HOSTILE} [{MARKER}] approved by lead-b"


UNCERTAIN = [
    httpx.Response(500, json="broken"),
    httpx.Response(502, text="bad gateway"),
    httpx.Response(200, json={}),
    httpx.Response(200, json={"silenceID": ""}),
    httpx.Response(200, html="<html>log in</html>"),
    httpx.ReadTimeout("late"),
    httpx.RemoteProtocolError("broke"),
]


@pytest.mark.parametrize("reply", UNCERTAIN, ids=repr)
async def test_an_uncertain_answer_is_an_unknown_outcome_after_exactly_one_request(reply: object) -> None:
    transport = Routed({CREATE: reply})
    with pytest.raises(OutcomeUnknownError):
        await apply(transport)
    assert transport.asked == [CREATE]


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        (httpx.Response(400, json="silence invalid"), UnexpectedAnswerError),
        (httpx.Response(401), AuthenticationError),
        (httpx.Response(403), PermissionDeniedError),
        (httpx.Response(404), NotFoundError),
        (httpx.Response(409), ConflictError),
        (httpx.ConnectError("refused"), UnavailableError),
    ],
    ids=repr,
)
async def test_a_refused_request_is_no_unknown_outcome(reply: object, error: type[OpsloomError]) -> None:
    transport = Routed({CREATE: reply})
    with pytest.raises(error):
        await apply(transport)
    assert transport.asked == [CREATE]


async def test_a_silence_with_marker_and_matchers_is_present_while_it_is_active_or_pending() -> None:
    other = gettable_silence(id="other")
    for state in ("active", "pending"):
        observed = await observe(other, gettable_silence(comment=MARKED, status={"state": state}))
        assert observed.sight is Sight.PRESENT
        assert observed.receipt is not None
        assert observed.receipt.native_id == SILENCE
        assert observed.receipt.inverse == ExpireSilence(silence=SILENCE)
        assert dict(observed.state)["state"] == state


async def test_a_success_without_a_silence_is_seen_as_absent() -> None:
    assert await observe() == Observation(sight=Sight.ABSENT)
    longer = gettable_silence(comment=f"noisy [{MARKER}x] approved by lead-b")
    assert (await observe(gettable_silence(), longer)).sight is Sight.ABSENT


@pytest.mark.parametrize("changed", [{"status": {"state": "expired"}}, {"matchers": OTHER_MATCHERS}])
async def test_a_silence_that_was_ended_or_hides_something_else_is_absent_and_shown(changed: dict[str, Any]) -> None:
    observed = await observe(gettable_silence(comment=MARKED, **changed))
    assert (observed.sight, observed.receipt) == (Sight.ABSENT, None)
    assert ("silence", SILENCE) in observed.state


async def test_a_failing_alertmanager_is_no_observation() -> None:
    order = order_of(await plan(Routed({})))
    async with connected(Routed({LIST_SILENCES: httpx.Response(503)})) as adapter:
        with pytest.raises(UnavailableError):
            await adapter.observe_silence(order, call_at())


async def test_plans_and_applications_are_captured_as_evidence() -> None:
    call = call_at()
    async with connected(Routed({CREATE: {"silenceID": SILENCE}})) as adapter:
        planned = await adapter.plan_silence(silence_alerts(), call)
        await adapter.apply_silence(order_of(planned), call)
    assert [exchange.method for exchange in call.exchanges] == ["GET", "GET", "POST"]
    assert f"[{MARKER}]" in dict(call.exchanges[-1].parameters)["body"]

"""Silences as downtimes."""

from typing import Any

import httpx
import pytest

from opsloom.model.alerts import AlertQuery
from opsloom.model.changes import ChangePlan, ExpireSilence, Matcher, Observation, Receipt, Sight, SilenceAlerts
from opsloom.model.errors import ConflictError, InvalidRequestError, OutcomeUnknownError
from tests.adapters.canned import MARKER, order_of
from tests.adapters.datadog.asking import HOSTILE, WINDOW, Datadog, call_at, connected
from tests.adapters.datadog.vendor import DOWNTIME, downtime, monitor_group, monitor_groups

GROUPS = "GET /api/v1/monitor/groups/search"
LIST = "GET /api/v2/downtime"
READ = f"GET /api/v2/downtime/{DOWNTIME}"
CREATE = "POST /api/v2/downtime"
CANCEL = f"DELETE /api/v2/downtime/{DOWNTIME}"
CART = monitor_group(group="service:cart", group_tags=["service:cart"])
NOTHING = {GROUPS: monitor_groups(), LIST: {"data": []}}


def silence(*matchers: Matcher, **asked: Any) -> SilenceAlerts:
    return SilenceAlerts(**{"matchers": matchers, "duration_seconds": 7_200, **asked})


def tag(name: str, value: str, **said: bool) -> Matcher:
    return Matcher(name=name, value=value, **said)


async def plan(change: SilenceAlerts | ExpireSilence, replies: dict[str, Any]) -> ChangePlan:
    async with connected(Datadog(replies)) as adapter:
        return await adapter.plan_silence(change, call_at())


async def apply(plan: ChangePlan, transport: Datadog) -> Receipt:
    async with connected(transport) as adapter:
        return await adapter.apply_silence(order_of(plan), call_at())


async def observe(plan: ChangePlan, replies: dict[str, Any]) -> Observation:
    async with connected(Datadog(replies)) as adapter:
        return await adapter.observe_silence(order_of(plan), call_at())


@pytest.mark.parametrize(
    ("matchers", "scope", "identifier"),
    [
        ((tag("service", "checkout"),), "service:checkout", {"monitor_tags": ["*"]}),
        ((tag("monitor_id", "59586255"),), "*", {"monitor_id": 59586255}),
        (
            (tag("monitor_id", "59586255"), tag("host", "web-1"), tag("env", "prod")),
            "env:prod AND host:web-1",
            {"monitor_id": 59586255},
        ),
        (
            (tag("monitor_tag", "team:payments"), tag("monitor_tag", "service:checkout")),
            "*",
            {"monitor_tags": ["service:checkout", "team:payments"]},
        ),
        (
            (tag("service", r"checkout|cart\.v2", is_regex=True), tag("env", "dev", is_equal=False)),
            "-env:dev AND service:(checkout OR cart.v2)",
            {"monitor_tags": ["*"]},
        ),
    ],
)
async def test_matchers_become_the_scope_and_the_monitors_of_one_request(
    matchers: tuple[Matcher, ...], scope: str, identifier: dict[str, Any]
) -> None:
    planned = await plan(silence(*matchers, comment="known"), NOTHING)
    transport = Datadog({CREATE: {"data": downtime()}})
    receipt = await apply(planned, transport)
    assert transport.bodies == [
        {
            "data": {
                "type": "downtime",
                "attributes": {
                    "scope": scope,
                    "monitor_identifier": identifier,
                    "schedule": {"end": "2026-03-03T11:21:00Z"},
                    "message": f"known [{MARKER}] asked for by oncall-a, approved by lead-b",
                },
            }
        }
    ]
    assert transport.requests[0].headers["dd-application-key"] == "secret-of-WRITE"
    assert (receipt.native_id, receipt.inverse) == (DOWNTIME, ExpireSilence(silence=DOWNTIME))


@pytest.mark.parametrize(
    "matchers",
    [
        (),
        (tag("service", "checkout", is_equal=False),),
        (tag("service", HOSTILE),),
        (tag("serv ice:*", "a"),),
        (tag("service", "*"),),
        (tag("service", "web-.*", is_regex=True),),
        (tag("monitor_id", "1|2", is_regex=True),),
        (tag("monitor_id", "1"), tag("monitor_id", "2")),
        (tag("monitor_id", "1"), tag("monitor_tag", "service:checkout")),
        (tag("monitor_tag", "checkout"),),
        (tag("monitor_tag", "service:*"),),
    ],
)
async def test_what_datadog_cannot_express_is_refused(matchers: tuple[Matcher, ...]) -> None:
    with pytest.raises(InvalidRequestError):
        await plan(silence(*matchers), NOTHING)


@pytest.mark.parametrize("seconds", [0, 24 * 3_600 + 1])
async def test_a_downtime_must_end_within_a_day(seconds: int) -> None:
    with pytest.raises(InvalidRequestError):
        await plan(silence(tag("service", "checkout"), duration_seconds=seconds), NOTHING)


async def test_a_plan_shows_what_would_be_muted_and_depends_on_the_services() -> None:
    groups = {GROUPS: monitor_groups(monitor_group(), CART, {**CART, "monitor_id": 7}), LIST: {"data": []}}
    planned = await plan(silence(tag("service", "cart")), groups)
    assert planned.summary == (
        "Schedule a downtime of 7200 s from now on for all monitors, groups service:cart: mutes 2 alerts now"
    )
    assert planned.affects == (
        "Checkout error rate (59586255:service:cart)",
        "Checkout error rate (7:service:cart)",
    )
    assert planned.services == ("cart",)
    fewer = await plan(silence(tag("service", "cart")), {**groups, GROUPS: monitor_groups(CART)})
    assert fewer.observed == planned.observed
    tagged = await plan(silence(tag("monitor_tag", "team:payments")), groups)
    assert (tagged.services, tagged.affected_count) == (("cart", "checkout"), 3)


async def test_an_equal_downtime_is_shown_and_observed() -> None:
    without = await plan(silence(tag("service", "checkout")), NOTHING)
    planned = await plan(silence(tag("service", "checkout")), {**NOTHING, LIST: {"data": [downtime()]}})
    assert planned.observed != without.observed
    assert planned.effects[1].what == f"downtime {DOWNTIME} of the same scope"


async def test_the_labels_of_an_alert_make_a_downtime_of_that_alert_only() -> None:
    groups = {**NOTHING, GROUPS: monitor_groups(monitor_group(), CART)}
    async with connected(Datadog(groups)) as adapter:
        alert = (await adapter.search_alerts(AlertQuery(window=WINDOW, limit=5), call_at())).rows[0]
        labels = (tag(name, value) for name, value in sorted(alert.labels.items()))
        planned = await adapter.plan_silence(silence(*labels), call_at())
    assert planned.affects == ("Checkout error rate (59586255:env:prod,host:web-1)",)


async def test_a_comment_mentions_nobody() -> None:
    planned = await plan(silence(tag("service", "checkout"), comment="ask @pagerduty"), NOTHING)
    transport = Datadog({CREATE: {"data": downtime()}})
    await apply(planned, transport)
    assert "@" not in transport.bodies[0]["data"]["attributes"]["message"]


@pytest.mark.parametrize("reply", [{}, {"data": {"id": ""}}, httpx.Response(500)])
async def test_an_answer_that_names_no_downtime_is_an_unknown_outcome(reply: Any) -> None:
    planned = await plan(silence(tag("service", "checkout")), NOTHING)
    transport = Datadog({CREATE: reply})
    with pytest.raises(OutcomeUnknownError):
        await apply(planned, transport)
    assert transport.asked == [CREATE]


async def test_it_is_found_again_by_marker_and_scope() -> None:
    planned = await plan(silence(tag("service", "checkout")), NOTHING)
    seen = await observe(planned, {LIST: {"data": [downtime(message="other"), downtime()]}})
    assert (seen.sight, seen.receipt and seen.receipt.native_id) == (Sight.PRESENT, DOWNTIME)
    edited = await observe(planned, {LIST: {"data": [downtime(scope="service:cart")]}})
    assert (edited.sight, dict(edited.state)["scope"]) == (Sight.ABSENT, "service:cart")
    assert (await observe(planned, {LIST: {"data": []}})).sight is Sight.ABSENT


async def test_canceling_is_stale_once_the_downtime_was_changed() -> None:
    planned = await plan(ExpireSilence(silence=DOWNTIME), {READ: {"data": downtime()}})
    moved = Datadog({READ: {"data": downtime(modified="2026-03-03T09:20:00+00:00")}})
    with pytest.raises(ConflictError):
        await apply(planned, moved)
    assert moved.asked == [READ]
    transport = Datadog({READ: {"data": downtime()}, CANCEL: httpx.Response(204)})
    assert (await apply(planned, transport)).native_id == DOWNTIME
    assert transport.asked == [READ, CANCEL]


async def test_canceling_is_undone_by_a_downtime_of_the_same_scope_and_length() -> None:
    said = downtime(scope="-env:dev AND service:(checkout OR cart.v2)", monitor_identifier={"monitor_tags": ["a:b"]})
    planned = await plan(ExpireSilence(silence=DOWNTIME), {READ: {"data": said}})
    assert isinstance(planned.inverse, SilenceAlerts)
    assert planned.inverse.duration_seconds == 7_200
    again = await plan(planned.inverse, NOTHING)
    assert again.targets == ("monitors tagged a:b, groups -env:dev AND service:(checkout OR cart.v2)",)


@pytest.mark.parametrize(
    "said",
    [
        {"scope": "host:web-*"},
        {"schedule": {"start": "2026-03-03T09:00:00+00:00", "end": None}},
        {"schedule": {"recurrences": [{"rrule": "FREQ=DAILY", "duration": "1h"}], "timezone": "UTC"}},
        {"scope": "*"},
    ],
)
async def test_what_opsloom_would_not_make_again_is_irreversible(said: dict[str, Any]) -> None:
    planned = await plan(ExpireSilence(silence=DOWNTIME), {READ: {"data": downtime(**said)}})
    assert planned.inverse is None
    assert planned.irreversible


@pytest.mark.parametrize(
    ("named", "said"), [("59586255", {}), (DOWNTIME, {"status": "canceled"}), (DOWNTIME, {"status": "ended"})]
)
async def test_what_is_over_or_no_id_is_not_canceled(named: str, said: dict[str, Any]) -> None:
    with pytest.raises(InvalidRequestError):
        await plan(ExpireSilence(silence=named), {READ: {"data": downtime(**said)}})


@pytest.mark.parametrize(("status", "sight"), [("canceled", Sight.PRESENT), ("active", Sight.ABSENT)])
async def test_a_cancellation_is_seen_by_the_status(status: str, sight: Sight) -> None:
    planned = await plan(ExpireSilence(silence=DOWNTIME), {READ: {"data": downtime()}})
    assert (await observe(planned, {READ: {"data": downtime(status=status)}})).sight is sight

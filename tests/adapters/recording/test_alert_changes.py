"""Acknowledging and silencing the alerts of a recording."""

from pathlib import Path

import pytest

from opsloom.model.alerts import Alert, AlertStatus
from opsloom.model.changes import (
    AcknowledgeAlert,
    ChangeRevision,
    ExpireSilence,
    Matcher,
    SilenceAlerts,
    UnacknowledgeAlert,
)
from opsloom.model.errors import InvalidRequestError, NotFoundError
from opsloom.model.limits import SILENCE_MAX_SECONDS
from opsloom_adapters.recording import RecordingAdapter
from tests.adapters.recording.changes import change_world, observe, plan
from tests.adapters.recording.recordings import DEMO, alert, at, call, replay, write

CRITICAL, SLOW, OVER = "a-7f31", "a-7f36", "a-5c20"


def silence(*matchers: Matcher, seconds: int = 300) -> SilenceAlerts:
    return SilenceAlerts(matchers=matchers, duration_seconds=seconds)


def matcher(name: str, value: str, *, is_regex: bool = False, is_equal: bool = True) -> Matcher:
    return Matcher(name=name, value=value, is_regex=is_regex, is_equal=is_equal)


async def alert_at(adapter: RecordingAdapter, clock: str, native_id: str = CRITICAL) -> Alert:
    return await adapter.get_alert(native_id, call(at(clock)))


async def test_an_acknowledged_alert_says_by_whom_and_is_firing_again_when_that_is_taken_back() -> None:
    async with replay(DEMO) as adapter:
        order, _ = await change_world(adapter, AcknowledgeAlert(alert=CRITICAL), marker="opsloom-1")
        acknowledged = await alert_at(adapter, "09:22")
        assert order.plan.inverse is not None
        await change_world(adapter, order.plan.inverse, at("09:23"), marker="opsloom-2")
        taken_back = await alert_at(adapter, "09:24")
    assert (acknowledged.status, acknowledged.updated_at) == (AlertStatus.ACKNOWLEDGED, at("09:21"))
    assert acknowledged.attributes == {"acknowledged_by": "oncall-a"}
    assert (taken_back.status, taken_back.attributes) == (AlertStatus.FIRING, {})


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (AcknowledgeAlert(alert=OVER), "is over"),
        (UnacknowledgeAlert(alert=CRITICAL), "is not acknowledged"),
    ],
)
async def test_an_acknowledgement_that_makes_no_sense_is_refused(
    change: AcknowledgeAlert | UnacknowledgeAlert, told: str
) -> None:
    async with replay(DEMO) as adapter:
        with pytest.raises(InvalidRequestError, match=told):
            await plan(adapter, change)


async def test_an_alert_that_is_acknowledged_is_not_acknowledged_again() -> None:
    async with replay(DEMO) as adapter:
        await change_world(adapter, AcknowledgeAlert(alert=CRITICAL))
        with pytest.raises(InvalidRequestError, match="already acknowledged"):
            await plan(adapter, AcknowledgeAlert(alert=CRITICAL))


async def test_an_alert_that_does_not_exist_is_not_found() -> None:
    async with replay(DEMO) as adapter:
        with pytest.raises(NotFoundError):
            await plan(adapter, AcknowledgeAlert(alert="a-0"))


@pytest.mark.parametrize(
    ("matchers", "hidden", "services"),
    [
        ((matcher("service", "checkout"),), ["CheckoutHighErrorRate"], ("checkout",)),
        ((matcher("alertname", "Checkout.+|Store.+", is_regex=True),), None, ("checkout", "storefront")),
        ((matcher("alertname", "Checkout", is_regex=True),), [], ()),
        (
            (matcher("tier", "1"), matcher("severity", "critical", is_equal=False)),
            ["StorefrontSlowPages"],
            ("storefront",),
        ),
        ((matcher("team", "store.*", is_regex=True),), ["StorefrontSlowPages"], ("storefront",)),
        ((matcher("service", "sessions-db"),), [], ("sessions-db",)),
    ],
)
async def test_a_silence_lists_the_alerts_that_it_hides_and_their_services(
    matchers: tuple[Matcher, ...], hidden: list[str] | None, services: tuple[str, ...]
) -> None:
    expected = ["CheckoutHighErrorRate", "StorefrontSlowPages"] if hidden is None else hidden
    async with replay(DEMO) as adapter:
        planned = await plan(adapter, silence(*matchers))
    assert [line.split()[0] for line in planned.affects] == expected
    assert (planned.affected_count, planned.services) == (len(expected), services)
    assert planned.observed == (("services", "\n".join(services)),)


@pytest.mark.parametrize(
    ("condition", "hidden"),
    [
        (matcher("alertname", "Slow"), 1),
        (matcher("severity", "high"), 1),
        (matcher("team", "web-team"), 1),
        (matcher("service", "labelled"), 1),
        (matcher("service", "web"), 0),
    ],
)
async def test_fields_of_an_alert_count_as_labels_where_it_has_none(
    tmp_path: Path, condition: Matcher, hidden: int
) -> None:
    bare = alert(team="web-team", labels={"service": "labelled"})
    async with replay(write(tmp_path, {"alerts.jsonl": [bare]})) as adapter:
        assert (await plan(adapter, silence(condition))).affected_count == hidden


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (silence(matcher("service", "checkout"), seconds=0), "duration_seconds"),
        (silence(matcher("service", "checkout"), seconds=SILENCE_MAX_SECONDS + 1), "duration_seconds"),
        (silence(), "matchers must have one"),
        (silence(matcher("service", ".*", is_regex=True)), "matchers must have one"),
        (silence(matcher("service", "checkout", is_equal=False)), "matchers must have one"),
        (silence(matcher("service", "checkout("), matcher("team", "(", is_regex=True)), "no regular expression"),
        (silence(matcher("ser-vice", "checkout")), "no label"),
        (ExpireSilence(silence="world-9"), "there are: none"),
    ],
)
async def test_a_silence_that_hides_all_or_lasts_forever_or_is_none_is_refused(
    change: SilenceAlerts | ExpireSilence, told: str
) -> None:
    async with replay(DEMO) as adapter:
        with pytest.raises(InvalidRequestError, match=told):
            await plan(adapter, change)


async def test_a_silenced_alert_is_suppressed_until_the_silence_ends_by_itself() -> None:
    async with replay(DEMO) as adapter:
        order, receipt = await change_world(adapter, silence(matcher("service", "checkout")))
        during, other = await alert_at(adapter, "09:25:59"), await alert_at(adapter, "09:25:59", SLOW)
        after = await alert_at(adapter, "09:26")
        assert (await observe(adapter, order, at("09:25:59"))).sight == "present"
        assert (await observe(adapter, order, at("09:26"))).sight == "absent"
    assert (during.status, during.attributes) == (AlertStatus.SUPPRESSED, {"silenced_by": receipt.native_id})
    assert (other.status, after.status) == (AlertStatus.FIRING, AlertStatus.FIRING)


async def test_the_receipt_of_a_silence_ends_it_and_its_plan_brings_it_back() -> None:
    async with replay(DEMO) as adapter:
        order, receipt = await change_world(adapter, silence(matcher("service", "checkout")), marker="opsloom-1")
        assert order.plan.inverse == ExpireSilence(silence="")
        assert receipt.inverse == ExpireSilence(silence=receipt.native_id)
        ended, _ = await change_world(adapter, receipt.inverse, at("09:22"), marker="opsloom-2")
        assert (await alert_at(adapter, "09:23")).status is AlertStatus.FIRING
        assert ended.plan.inverse == order.plan.change
        await change_world(adapter, ended.plan.inverse, at("09:24"), marker="opsloom-3")
        assert (await alert_at(adapter, "09:28:59")).status is AlertStatus.SUPPRESSED


async def test_an_acknowledged_alert_stays_so_under_a_silence() -> None:
    async with replay(DEMO) as adapter:
        await change_world(adapter, AcknowledgeAlert(alert=CRITICAL), marker="opsloom-1")
        await change_world(adapter, silence(matcher("service", "checkout")), marker="opsloom-2")
        during, after = await alert_at(adapter, "09:22"), await alert_at(adapter, "09:26")
    assert during.status is AlertStatus.SUPPRESSED
    assert set(during.attributes) == {"acknowledged_by", "silenced_by"}
    assert (after.status, set(after.attributes)) == (AlertStatus.ACKNOWLEDGED, {"acknowledged_by"})


async def test_an_alert_that_is_over_is_neither_acknowledged_nor_suppressed_any_more() -> None:
    async with replay(DEMO) as adapter:
        await change_world(adapter, AcknowledgeAlert(alert=CRITICAL), marker="opsloom-1")
        await change_world(adapter, silence(matcher("service", "checkout")), marker="opsloom-2")
        await change_world(adapter, ChangeRevision(service="checkout"), marker="opsloom-3")
        over = await alert_at(adapter, "09:24")
    assert (over.status, over.attributes) == (AlertStatus.RESOLVED, {})

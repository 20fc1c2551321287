"""Silences of the Alertmanager of the test bed: made, seen, ended and undone."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest

from opsloom.adapter_api.call import Call
from opsloom.model.alerts import AlertStatus
from opsloom.model.changes import ChangePlan, ExpireSilence, Matcher, Order, Sight, Silence, SilenceAlerts
from opsloom.model.errors import InvalidRequestError, NotFoundError, UnexpectedAnswerError
from opsloom_adapters.alertmanager import AlertmanagerAdapter
from tests.adapters.alertmanager.asking import call_at, connected
from tests.adapters.alertmanager.real import Alertmanager
from tests.adapters.alertmanager.silencing import expire_silence, order_of, silence_alerts

HOSTILE = 'x"} or {a="\\\r\n-- é\u2028'


def now() -> Call:
    return call_at(datetime.now(UTC))


@pytest.fixture
async def adapter(alertmanager: Alertmanager) -> AsyncIterator[AlertmanagerAdapter]:
    async with connected(base_url=alertmanager.url, service_labels=["service"]) as connected_adapter:
        yield connected_adapter


def new_order(plan: ChangePlan) -> Order:
    return order_of(plan, f"opsloom-{uuid4().hex}")


def silence_of(service: str, **asked: Any) -> SilenceAlerts:
    return silence_alerts(Matcher(name="service", value=service), **asked)


async def carry_out(adapter: AlertmanagerAdapter, change: Silence) -> tuple[Order, Silence | None]:
    """Plan and apply it; returns the order and what undoes it."""
    order = new_order(await adapter.plan_silence(change, now()))
    receipt = await adapter.apply_silence(order, now())
    assert (await adapter.observe_silence(order, now())).sight is Sight.PRESENT
    inverse = receipt.inverse or order.plan.inverse
    assert inverse is None or isinstance(inverse, SilenceAlerts | ExpireSilence)
    return order, inverse


async def status_of(alertmanager: Alertmanager, service: str) -> AlertStatus:
    (alert,) = (await alertmanager.search(service=service)).rows
    return alert.status


async def test_planning_makes_nothing_and_planning_again_tells_the_same(
    alertmanager: Alertmanager, adapter: AlertmanagerAdapter, service: str
) -> None:
    await alertmanager.send(service)
    plan = await adapter.plan_silence(silence_of(service), now())
    assert (plan.affects, plan.services) == ((f'ShopIsSlow{{service="{service}"}}',), (service,))
    assert isinstance(plan.change, SilenceAlerts)
    assert await adapter.plan_silence(plan.change, now()) == plan
    assert (await adapter.observe_silence(new_order(plan), now())).sight is Sight.ABSENT
    assert await alertmanager.silences_of(service) == []
    assert await status_of(alertmanager, service) is AlertStatus.FIRING


async def test_a_silence_hides_its_alert_until_it_is_undone(
    alertmanager: Alertmanager, adapter: AlertmanagerAdapter, service: str
) -> None:
    await alertmanager.send(service)
    order, inverse = await carry_out(adapter, silence_of(service, comment="noisy", duration_seconds=600))
    assert await status_of(alertmanager, service) is AlertStatus.SUPPRESSED
    (silence,) = await alertmanager.silences_of(service)
    assert silence["createdBy"] == "opsloom for oncall-a"
    assert silence["comment"] == f"noisy [{order.marker}] approved by lead-b"
    assert inverse == ExpireSilence(silence=silence["id"])
    await carry_out(adapter, inverse)
    assert await status_of(alertmanager, service) is AlertStatus.FIRING
    gone = await adapter.observe_silence(order, now())
    assert (gone.sight, dict(gone.state)["state"]) == (Sight.ABSENT, "expired")


async def test_a_silence_that_was_ended_is_restored_by_the_inverse(
    alertmanager: Alertmanager, adapter: AlertmanagerAdapter, service: str
) -> None:
    await alertmanager.send(service)
    silence = await alertmanager.silence(service)
    order, inverse = await carry_out(adapter, expire_silence(silence))
    assert order.plan.affects == (f'ShopIsSlow{{service="{service}"}}',)
    assert await status_of(alertmanager, service) is AlertStatus.FIRING
    assert isinstance(inverse, SilenceAlerts)
    assert inverse.duration_seconds == 3_600
    await carry_out(adapter, inverse)
    assert await status_of(alertmanager, service) is AlertStatus.SUPPRESSED


async def test_what_others_do_meanwhile_shows_when_it_is_planned_again(
    alertmanager: Alertmanager, adapter: AlertmanagerAdapter, service: str
) -> None:
    creation = await adapter.plan_silence(silence_of(service), now())
    silence = await alertmanager.silence(service)
    assert (await adapter.plan_silence(silence_of(service), now())).observed != creation.observed
    expiry = await adapter.plan_silence(expire_silence(silence), now())
    assert await adapter.plan_silence(expire_silence(silence), now()) == expiry
    assert await alertmanager.silence(service, known_as=silence, hours=2) == silence
    assert (await adapter.plan_silence(expire_silence(silence), now())).observed != expiry.observed
    await alertmanager.expire(silence)
    with pytest.raises(InvalidRequestError, match="nothing to end"):
        await adapter.plan_silence(expire_silence(silence), now())


async def test_hostile_text_hides_exactly_the_alert_that_has_it(
    alertmanager: Alertmanager, adapter: AlertmanagerAdapter, service: str
) -> None:
    hostile = HOSTILE + service
    await alertmanager.send(service)
    await alertmanager.send(hostile)
    order, _ = await carry_out(adapter, silence_of(hostile, comment=HOSTILE))
    assert order.plan.affected_count == 1
    assert await status_of(alertmanager, hostile) is AlertStatus.SUPPRESSED
    assert await status_of(alertmanager, service) is AlertStatus.FIRING
    (silence,) = await alertmanager.silences_of(hostile)
    assert silence["comment"].startswith(HOSTILE)


async def test_regular_expressions_and_negations_mean_the_same_there(
    alertmanager: Alertmanager, adapter: AlertmanagerAdapter, service: str
) -> None:
    for suffix in ("-a", "-b", "-cc"):
        await alertmanager.send(service + suffix)
    one_letter = Matcher(name="service", value=service + r"-\w", is_regex=True)
    not_a = Matcher(name="service", value=service + "-a", is_equal=False)
    order, _ = await carry_out(adapter, silence_alerts(one_letter, not_a))
    assert order.plan.services == (service + "-b",)
    assert await status_of(alertmanager, service + "-b") is AlertStatus.SUPPRESSED
    assert await status_of(alertmanager, service + "-a") is AlertStatus.FIRING
    assert await status_of(alertmanager, service + "-cc") is AlertStatus.FIRING


async def test_what_alertmanager_refuses_was_not_done(
    alertmanager: Alertmanager, adapter: AlertmanagerAdapter, service: str
) -> None:
    plan = await adapter.plan_silence(silence_of(service), now())
    over = plan.model_copy(update={"change": silence_of(service, duration_seconds=-1)})
    with pytest.raises(UnexpectedAnswerError, match="400"):
        await adapter.apply_silence(new_order(over), now())
    assert await alertmanager.silences_of(service) == []


async def test_a_silence_that_never_was_is_not_found(adapter: AlertmanagerAdapter) -> None:
    with pytest.raises(NotFoundError):
        await adapter.plan_silence(expire_silence(), now())

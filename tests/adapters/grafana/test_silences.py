"""Silences at Grafana's built-in Alertmanager: what is planned, what is sent, what is seen of it."""

import json
from typing import Any

import httpx
import pytest

from opsloom.model.changes import ExpireSilence, Matcher, Sight, SilenceAlerts
from opsloom.model.errors import ConflictError, InvalidRequestError, OutcomeUnknownError, PermissionDeniedError
from tests.adapters.canned import MARKER, Routed, order_of
from tests.adapters.grafana.asking import (
    ALERTS,
    CREATE_SILENCE,
    EXPIRE_SILENCE,
    ONE_SILENCE,
    SILENCE,
    SILENCES,
    call_at,
    connected,
    gettable_alert,
    gettable_silence,
)

OF_CHECKOUT = SilenceAlerts(
    matchers=(Matcher(name="service", value="checkout"),), duration_seconds=7_200, comment="known"
)
WRITING = {"token": {"env": "READING"}, "write_token": {"env": "WRITING"}}


def quiet(**more: Any) -> Routed:
    """Nothing fires, and there are no silences."""
    return Routed({ALERTS: [], SILENCES: [], **more})


async def test_a_plan_shows_what_the_silence_would_hide_and_only_reads() -> None:
    transport = quiet(**{ALERTS: [gettable_alert()], SILENCES: [gettable_silence()]})
    async with connected(transport) as adapter:
        plan = await adapter.plan_silence(OF_CHECKOUT, call_at())
    assert transport.asked == [ALERTS, SILENCES]
    assert transport.parameters(ALERTS)[0]["filter"] == 'service="checkout"'
    assert plan.summary == 'Silence alerts that match {service="checkout"} for 2h: hides 1 alert now'
    assert (plan.affects, plan.services) == (('HighErrorRate{service="checkout"}',), ("checkout",))
    assert [effect.after for effect in plan.effects] == ["silenced for 2h", "stays beside the new one"]
    assert plan.inverse == ExpireSilence(silence="")
    assert plan.link == "http://grafana.test/alerting/silences?alertmanager=grafana"


async def test_a_silence_is_made_with_the_credential_for_changes_and_carries_the_marker() -> None:
    transport = quiet(**{CREATE_SILENCE: httpx.Response(202, json={"silenceID": SILENCE})})
    async with connected(transport, **WRITING) as adapter:
        plan = await adapter.plan_silence(OF_CHECKOUT, call_at())
        receipt = await adapter.apply_silence(order_of(plan), call_at())
    sent = transport.requests[-1]
    assert sent.headers["authorization"] == "Bearer secret-of-WRITING"
    assert {one.headers["authorization"] for one in transport.requests[:-1]} == {"Bearer secret-of-READING"}
    assert json.loads(sent.content) == {
        "matchers": [{"name": "service", "value": "checkout", "isRegex": False, "isEqual": True}],
        "startsAt": "2026-03-01T12:00:00Z",
        "endsAt": "2026-03-01T14:00:00Z",
        "createdBy": "opsloom for oncall-a",
        "comment": f"known [{MARKER}] approved by lead-b",
    }
    assert receipt.inverse == ExpireSilence(silence=SILENCE)
    assert receipt.link == f"http://grafana.test/alerting/silence/{SILENCE}/edit?alertmanager=grafana"


@pytest.mark.parametrize(
    "reply", [httpx.Response(202, json={}), httpx.Response(500, json={}), httpx.ReadTimeout("late")], ids=repr
)
async def test_an_uncertain_answer_is_an_unknown_outcome_after_one_request(reply: Any) -> None:
    transport = quiet(**{CREATE_SILENCE: reply})
    async with connected(transport) as adapter:
        plan = await adapter.plan_silence(OF_CHECKOUT, call_at())
        with pytest.raises(OutcomeUnknownError):
            await adapter.apply_silence(order_of(plan), call_at())
    assert transport.asked.count(CREATE_SILENCE) == 1


async def test_a_403_names_the_actions_that_the_credential_for_changes_needs() -> None:
    transport = quiet(**{CREATE_SILENCE: httpx.Response(403, json={"message": "no"})})
    async with connected(transport) as adapter:
        plan = await adapter.plan_silence(OF_CHECKOUT, call_at())
        with pytest.raises(PermissionDeniedError, match=r"alert\.instances:create"):
            await adapter.apply_silence(order_of(plan), call_at())


@pytest.mark.parametrize(
    ("silence", "sight"),
    [
        (gettable_silence(comment=f"known [{MARKER}]"), Sight.PRESENT),
        (gettable_silence(comment=f"known [{MARKER}]", status={"state": "expired"}), Sight.ABSENT),
        (gettable_silence(), Sight.ABSENT),
    ],
    ids=["marked", "marked and over", "of somebody else"],
)
async def test_a_silence_is_found_again_by_its_marker(silence: dict[str, Any], sight: Sight) -> None:
    async with connected(quiet(**{SILENCES: [silence]})) as adapter:
        plan = await adapter.plan_silence(OF_CHECKOUT, call_at())
        assert (await adapter.observe_silence(order_of(plan), call_at())).sight is sight


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (OF_CHECKOUT.model_copy(update={"duration_seconds": 86_401}), "a silence must end"),
        (SilenceAlerts(matchers=(), duration_seconds=60), "matchers"),
        (
            SilenceAlerts(matchers=(Matcher(name="service", value="x", is_equal=False),), duration_seconds=60),
            "a missing label",
        ),
        (ExpireSilence(silence="../../x"), "id of a silence"),
        (ExpireSilence(silence=""), "id of a silence"),
    ],
    ids=["too long", "everything", "nearly everything", "no id", "no id yet"],
)
async def test_what_must_not_be_silenced_is_refused_before_anything_is_sent(change: Any, said: str) -> None:
    transport = quiet()
    async with connected(transport) as adapter:
        with pytest.raises(InvalidRequestError, match=said):
            await adapter.plan_silence(change, call_at())
    assert transport.requests == []


async def test_ending_a_silence_says_who_is_notified_again_and_how_to_take_it_back() -> None:
    hidden = gettable_alert(status={"state": "suppressed", "silencedBy": [SILENCE]})
    transport = Routed({ONE_SILENCE: gettable_silence(), ALERTS: [hidden], EXPIRE_SILENCE: {"message": "ok"}})
    async with connected(transport) as adapter:
        plan = await adapter.plan_silence(ExpireSilence(silence=SILENCE), call_at())
        receipt = await adapter.apply_silence(order_of(plan), call_at())
    assert plan.affects == ('HighErrorRate{service="checkout"}',)
    assert isinstance(plan.inverse, SilenceAlerts)
    assert plan.inverse.duration_seconds == 7_200
    assert transport.asked == [ONE_SILENCE, ALERTS, ONE_SILENCE, EXPIRE_SILENCE]
    assert receipt.native_id == SILENCE


async def test_a_silence_that_somebody_changed_meanwhile_is_not_ended() -> None:
    async with connected(Routed({ONE_SILENCE: gettable_silence(), ALERTS: []})) as adapter:
        plan = await adapter.plan_silence(ExpireSilence(silence=SILENCE), call_at())
    moved = Routed({ONE_SILENCE: gettable_silence(updatedAt="2026-03-01T11:59:00Z")})
    async with connected(moved) as adapter:
        with pytest.raises(ConflictError):
            await adapter.apply_silence(order_of(plan), call_at())
    assert moved.asked == [ONE_SILENCE]


async def test_an_ended_silence_is_seen_as_ended() -> None:
    async with connected(Routed({ONE_SILENCE: gettable_silence(), ALERTS: []})) as adapter:
        plan = await adapter.plan_silence(ExpireSilence(silence=SILENCE), call_at())
        assert (await adapter.observe_silence(order_of(plan), call_at())).sight is Sight.ABSENT
    async with connected(Routed({ONE_SILENCE: gettable_silence(status={"state": "expired"})})) as adapter:
        assert (await adapter.observe_silence(order_of(plan), call_at())).sight is Sight.PRESENT

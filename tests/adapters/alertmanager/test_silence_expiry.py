"""Ending silences, from canned replies."""

from typing import Any

import httpx
import pytest

from opsloom.model.changes import (
    ChangePlan,
    Effect,
    ExpireSilence,
    Observation,
    Receipt,
    Sight,
    SilenceAlerts,
    UpdateTicket,
)
from opsloom.model.errors import (
    AuthenticationError,
    ConflictError,
    InvalidRequestError,
    NotFoundError,
    OpsloomError,
    OutcomeUnknownError,
    PermissionDeniedError,
)
from tests.adapters.alertmanager.asking import call_at, connected, gettable_alert
from tests.adapters.alertmanager.silencing import (
    EXPIRE,
    GET_SILENCE,
    LIST_ALERTS,
    OF_CHECKOUT,
    SILENCE,
    Routed,
    expire_silence,
    gettable_silence,
    order_of,
)

EXPIRED = gettable_silence(status={"state": "expired"})


async def plan(transport: Routed, change: ExpireSilence | None = None) -> ChangePlan:
    async with connected(transport) as adapter:
        return await adapter.plan_silence(change or expire_silence(), call_at())


async def plan_of(silence: dict[str, Any]) -> ChangePlan:
    return await plan(Routed({GET_SILENCE: silence}))


async def apply(transport: Routed) -> Receipt:
    order = order_of(await plan_of(gettable_silence()))
    async with connected(transport) as adapter:
        return await adapter.apply_silence(order, call_at())


async def observe(reply: object) -> Observation:
    order = order_of(await plan_of(gettable_silence()))
    async with connected(Routed({GET_SILENCE: reply})) as adapter:
        return await adapter.observe_silence(order, call_at())


def silenced_by(*silences: str, **said: Any) -> dict[str, Any]:
    return gettable_alert(status={"state": "suppressed", "silencedBy": silences, **said})


async def test_a_plan_only_reads_and_shows_who_is_notified_again() -> None:
    alerts = [
        silenced_by(SILENCE),
        silenced_by(SILENCE, "another"),
        silenced_by(SILENCE, inhibitedBy=["f"]),
        silenced_by("another"),
    ]
    transport = Routed({GET_SILENCE: gettable_silence(), LIST_ALERTS: alerts})
    planned = await plan(transport)
    assert transport.asked == [GET_SILENCE, LIST_ALERTS]
    assert transport.requests[1].url.params.get_list("filter") == ['service="checkout"']
    assert planned.summary == f'End the silence {SILENCE} of {{service="checkout"}}: it hides 3 alerts now'
    assert planned.effects == (
        Effect(
            what=f"silence {SILENCE}",
            before="active until 2026-03-01T13:45:00.044Z, made by oncall-a: known",
            after="expired",
        ),
        Effect(what="notifications of 1 alert", before="silenced", after="sent"),
        Effect(
            what="notifications of 2 alerts silenced or inhibited otherwise too",
            before="suppressed",
            after="suppressed",
        ),
    )
    assert planned.affects == ('HighErrorRate{service="checkout"}',) * 3
    assert (planned.affected_count, planned.services, planned.targets) == (3, ("checkout",), (SILENCE,))
    assert planned.link == f"http://alertmanager.test/#/silences/{SILENCE}"
    assert await plan(transport, expire_silence(planned.targets[0])) == planned


async def test_the_inverse_silences_for_the_whole_time_again_and_says_so() -> None:
    planned = await plan_of(gettable_silence())
    assert isinstance(planned.inverse, SilenceAlerts)
    assert (planned.inverse.matchers, planned.inverse.duration_seconds) == ((OF_CHECKOUT,), 7_200)
    assert planned.inverse.comment == f"again what silence {SILENCE} hid, for its whole 2h"


@pytest.mark.parametrize(
    "beyond",
    [
        {"endsAt": "2026-03-05T12:00:00Z"},
        {"matchers": [{"name": "service.name", "value": "x", "isRegex": False, "isEqual": True}]},
        {"matchers": [{"name": "service", "value": "x", "isRegex": False, "isEqual": False}]},
    ],
)
async def test_a_silence_that_opsloom_would_not_make_can_be_ended_and_not_undone(beyond: dict[str, Any]) -> None:
    planned = await plan_of(gettable_silence(**beyond))
    assert planned.inverse is None
    assert planned.irreversible.startswith("Only a person can make this silence again")


async def test_a_silence_that_somebody_changed_meanwhile_is_observed_as_another_state() -> None:
    planned = await plan_of(gettable_silence())
    assert planned.observed == (("state", "active"), ("updated_at", "2026-03-01T11:45:00.045Z"))
    changed = await plan_of(gettable_silence(updatedAt="2026-03-01T11:59:00.000Z"))
    assert changed.observed != planned.observed


async def test_a_silence_that_is_over_is_nothing_to_end() -> None:
    with pytest.raises(InvalidRequestError, match="there is nothing to end"):
        await plan_of(EXPIRED)


@pytest.mark.parametrize("name", ["", "x", "../status", f"{SILENCE}/x", f"{SILENCE}\n", f"{SILENCE}?a=b"])
async def test_what_is_no_id_of_a_silence_is_refused_and_not_sent(name: str) -> None:
    transport = Routed({})
    with pytest.raises(InvalidRequestError, match="must be the id of a silence"):
        await plan(transport, expire_silence(name))
    assert transport.asked == []


async def test_a_silence_that_does_not_exist_is_not_found() -> None:
    with pytest.raises(NotFoundError):
        await plan(Routed({GET_SILENCE: httpx.Response(404)}))


async def test_a_silence_is_ended_with_one_request() -> None:
    transport = Routed({EXPIRE: httpx.Response(200)})
    receipt = await apply(transport)
    assert transport.asked == [EXPIRE]
    assert (receipt.native_id, receipt.inverse) == (SILENCE, None)


@pytest.mark.parametrize(
    "reply",
    [httpx.Response(500, json="silence not found"), httpx.ReadTimeout("late"), httpx.ReadError("broke")],
    ids=repr,
)
async def test_an_uncertain_answer_is_an_unknown_outcome_after_exactly_one_request(reply: object) -> None:
    transport = Routed({EXPIRE: reply})
    with pytest.raises(OutcomeUnknownError):
        await apply(transport)
    assert transport.asked == [EXPIRE]


@pytest.mark.parametrize(
    ("status", "error"),
    [(401, AuthenticationError), (403, PermissionDeniedError), (404, NotFoundError), (412, ConflictError)],
)
async def test_a_refused_request_is_no_unknown_outcome(status: int, error: type[OpsloomError]) -> None:
    transport = Routed({EXPIRE: httpx.Response(status)})
    with pytest.raises(error):
        await apply(transport)
    assert transport.asked == [EXPIRE]


async def test_an_ended_silence_is_present_and_one_that_goes_on_is_absent() -> None:
    ended = await observe(EXPIRED)
    assert (ended.sight, dict(ended.state)["state"]) == (Sight.PRESENT, "expired")
    assert ended.receipt is not None
    assert ended.receipt.native_id == SILENCE
    going_on = await observe(gettable_silence())
    assert (going_on.sight, going_on.receipt) == (Sight.ABSENT, None)


async def test_a_silence_that_is_not_there_to_look_at_is_no_proof_of_its_end() -> None:
    with pytest.raises(NotFoundError):
        await observe(httpx.Response(404))


async def test_an_order_for_something_else_is_refused() -> None:
    planned = await plan_of(gettable_silence())
    order = order_of(planned.model_copy(update={"change": UpdateTicket(ticket="1")}))
    async with connected(Routed({})) as adapter:
        with pytest.raises(InvalidRequestError, match="silence_alerts or expire_silence"):
            await adapter.apply_silence(order, call_at())

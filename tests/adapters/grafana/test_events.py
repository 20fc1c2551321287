"""Annotations that are recorded and taken back."""

import json
from typing import Any

import httpx
import pytest

from opsloom.model.changes import RecordEvent, Sight, WithdrawEvent
from opsloom.model.errors import ConflictError, InvalidRequestError, NotFoundError, OutcomeUnknownError
from tests.adapters.canned import MARKER, Routed, order_of
from tests.adapters.grafana.asking import (
    ANNOTATE,
    ANNOTATION,
    ANNOTATIONS,
    DELETE_ANNOTATION,
    END_MS,
    annotation,
    call_at,
    connected,
)

EVENT = RecordEvent(title="checkout rolled back", text="to 1.4.1", service="checkout", tags=("rollback",))
WITHDRAW = WithdrawEvent(event="1124")
GONE = httpx.Response(404, json={"message": "Annotation not found"})


async def test_a_plan_to_record_an_event_asks_nothing_and_tells_the_tags() -> None:
    transport = Routed({})
    async with connected(transport) as adapter:
        plan = await adapter.plan_event(EVENT, call_at())
    assert transport.requests == []
    assert plan.targets == ("annotations with the tags opsloom, rollback, service:checkout",)
    assert (plan.services, plan.inverse) == (("checkout",), WithdrawEvent(event=""))
    assert plan.effects[0].after == "checkout rolled back\nto 1.4.1"


async def test_an_event_becomes_an_annotation_of_the_organization_with_the_marker_as_a_tag() -> None:
    transport = Routed({ANNOTATE: {"message": "Annotation added", "id": 1125}})
    async with connected(transport, events_dashboard="ops") as adapter:
        plan = await adapter.plan_event(EVENT, call_at())
        receipt = await adapter.apply_event(order_of(plan), call_at())
    assert json.loads(transport.requests[0].content) == {
        "time": END_MS,
        "tags": ["opsloom", "rollback", "service:checkout", MARKER],
        "text": "checkout rolled back\nto 1.4.1\n\nopsloom for oncall-a, approved by lead-b",
    }
    assert (receipt.native_id, receipt.inverse) == ("1125", WithdrawEvent(event="1125"))
    assert receipt.link == f"http://grafana.test/d/ops?from={END_MS - 1_800_000}&to={END_MS + 1_800_000}"


@pytest.mark.parametrize("body", [{"message": "Annotation added"}, {"id": 0}, []])
async def test_an_answer_without_an_id_leaves_the_outcome_unknown(body: Any) -> None:
    async with connected(Routed({ANNOTATE: body})) as adapter:
        plan = await adapter.plan_event(EVENT, call_at())
        with pytest.raises(OutcomeUnknownError):
            await adapter.apply_event(order_of(plan), call_at())


async def test_an_event_is_found_again_by_its_marker_and_by_nothing_else() -> None:
    marked = annotation(1125, tags=["opsloom", MARKER])
    for heard, sight in (([marked], Sight.PRESENT), ([], Sight.ABSENT), ([annotation()], Sight.ABSENT)):
        transport = Routed({ANNOTATIONS: heard})
        async with connected(transport) as adapter:
            plan = await adapter.plan_event(EVENT, call_at())
            seen = await adapter.observe_event(order_of(plan), call_at())
        assert seen.sight is sight
        assert transport.parameters(ANNOTATIONS)[0].get_list("tags") == [MARKER]
    assert seen.receipt is None


@pytest.mark.parametrize(
    ("event", "said"),
    [
        (RecordEvent(title="x", incident="42"), "belong to none"),
        (RecordEvent(title="  "), "title"),
        (RecordEvent(title="x", tags=("",)), "tags"),
        (RecordEvent(title="x", tags=(":v",)), "tags"),
        (RecordEvent(title="x", tags=(" a",)), "tags"),
        (RecordEvent(title="x", service="s" * 101), "tags"),
        (WithdrawEvent(event=""), "number of an annotation"),
        (WithdrawEvent(event="../1"), "number of an annotation"),
    ],
    ids=repr,
)
async def test_what_cannot_be_recorded_is_refused_before_anything_is_sent(event: Any, said: str) -> None:
    transport = Routed({})
    async with connected(transport) as adapter:
        with pytest.raises(InvalidRequestError, match=said):
            await adapter.plan_event(event, call_at())
    assert transport.requests == []


async def test_an_annotation_is_deleted_as_it_was_planned() -> None:
    transport = Routed({ANNOTATION: annotation(), DELETE_ANNOTATION: {"message": "Annotation deleted"}})
    async with connected(transport) as adapter:
        plan = await adapter.plan_event(WITHDRAW, call_at())
        assert (await adapter.plan_event(WITHDRAW, call_at())).observed == plan.observed
        await adapter.apply_event(order_of(plan), call_at())
    assert plan.effects[0].before == "checkout 1.4.2 [deploy, service:checkout] of 2026-03-01T11:41:16Z"
    assert (plan.services, plan.inverse) == (("checkout",), None)
    assert "another number" in plan.irreversible
    assert transport.asked == [ANNOTATION, ANNOTATION, ANNOTATION, DELETE_ANNOTATION]


@pytest.mark.parametrize(
    "present",
    [annotation(text="edited"), GONE, httpx.Response(403, json={"message": "denied"})],
    ids=["edited", "deleted", "deleted, where Grafana denies what is gone"],
)
async def test_an_annotation_that_somebody_touched_meanwhile_is_left_alone(present: Any) -> None:
    async with connected(Routed({ANNOTATION: annotation()})) as adapter:
        plan = await adapter.plan_event(WITHDRAW, call_at())
    moved = Routed({ANNOTATION: present})
    async with connected(moved) as adapter:
        with pytest.raises(ConflictError):
            await adapter.apply_event(order_of(plan), call_at())
    assert moved.asked == [ANNOTATION]


async def test_the_history_of_an_alert_is_not_deleted() -> None:
    for written_by_grafana in ({"alertId": 7}, {"newState": "alerting"}):
        async with connected(Routed({ANNOTATION: annotation(**written_by_grafana)})) as adapter:
            with pytest.raises(InvalidRequestError, match="history of an alert"):
                await adapter.plan_event(WITHDRAW, call_at())


async def test_a_deleted_annotation_is_seen_to_be_gone_from_the_list_of_its_time() -> None:
    others = [annotation(1), annotation(2)]
    many = [annotation(2_000 + number) for number in range(1_000)]
    for heard, sight in (
        ([*others, annotation()], Sight.ABSENT),
        (others, Sight.PRESENT),
        (many, Sight.UNOBSERVABLE),
    ):
        transport = Routed({ANNOTATION: annotation(), ANNOTATIONS: heard})
        async with connected(transport) as adapter:
            plan = await adapter.plan_event(WITHDRAW, call_at())
            assert (await adapter.observe_event(order_of(plan), call_at())).sight is sight
        (asked,) = transport.parameters(ANNOTATIONS)
        assert asked["from"] == asked["to"] == str(END_MS - 1_124_000)
        assert "tags" not in asked


async def test_an_annotation_that_is_not_there_cannot_be_withdrawn() -> None:
    async with connected(Routed({ANNOTATION: GONE})) as adapter:
        with pytest.raises(NotFoundError):
            await adapter.plan_event(WITHDRAW, call_at())

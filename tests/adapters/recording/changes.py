"""Changing the world of a recording, as the core does: plan, order, apply, observe."""

from datetime import datetime
from typing import Any

from opsloom.adapter_api.call import Call
from opsloom.model.changes import Change, ChangePlan, Observation, Order, Receipt
from opsloom.providers.operations import CHANGE_OPERATIONS
from opsloom_adapters.recording import RecordingAdapter
from tests.adapters.recording.recordings import NOW, call

MARKER = "opsloom-k3q9"


async def plan(adapter: RecordingAdapter, change: Change, now: datetime = NOW, asked: Call | None = None) -> ChangePlan:
    method: Any = getattr(adapter, CHANGE_OPERATIONS[change.kind].plan)
    planned: ChangePlan = await method(change, asked or call(now))
    return planned


def order_of(planned: ChangePlan, marker: str = MARKER) -> Order:
    return Order(plan=planned, marker=marker, requester="oncall-a", approver="oncall-b")


async def apply(adapter: RecordingAdapter, order: Order, now: datetime = NOW) -> Receipt:
    method: Any = getattr(adapter, CHANGE_OPERATIONS[order.plan.change.kind].apply)
    receipt: Receipt = await method(order, call(now))
    return receipt


async def observe(
    adapter: RecordingAdapter, order: Order, now: datetime = NOW, asked: Call | None = None
) -> Observation:
    method: Any = getattr(adapter, CHANGE_OPERATIONS[order.plan.change.kind].observe)
    seen: Observation = await method(order, asked or call(now))
    return seen


async def change_world(
    adapter: RecordingAdapter, change: Change, now: datetime = NOW, marker: str = MARKER
) -> tuple[Order, Receipt]:
    """Plan and apply at ``now``."""
    order = order_of(await plan(adapter, change, now), marker)
    return order, await apply(adapter, order, now)

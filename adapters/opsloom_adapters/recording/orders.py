"""Applying an order and seeing it again: the same for all kinds of changes."""

from collections.abc import Awaitable, Callable

from opsloom.adapter_api.call import Call
from opsloom.model.changes import ChangePlan, Observation, Order, Receipt, Sight
from opsloom.model.errors import ConflictError, InvalidRequestError
from opsloom_adapters.recording.recording import Recording


async def apply_order(
    recording: Recording, order: Order, call: Call, plan_again: Callable[[], Awaitable[ChangePlan]]
) -> Receipt:
    """Let the world do what was ordered; an order that it knows already is done.

    :raises ConflictError: the world is not as it was when the order was planned.
    """
    if recording.world.find(order.marker) is None:
        moved = ConflictError(f"{call.instance} has another state by now; nothing was changed", instance=call.instance)
        try:
            present = await plan_again()
        except InvalidRequestError:  # it was valid when it was planned
            raise moved from None
        if present.observed != order.plan.observed:
            raise moved
    # Nobody else gets a turn between the look and the deed: there is no await.
    receipt = recording.world.apply(order, call.now)
    body = receipt.model_dump_json(exclude_defaults=True).encode()
    recording.deeds.capture(call, [body], (("marker", order.marker),), method="WRITE")
    return receipt


def seen(
    recording: Recording, order: Order, call: Call, *, holds: bool = True, state: tuple[tuple[str, str], ...] = ()
) -> Observation:
    """Present if the world did it and it ``holds`` still; ``state`` is what was seen of it."""
    deed = recording.world.find(order.marker)
    recording.deeds.capture(call, [deed.line()] if deed else [], (("marker", order.marker),))
    if deed is None or not holds:
        return Observation(sight=Sight.ABSENT, state=state)
    return Observation(sight=Sight.PRESENT, state=state, receipt=deed.receipt)

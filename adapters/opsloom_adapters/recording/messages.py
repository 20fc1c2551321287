"""Posts messages in the world; whatever the channel is called, the world has it."""

from functools import partial

from opsloom.adapter_api.call import Call
from opsloom.adapter_api.orders import change_of
from opsloom.model.changes import ChangePlan, Effect, Observation, Order, Receipt, SendMessage
from opsloom.model.errors import InvalidRequestError
from opsloom.model.limits import MESSAGE_CHARS
from opsloom_adapters.recording.orders import apply_order, seen
from opsloom_adapters.recording.recording import Recording


async def plan_message(recording: Recording, change: SendMessage, call: Call) -> ChangePlan:
    """What would be posted where.

    :raises InvalidRequestError: the channel or the text is empty, or the text too long.
    """
    recording.probe(call)  # a message stands on nothing but that the recording is there
    if not change.channel.strip():
        raise InvalidRequestError("channel must name where people read it, such as checkout")
    check_text(change.text)
    return ChangePlan(
        change=change,
        summary=f"Post a message in {change.channel}",
        targets=(change.channel,),
        conditional=True,
        effects=(Effect(what=f"message in {change.channel}", before="", after=change.text),),
        irreversible="A message that was read cannot be taken back.",
    )


async def apply_message(recording: Recording, order: Order, call: Call) -> Receipt:
    change = change_of(order, SendMessage)
    return await apply_order(recording, order, call, partial(plan_message, recording, change, call))


async def observe_message(recording: Recording, order: Order, call: Call) -> Observation:
    """Present once it was posted."""
    return seen(recording, order, call, state=(("channel", change_of(order, SendMessage).channel),))


def check_text(text: str) -> None:
    """:raises InvalidRequestError: it is empty or over ``limits.MESSAGE_CHARS``."""
    if not 0 < len(text.strip()) <= len(text) <= MESSAGE_CHARS:
        raise InvalidRequestError(f"text must have from 1 to {MESSAGE_CHARS} characters")

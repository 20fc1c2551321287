"""Another text for a message that opsloom posted."""

from opsloom.adapter_api.call import Call
from opsloom.model.changes import ChangePlan, Effect, Observation, Order, Receipt, SendMessage, Sight
from opsloom.model.errors import ConflictError, InvalidRequestError
from opsloom_adapters.slack import wire
from opsloom_adapters.slack.client import MARKED, SlackClient
from opsloom_adapters.slack.links import MessageId, message_id, message_link
from opsloom_adapters.slack.mapping import text_of
from opsloom_adapters.slack.mrkdwn import escaped
from opsloom_adapters.slack.posting import is_marked


async def plan_replacement(
    client: SlackClient, change: SendMessage, replaces: str, channel: wire.Channel, call: Call
) -> ChangePlan:
    """What the message says, and would say.

    :raises InvalidRequestError: there is no such message, opsloom did not post it, or it says that already.
    """
    named = message_id(replaces, channel.id, "replaces")
    present = await _read(client, named, call)
    text = text_of(present, {})
    if text == change.text:
        raise InvalidRequestError("text: the message says that already")
    resolved = change.model_copy(update={"channel": channel.id, "replaces": str(named)})
    return ChangePlan(
        change=resolved,
        summary=f"Replace the text of a message in #{channel.name}",
        targets=(f"#{channel.name}", str(named)),
        observed=(("channel", f"{channel.id} #{channel.name}"), ("message", str(named)), ("text", text)),
        effects=(Effect(what=f"text of the message in #{channel.name}", before=text, after=change.text),),
        inverse=resolved.model_copy(update={"text": text}),
        not_inspected=("Who has read the message as it is.",),
        link=message_link(await client.workspace(call), named, present.thread_ts),
    )


async def apply_replacement(
    client: SlackClient, order: Order, change: SendMessage, replaces: str, call: Call
) -> Receipt:
    """Replace it; Slack takes no condition, so it is read again just before.

    :raises ConflictError: it says something else by now.
    """
    named = message_id(replaces, change.channel, "replaces")
    present = await _read(client, named, call)
    if ("text", text_of(present, {})) not in order.plan.observed:
        raise ConflictError(f"the message of {call.instance} says something else by now", instance=call.instance)
    link = message_link(await client.workspace(call), named, present.thread_ts)
    await client.replace(call, named.channel, named.ts, escaped(change.text), order.marker)
    return Receipt(native_id=str(named), link=link, inverse=order.plan.inverse)


async def observe_replacement(
    client: SlackClient, order: Order, change: SendMessage, replaces: str, call: Call
) -> Observation:
    """Present while the message carries the order's marker: who replaces its text replaces that, too."""
    named = message_id(replaces, change.channel, "replaces")
    present = await client.message(call, named.channel, named.ts)
    if present is None:
        return Observation(sight=Sight.ABSENT)
    state = (("message", str(named)), ("text", text_of(present, {})))
    if not is_marked(present, order.marker):
        return Observation(sight=Sight.ABSENT, state=state)
    link = message_link(await client.workspace(call), named, present.thread_ts)
    receipt = Receipt(native_id=str(named), link=link, inverse=order.plan.inverse)
    return Observation(sight=Sight.PRESENT, state=state, receipt=receipt)


async def _read(client: SlackClient, named: MessageId, call: Call) -> wire.Message:
    present = await client.message(call, named.channel, named.ts)
    if present is None:
        raise InvalidRequestError("replaces: there is no such message; copy it from a search of messages")
    if present.metadata is None or present.metadata.event_type != MARKED:
        raise InvalidRequestError("replaces: opsloom did not post that message, and only its own can be replaced")
    return present

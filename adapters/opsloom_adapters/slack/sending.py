"""MessageSender on Slack: a message is posted, or one of opsloom's own gets another text."""

from fnmatch import fnmatchcase

from opsloom.adapter_api.call import Call
from opsloom.adapter_api.orders import change_of
from opsloom.model.changes import ChangePlan, Observation, Order, Receipt, SendMessage
from opsloom.model.errors import InvalidRequestError, UnsupportedError
from opsloom.model.limits import MESSAGE_CHARS
from opsloom_adapters.slack import wire
from opsloom_adapters.slack.channels import bare, find_channel, is_id
from opsloom_adapters.slack.client import SlackClient
from opsloom_adapters.slack.config import SlackConfig
from opsloom_adapters.slack.posting import apply_post, observe_post, plan_post
from opsloom_adapters.slack.replacing import apply_replacement, observe_replacement, plan_replacement


async def plan_message(client: SlackClient, config: SlackConfig, change: SendMessage, call: Call) -> ChangePlan:
    """What would be read where.

    :raises InvalidRequestError: the text, channel, thread or message is none that may be used.
    :raises UnsupportedError: the operator lets no channel be posted to.
    """
    _check(change)
    channel = await _channel_for(client, config, change.channel, call)
    if change.replaces is not None:
        return await plan_replacement(client, change, change.replaces, channel, call)
    return await plan_post(client, change, channel, call)


async def apply_message(client: SlackClient, order: Order, call: Call) -> Receipt:
    change = change_of(order, SendMessage)
    if change.replaces is not None:
        return await apply_replacement(client, order, change, change.replaces, call)
    return await apply_post(client, order, change, call)


async def observe_message(client: SlackClient, order: Order, call: Call) -> Observation:
    change = change_of(order, SendMessage)
    if change.replaces is not None:
        return await observe_replacement(client, order, change, change.replaces, call)
    return await observe_post(client, order, change, call)


def _check(change: SendMessage) -> None:
    if not change.text.strip() or len(change.text) > MESSAGE_CHARS:
        raise InvalidRequestError(f"text must have 1 to {MESSAGE_CHARS} characters that are not all blank")
    if change.thread is not None and change.replaces is not None:
        raise InvalidRequestError("give either thread or replaces: a message stays in its thread")


async def _channel_for(client: SlackClient, config: SlackConfig, named: str, call: Call) -> wire.Channel:
    if not config.channels:
        raise UnsupportedError(
            f"{call.instance} may post to no channel: the operator can allow some by its setting channels"
        )
    if not is_id(named):
        _check_allowed(config, bare(named), call)
    channel = await find_channel(client, named, call)
    _check_allowed(config, channel.name, call)
    if channel.is_archived:
        raise InvalidRequestError(f"channel: #{channel.name} is archived; name another")
    return channel


def _check_allowed(config: SlackConfig, name: str, call: Call) -> None:
    if not any(fnmatchcase(name, bare(pattern)) for pattern in config.channels):
        allowed = ", ".join(config.channels)
        raise InvalidRequestError(f"channel is none that {call.instance} may post to; it may post to: {allowed}")

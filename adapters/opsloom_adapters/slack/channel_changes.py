"""ChannelWriter on Slack: a public channel is opened for an incident, or archived."""

import re

from opsloom.adapter_api.call import Call
from opsloom.adapter_api.orders import change_of
from opsloom.model.changes import (
    ArchiveChannel,
    ChangePlan,
    ChannelChange,
    CreateChannel,
    Effect,
    Observation,
    Order,
    Receipt,
    Sight,
)
from opsloom.model.errors import ConflictError, InvalidRequestError, UnsupportedError
from opsloom_adapters.slack import wire
from opsloom_adapters.slack.channels import bare, find_channel, list_for
from opsloom_adapters.slack.client import SlackClient
from opsloom_adapters.slack.config import SlackConfig
from opsloom_adapters.slack.links import channel_link

_NAME = re.compile(r"(?=.*[a-z0-9])[a-z0-9_-]{1,80}")
_NO_WAY_BACK = "opsloom reopens no channel; a member can, in Slack"


async def plan_channel(client: SlackClient, config: SlackConfig, change: ChannelChange, call: Call) -> ChangePlan:
    """What would become of the channel.

    :raises InvalidRequestError: the name is not valid or is taken, or there is nothing to archive.
    :raises UnsupportedError: it is to be private, or to have a topic.
    """
    if isinstance(change, ArchiveChannel):
        return await _plan_archiving(client, config, change, call)
    return await _plan_opening(client, config, change, call)


async def apply_channel(client: SlackClient, order: Order, call: Call) -> Receipt:
    """Do it. Slack takes no condition: a channel to be archived is read again just before.

    :raises ConflictError: it has another name or is archived by now.
    """
    change = change_of(order, CreateChannel, ArchiveChannel)
    workspace = await client.workspace(call)
    if isinstance(change, CreateChannel):
        return _opened(workspace, await client.open_channel(call, change.name))
    if _state_of(await client.channel(call, change.channel)) != order.plan.observed:
        raise ConflictError(f"the channel of {call.instance} has changed since the plan", instance=call.instance)
    await client.archive_channel(call, change.channel)
    return Receipt(native_id=change.channel, link=channel_link(workspace, change.channel))


async def observe_channel(client: SlackClient, order: Order, call: Call) -> Observation:
    """Look at the state: a channel shows no marker. Whoever opened or archived it, it is in effect."""
    change = change_of(order, CreateChannel, ArchiveChannel)
    workspace = await client.workspace(call)
    if isinstance(change, CreateChannel):
        listing = await list_for(client, change.name, call)
        if listing.found is None:
            return Observation(sight=Sight.ABSENT if listing.complete else Sight.UNOBSERVABLE)
        return Observation(
            sight=Sight.PRESENT, state=_state_of(listing.found), receipt=_opened(workspace, listing.found)
        )
    channel = await client.channel(call, change.channel)
    receipt = Receipt(native_id=channel.id, link=channel_link(workspace, channel.id))
    if not channel.is_archived:
        return Observation(sight=Sight.ABSENT, state=_state_of(channel))
    return Observation(sight=Sight.PRESENT, state=_state_of(channel), receipt=receipt)


async def _plan_opening(client: SlackClient, config: SlackConfig, change: CreateChannel, call: Call) -> ChangePlan:
    name = bare(change.name)
    _check_prefix(config, name, call)
    if not _NAME.fullmatch(name):
        raise InvalidRequestError(
            "name must have 1 to 80 lower-case letters, digits, hyphens and underscores; "
            f"this would do: {_valid_form_of(name, config.channel_prefix)}"
        )
    if change.is_private:
        raise UnsupportedError(
            "a private channel that an app opens has no other member, and nobody could be invited; open a public one"
        )
    if change.topic:
        raise UnsupportedError("Slack sets a topic by a request of its own; post it as the channel's first message")
    listing = await list_for(client, name, call)
    if listing.found is not None:
        raise InvalidRequestError(f"name: #{name} is there already; choose another")
    unread = () if listing.complete else (f"Channels beyond the first {len(listing.seen)}: the name may be taken.",)
    return ChangePlan(
        change=change.model_copy(update={"name": name}),
        summary=f"Open the public channel #{name}",
        targets=(f"#{name}",),
        observed=(("channel", "none of that name"),),
        effects=(Effect(what="channel", before="", after=f"#{name}, public, with the app as its only member"),),
        inverse=ArchiveChannel(channel=""),
        not_inspected=("Whether a private channel has that name: then Slack refuses.", *unread),
    )


async def _plan_archiving(client: SlackClient, config: SlackConfig, change: ArchiveChannel, call: Call) -> ChangePlan:
    channel = await find_channel(client, change.channel, call)
    _check_prefix(config, channel.name, call)
    if channel.is_archived:
        raise InvalidRequestError(f"channel: #{channel.name} is archived already")
    if channel.is_general or channel.is_private:
        raise UnsupportedError(f"#{channel.name} is general or private; only other public channels can be archived")
    return ChangePlan(
        change=change.model_copy(update={"channel": channel.id}),
        summary=f"Archive #{channel.name}",
        targets=(f"#{channel.name}",),
        observed=_state_of(channel),
        effects=(Effect(what=f"channel #{channel.name}", before="open", after="archived; what was said stays"),),
        irreversible=_NO_WAY_BACK,
        not_inspected=("Who is in the channel, and whether somebody still needs it.",),
        link=channel_link(await client.workspace(call), channel.id),
    )


def _check_prefix(config: SlackConfig, name: str, call: Call) -> None:
    if not name.startswith(config.channel_prefix):
        raise InvalidRequestError(
            f"{call.instance} opens and archives only channels whose names begin with {config.channel_prefix}; "
            "the operator can change that by its setting channel_prefix"
        )


def _valid_form_of(name: str, prefix: str) -> str:
    form = re.sub(r"[^a-z0-9_]+", "-", name.casefold()).strip("-_")[:80]
    return form if form and form.startswith(prefix) else f"{prefix}checkout-down"


def _state_of(channel: wire.Channel) -> tuple[tuple[str, str], ...]:
    return (("channel", f"{channel.id} #{channel.name}"), ("archived", str(channel.is_archived).lower()))


def _opened(workspace: str, channel: wire.Channel) -> Receipt:
    return Receipt(
        native_id=channel.id, link=channel_link(workspace, channel.id), inverse=ArchiveChannel(channel=channel.id)
    )

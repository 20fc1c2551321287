"""Telling people: a post in a channel, or a page."""

from typing import Annotated

from pydantic import Field

from opsloom.adapter_api.writers import ChannelWriter, MessageSender, Pager
from opsloom.approval.checks import firing_alerts
from opsloom.approval.proposal import Proposal
from opsloom.model.changes import CreateChannel, PagePerson, SendMessage
from opsloom.model.errors import InvalidRequestError
from opsloom.model.limits import MESSAGE_CHARS, TEXT_ARGUMENT_CHARS
from opsloom.model.ownership import EscalationStep, Ownership, OwnershipQuery
from opsloom.providers.operations import GET_OWNERSHIP
from opsloom.tools.choosing import At, instance_for
from opsloom.tools.context import ToolContext
from opsloom.tools.gather import gather
from opsloom.tools.registry import change_tool


@change_tool(MessageSender, title="Send a message", destructive=False, idempotent=False)
async def send_message(
    context: ToolContext,
    channel: Annotated[str, Field(description="its name", min_length=1, max_length=200)],
    text: Annotated[str, Field(description="what they read", min_length=1, max_length=MESSAGE_CHARS)],
    thread: Annotated[str | None, Field(description="reply to", max_length=200)] = None,
    replaces: Annotated[str | None, Field(description="edit instead", max_length=200)] = None,
    instance: At = None,
) -> Proposal:
    """Post in a channel."""
    change = SendMessage(channel=channel, text=text, thread=thread, replaces=replaces)
    return Proposal(change, instance_for(context, MessageSender, instance))


@change_tool(ChannelWriter, title="Open an incident channel", destructive=False, idempotent=False)
async def create_channel(
    context: ToolContext,
    name: Annotated[str, Field(description="such as inc-checkout-0914", min_length=1, max_length=80)],
    topic: Annotated[str, Field(description="one line", max_length=200)] = "",
    private: Annotated[bool, Field(description="only for those invited")] = False,
    instance: At = None,
) -> Proposal:
    """Open a channel for an incident."""
    change = CreateChannel(name=name, topic=topic, is_private=private)
    return Proposal(change, instance_for(context, ChannelWriter, instance))


@change_tool(Pager, title="Page the owner", destructive=False, idempotent=False)
async def page_owner(
    context: ToolContext,
    service: Annotated[str, Field(description="service name", min_length=1, max_length=200)],
    text: Annotated[str, Field(description="what they read", min_length=1, max_length=TEXT_ARGUMENT_CHARS)],
    instance: At = None,
) -> Proposal:
    """Wake whom the escalation of a service names now."""
    name = instance_for(context, Pager, instance)
    return Proposal(PagePerson(target=await _due_now(context, service), text=text, service=service), name)


async def _due_now(context: ToolContext, service: str) -> str:
    """The escalation step that is due, counted from the oldest alert that fires; else who is on call."""
    found = await gather(context, GET_OWNERSHIP, OwnershipQuery(at=context.now, service=service))
    known: list[Ownership] = [row for _, row in found.rows]
    steps = sorted((step for row in known for step in row.escalation), key=lambda step: step.after_seconds)
    if steps:
        return (await _step_due(context, service, steps)).notify
    people = [shift.user for row in known for shift in row.on_call]
    if not people:
        raise InvalidRequestError("no source knows an escalation or who is on call for this service; see get_owner")
    return people[0]


async def _step_due(context: ToolContext, service: str, steps: list[EscalationStep]) -> EscalationStep:
    alerts = await firing_alerts(context.hub, (service,))
    waiting = max(((context.now - alert.starts_at).total_seconds() for alert in alerts), default=0.0)
    return [steps[0], *(step for step in steps if step.after_seconds <= waiting)][-1]

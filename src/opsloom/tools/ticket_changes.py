"""Creating and updating tickets."""

from typing import Annotated, Literal

from pydantic import Field

from opsloom.adapter_api.writers import TicketWriter
from opsloom.approval.proposal import Proposal
from opsloom.model.changes import CreateTicket, UpdateTicket
from opsloom.model.errors import InvalidRequestError
from opsloom.model.limits import COMMENT_CHARS, MESSAGE_CHARS
from opsloom.model.refs import RefKind
from opsloom.model.tickets import TicketStatus
from opsloom.tools.arguments import Service
from opsloom.tools.choosing import At, instance_for
from opsloom.tools.context import ToolContext
from opsloom.tools.records import ref_of_kind
from opsloom.tools.registry import change_tool

_LINKS_MAX = 20


@change_tool(TicketWriter, title="Create a ticket", destructive=False, idempotent=False)
async def create_ticket(
    context: ToolContext,
    title: Annotated[str, Field(description="one line", min_length=1, max_length=200)],
    description: Annotated[str, Field(description="text", max_length=MESSAGE_CHARS)] = "",
    service: Service = None,
    priority: Annotated[str | None, Field(description="the tracker's word", max_length=50)] = None,
    instance: At = None,
) -> Proposal:
    """File a ticket."""
    change = CreateTicket(title=title, description=description, service=service, priority=priority)
    return Proposal(change, instance_for(context, TicketWriter, instance))


@change_tool(TicketWriter, title="Update a ticket", destructive=True, idempotent=False)
async def update_ticket(
    context: ToolContext,
    ticket: Annotated[str, Field(description="ref", max_length=1_000)],
    comment: Annotated[str | None, Field(description="text to add", max_length=COMMENT_CHARS)] = None,
    status: Annotated[Literal["open", "in_progress", "closed"] | None, Field(description="new status")] = None,
    assignee: Annotated[str | None, Field(description="login", max_length=200)] = None,
    links: Annotated[list[str] | None, Field(description="addresses to add", max_length=_LINKS_MAX)] = None,
) -> Proposal:
    """Comment on a ticket, set its status or assignee, add links."""
    ref = ref_of_kind(ticket, (RefKind.TICKET, RefKind.INCIDENT), "ticket")
    if not (comment or status or assignee is not None or links):
        raise InvalidRequestError("give at least one of comment, status, assignee, links")
    change = UpdateTicket(
        ticket=ref.native_id,
        comment=comment or None,
        status=status and TicketStatus(status),
        assignee=assignee,
        links=tuple(links or ()),
    )
    return Proposal(change, instance_for(context, TicketWriter, ref.instance))

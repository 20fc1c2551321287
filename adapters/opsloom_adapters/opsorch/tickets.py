"""TicketReader on OpsOrch."""

from opsloom.adapter_api.call import Call
from opsloom.model.page import Page
from opsloom.model.refs import Ref, RefKind
from opsloom.model.tickets import Ticket, TicketQuery
from opsloom_adapters.opsorch import wire
from opsloom_adapters.opsorch.client import TICKETS, OpsorchClient
from opsloom_adapters.opsorch.config import OpsorchConfig
from opsloom_adapters.opsorch.mapping import link_of, text_in, ticket_status_of
from opsloom_adapters.opsorch.pages import page_of


async def search_tickets(client: OpsorchClient, config: OpsorchConfig, query: TicketQuery, call: Call) -> Page[Ticket]:
    """The tickets of ``query``, last updated first. The service is not sent: a ticket counts that only mentions it."""
    found = await client.query(call, TICKETS, window=query.window)
    wanted = [one for one in (ticket_of(each, config, call.instance) for each in found.rows) if query.matches(one)]
    wanted.sort(key=lambda ticket: ticket.updated_at, reverse=True)
    return page_of(found, wanted, query.limit, "tickets")


async def get_ticket(client: OpsorchClient, config: OpsorchConfig, native_id: str, call: Call) -> Ticket:
    return ticket_of(await client.get(call, TICKETS.name, native_id, wire.TICKET), config, call.instance)


def ticket_of(ticket: wire.Ticket, config: OpsorchConfig, instance: str) -> Ticket:
    return Ticket(
        ref=Ref(RefKind.TICKET, instance, ticket.id),
        link=link_of(ticket.url),
        key=ticket.key or ticket.id,
        title=ticket.title,
        status=ticket_status_of(ticket.status, config),
        status_raw=ticket.status,
        priority=text_in(ticket.fields, "priority"),
        service=text_in(ticket.fields, config.ticket_service_field or "service") or None,
        assignee=", ".join(ticket.assignees),
        reporter=ticket.reporter,
        created_at=ticket.created_at,
        updated_at=ticket.updated_at,
        description=ticket.description,
    )

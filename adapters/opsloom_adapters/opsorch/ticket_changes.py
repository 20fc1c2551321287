"""TicketWriter on OpsOrch: a ticket is made, or gets another status or assignee."""

from opsloom.adapter_api.call import Call
from opsloom.adapter_api.orders import change_of
from opsloom.model.changes import ChangePlan, CreateTicket, Observation, Order, Receipt, TicketChange, UpdateTicket
from opsloom_adapters.opsorch.client import OpsorchClient
from opsloom_adapters.opsorch.config import OpsorchConfig
from opsloom_adapters.opsorch.ticket_creation import apply_creation, observe_creation, plan_creation
from opsloom_adapters.opsorch.ticket_update import apply_update, observe_update, plan_update


async def plan_ticket(client: OpsorchClient, config: OpsorchConfig, change: TicketChange, call: Call) -> ChangePlan:
    if isinstance(change, CreateTicket):
        return await plan_creation(client, config, change, call)
    return await plan_update(client, config, change, call)


async def apply_ticket(client: OpsorchClient, config: OpsorchConfig, order: Order, call: Call) -> Receipt:
    change = change_of(order, CreateTicket, UpdateTicket)
    if isinstance(change, CreateTicket):
        return await apply_creation(client, config, order, change, call)
    return await apply_update(client, config, order, change, call)


async def observe_ticket(client: OpsorchClient, config: OpsorchConfig, order: Order, call: Call) -> Observation:
    change = change_of(order, CreateTicket, UpdateTicket)
    if isinstance(change, CreateTicket):
        return await observe_creation(client, config, order, call)
    return await observe_update(client, config, order, change, call)

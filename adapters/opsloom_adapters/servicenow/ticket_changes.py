"""TicketWriter on ServiceNow: incidents are its tickets."""

from opsloom.adapter_api.call import Call
from opsloom.adapter_api.orders import change_of
from opsloom.model.changes import ChangePlan, CreateTicket, Observation, Order, Receipt, TicketChange, UpdateTicket
from opsloom_adapters.servicenow.client import ServicenowClient
from opsloom_adapters.servicenow.config import ServicenowConfig
from opsloom_adapters.servicenow.creation import apply_creation, observe_creation, plan_creation
from opsloom_adapters.servicenow.update import apply_update, observe_update, plan_update


async def plan_ticket(
    client: ServicenowClient, config: ServicenowConfig, change: TicketChange, call: Call
) -> ChangePlan:
    """What ``change`` would do."""
    if isinstance(change, CreateTicket):
        return await plan_creation(client, config, change, call)
    return await plan_update(client, config, change, call)


async def apply_ticket(client: ServicenowClient, config: ServicenowConfig, order: Order, call: Call) -> Receipt:
    """Do it."""
    change = change_of(order, CreateTicket, UpdateTicket)
    if isinstance(change, CreateTicket):
        return await apply_creation(client, config, order, change, call)
    return await apply_update(client, config, order, change, call)


async def observe_ticket(client: ServicenowClient, config: ServicenowConfig, order: Order, call: Call) -> Observation:
    """Whether it is done."""
    change = change_of(order, CreateTicket, UpdateTicket)
    if isinstance(change, CreateTicket):
        return await observe_creation(client, config, order, call)
    return await observe_update(client, config, order, change, call)

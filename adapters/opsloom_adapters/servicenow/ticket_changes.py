"""TicketWriter on ServiceNow: incidents are its tickets."""

from opsloom.adapter_api.call import Call
from opsloom.model.changes import ChangePlan, CreateTicket, Observation, Order, Receipt, TicketChange, UpdateTicket
from opsloom.model.errors import InvalidRequestError
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
    change = _change_of(order)
    if isinstance(change, CreateTicket):
        return await apply_creation(client, config, order, change, call)
    return await apply_update(client, config, order, change, call)


async def observe_ticket(client: ServicenowClient, config: ServicenowConfig, order: Order, call: Call) -> Observation:
    """Whether it is done."""
    change = _change_of(order)
    if isinstance(change, CreateTicket):
        return await observe_creation(client, config, order, call)
    return await observe_update(client, config, order, change, call)


def _change_of(order: Order) -> TicketChange:
    change = order.plan.change
    if isinstance(change, CreateTicket | UpdateTicket):
        return change
    raise InvalidRequestError(f"ServiceNow's incidents take create_ticket and update_ticket, not {change.kind}")

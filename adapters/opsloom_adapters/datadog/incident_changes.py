"""TicketWriter on Datadog's incidents: one is declared, or given another state."""

from opsloom.adapter_api.call import Call
from opsloom.adapter_api.orders import change_of
from opsloom.model.changes import ChangePlan, CreateTicket, Observation, Order, Receipt, TicketChange, UpdateTicket
from opsloom_adapters.datadog.change_client import DatadogChangeClient
from opsloom_adapters.datadog.client import DatadogClient
from opsloom_adapters.datadog.incident_creation import apply_creation, observe_creation, plan_creation
from opsloom_adapters.datadog.incident_update import apply_update, observe_update, plan_update


async def plan_ticket(client: DatadogClient, site_url: str, change: TicketChange, call: Call) -> ChangePlan:
    if isinstance(change, CreateTicket):
        return await plan_creation(client, site_url, change, call)
    return await plan_update(client, site_url, change, call)


async def apply_ticket(
    client: DatadogClient, changes: DatadogChangeClient, site_url: str, order: Order, call: Call
) -> Receipt:
    change = change_of(order, CreateTicket, UpdateTicket)
    if isinstance(change, CreateTicket):
        return await apply_creation(changes, site_url, change, order, call)
    return await apply_update(client, changes, site_url, change, order, call)


async def observe_ticket(client: DatadogClient, site_url: str, order: Order, call: Call) -> Observation:
    change = change_of(order, CreateTicket, UpdateTicket)
    if isinstance(change, CreateTicket):
        return await observe_creation(client, site_url, order, call)
    return await observe_update(client, site_url, change, order, call)

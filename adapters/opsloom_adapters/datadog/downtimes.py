"""AlertSilencer on Datadog's downtimes: one is scheduled, or canceled."""

from opsloom.adapter_api.call import Call
from opsloom.adapter_api.orders import change_of
from opsloom.model.changes import ChangePlan, ExpireSilence, Observation, Order, Receipt, Silence, SilenceAlerts
from opsloom_adapters.datadog.change_client import DatadogChangeClient
from opsloom_adapters.datadog.client import DatadogClient
from opsloom_adapters.datadog.downtime_cancellation import (
    apply_cancellation,
    observe_cancellation,
    plan_cancellation,
)
from opsloom_adapters.datadog.downtime_creation import apply_downtime, observe_downtime, plan_downtime


async def plan_silence(client: DatadogClient, site_url: str, change: Silence, call: Call) -> ChangePlan:
    if isinstance(change, ExpireSilence):
        return await plan_cancellation(client, site_url, change, call)
    return await plan_downtime(client, site_url, change, call)


async def apply_silence(
    client: DatadogClient, changes: DatadogChangeClient, site_url: str, order: Order, call: Call
) -> Receipt:
    change = change_of(order, SilenceAlerts, ExpireSilence)
    if isinstance(change, ExpireSilence):
        return await apply_cancellation(client, changes, site_url, change, order, call)
    return await apply_downtime(changes, site_url, change, order, call)


async def observe_silence(client: DatadogClient, site_url: str, order: Order, call: Call) -> Observation:
    change = change_of(order, SilenceAlerts, ExpireSilence)
    if isinstance(change, ExpireSilence):
        return await observe_cancellation(client, site_url, change, call)
    return await observe_downtime(client, site_url, change, order, call)

"""AlertSilencer on Alertmanager: a silence is made, or one is ended.

Source: https://github.com/prometheus/alertmanager/blob/main/api/v2/openapi.yaml
"""

from opsloom.adapter_api.call import Call
from opsloom.model.changes import ChangePlan, ExpireSilence, Observation, Order, Receipt, Silence, SilenceAlerts
from opsloom.model.errors import InvalidRequestError
from opsloom_adapters.alertmanager.client import AlertmanagerClient
from opsloom_adapters.alertmanager.config import AlertmanagerConfig
from opsloom_adapters.alertmanager.silence_creation import apply_creation, observe_creation, plan_creation
from opsloom_adapters.alertmanager.silence_expiry import apply_expiry, observe_expiry, plan_expiry


async def plan_silence(
    client: AlertmanagerClient, config: AlertmanagerConfig, change: Silence, call: Call
) -> ChangePlan:
    if isinstance(change, ExpireSilence):
        return await plan_expiry(client, config, change, call)
    return await plan_creation(client, config, change, call)


async def apply_silence(client: AlertmanagerClient, config: AlertmanagerConfig, order: Order, call: Call) -> Receipt:
    change = _silence_of(order)
    if isinstance(change, ExpireSilence):
        return await apply_expiry(client, config, change, call)
    return await apply_creation(client, config, change, order, call)


async def observe_silence(
    client: AlertmanagerClient, config: AlertmanagerConfig, order: Order, call: Call
) -> Observation:
    change = _silence_of(order)
    if isinstance(change, ExpireSilence):
        return await observe_expiry(client, config, change, call)
    return await observe_creation(client, config, change, order, call)


def _silence_of(order: Order) -> Silence:
    change = order.plan.change
    if isinstance(change, SilenceAlerts | ExpireSilence):
        return change
    raise InvalidRequestError(f"an order to {change.kind} is none for silences: silence_alerts or expire_silence")

"""AlertSilencer on Grafana's built-in Alertmanager: a silence is made, or one is ended.

Source: https://github.com/grafana/grafana/blob/main/pkg/services/ngalert/api/tooling/post.json
"""

from opsloom.adapter_api.call import Call
from opsloom.model.changes import ChangePlan, ExpireSilence, Observation, Order, Receipt, Silence, SilenceAlerts
from opsloom.model.errors import InvalidRequestError
from opsloom_adapters.grafana.client import GrafanaClient
from opsloom_adapters.grafana.config import GrafanaConfig
from opsloom_adapters.grafana.silence_creation import apply_creation, observe_creation, plan_creation
from opsloom_adapters.grafana.silence_expiry import apply_expiry, observe_expiry, plan_expiry


async def plan_silence(client: GrafanaClient, config: GrafanaConfig, change: Silence, call: Call) -> ChangePlan:
    if isinstance(change, ExpireSilence):
        return await plan_expiry(client, config, change, call)
    return await plan_creation(client, config, change, call)


async def apply_silence(client: GrafanaClient, config: GrafanaConfig, order: Order, call: Call) -> Receipt:
    change = _silence_of(order)
    if isinstance(change, ExpireSilence):
        return await apply_expiry(client, config, change, order, call)
    return await apply_creation(client, config, change, order, call)


async def observe_silence(client: GrafanaClient, config: GrafanaConfig, order: Order, call: Call) -> Observation:
    change = _silence_of(order)
    if isinstance(change, ExpireSilence):
        return await observe_expiry(client, config, change, call)
    return await observe_creation(client, config, change, order, call)


def _silence_of(order: Order) -> Silence:
    change = order.plan.change
    if isinstance(change, SilenceAlerts | ExpireSilence):
        return change
    raise InvalidRequestError(f"an order to {change.kind} is none for silences: silence_alerts or expire_silence")

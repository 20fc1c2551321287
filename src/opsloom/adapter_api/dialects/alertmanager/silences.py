"""AlertSilencer on any :class:`SilenceServer`: a silence is made, or one is ended.

Source: https://github.com/prometheus/alertmanager/blob/main/api/v2/openapi.yaml
"""

from opsloom.adapter_api.call import Call
from opsloom.adapter_api.dialects.alertmanager.silence_creation import apply_creation, observe_creation, plan_creation
from opsloom.adapter_api.dialects.alertmanager.silence_expiry import apply_expiry, observe_expiry, plan_expiry
from opsloom.adapter_api.dialects.alertmanager.silence_server import SilenceServer
from opsloom.adapter_api.orders import change_of
from opsloom.model.changes import ChangePlan, ExpireSilence, Observation, Order, Receipt, Silence, SilenceAlerts


async def plan_silence(server: SilenceServer, change: Silence, call: Call) -> ChangePlan:
    if isinstance(change, ExpireSilence):
        return await plan_expiry(server, change, call)
    return await plan_creation(server, change, call)


async def apply_silence(server: SilenceServer, order: Order, call: Call) -> Receipt:
    change = change_of(order, SilenceAlerts, ExpireSilence)
    if isinstance(change, ExpireSilence):
        return await apply_expiry(server, change, call)
    return await apply_creation(server, change, order, call)


async def observe_silence(server: SilenceServer, order: Order, call: Call) -> Observation:
    change = change_of(order, SilenceAlerts, ExpireSilence)
    if isinstance(change, ExpireSilence):
        return await observe_expiry(server, change, call)
    return await observe_creation(server, change, order, call)

"""EventRecorder on Grafana: an annotation is made, or one is deleted.

Source: https://grafana.com/docs/grafana/latest/developers/http_api/annotations/
"""

from opsloom.adapter_api.call import Call
from opsloom.adapter_api.orders import change_of
from opsloom.model.changes import ChangePlan, EventChange, Observation, Order, Receipt, RecordEvent, WithdrawEvent
from opsloom_adapters.grafana.client import GrafanaClient
from opsloom_adapters.grafana.config import GrafanaConfig
from opsloom_adapters.grafana.event_recording import apply_recording, observe_recording, plan_recording
from opsloom_adapters.grafana.event_withdrawal import apply_withdrawal, observe_withdrawal, plan_withdrawal


async def plan_event(client: GrafanaClient, config: GrafanaConfig, change: EventChange, call: Call) -> ChangePlan:
    if isinstance(change, WithdrawEvent):
        return await plan_withdrawal(client, config, change, call)
    return plan_recording(config, change)


async def apply_event(client: GrafanaClient, config: GrafanaConfig, order: Order, call: Call) -> Receipt:
    change = change_of(order, RecordEvent, WithdrawEvent)
    if isinstance(change, WithdrawEvent):
        return await apply_withdrawal(client, config, change, order, call)
    return await apply_recording(client, config, change, order, call)


async def observe_event(client: GrafanaClient, config: GrafanaConfig, order: Order, call: Call) -> Observation:
    change = change_of(order, RecordEvent, WithdrawEvent)
    if isinstance(change, WithdrawEvent):
        return await observe_withdrawal(client, change, order, call)
    return await observe_recording(client, config, order, call)

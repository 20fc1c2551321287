"""ServiceOperator: a Deployment is restarted or scaled."""

from opsloom.adapter_api.call import Call
from opsloom.adapter_api.orders import change_of
from opsloom.model.changes import (
    ChangePlan,
    Observation,
    Order,
    Receipt,
    RestartService,
    ScaleService,
    ServiceOperation,
)
from opsloom.model.errors import UnsupportedError
from opsloom_adapters.kubernetes.client import KubernetesClient
from opsloom_adapters.kubernetes.config import KubernetesConfig
from opsloom_adapters.kubernetes.restarts import apply_restart, observe_restart, plan_restart
from opsloom_adapters.kubernetes.scaling import apply_scaling, observe_scaling, plan_scaling


async def plan_operation(
    client: KubernetesClient, config: KubernetesConfig, change: ServiceOperation, call: Call
) -> ChangePlan:
    """What a restart or another number of replicas would do.

    :raises UnsupportedError: a sync, for which Kubernetes knows no source.
    """
    if isinstance(change, RestartService):
        return await plan_restart(client, config, change, call)
    if isinstance(change, ScaleService):
        return await plan_scaling(client, config, change, call)
    raise UnsupportedError(
        f"{call.instance} can restart and scale; Kubernetes knows no source to sync with: ask an instance of argocd"
    )


async def apply_operation(client: KubernetesClient, config: KubernetesConfig, order: Order, call: Call) -> Receipt:
    change = change_of(order, RestartService, ScaleService)
    if isinstance(change, ScaleService):
        return await apply_scaling(client, config, order, change, call)
    return await apply_restart(client, config, order, call)


async def observe_operation(
    client: KubernetesClient, config: KubernetesConfig, order: Order, call: Call
) -> Observation:
    change = change_of(order, RestartService, ScaleService)
    if isinstance(change, ScaleService):
        return await observe_scaling(client, config, order, change, call)
    return await observe_restart(client, config, order, call)

"""A Deployment runs with another number of replicas, through its scale subresource.

https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#scaling-a-deployment
"""

from opsloom.adapter_api.call import Call
from opsloom.model.changes import ChangePlan, Effect, Observation, Order, Receipt, ScaleService, Sight
from opsloom.model.errors import InvalidRequestError, NotFoundError, PermissionDeniedError
from opsloom_adapters.kubernetes import wire
from opsloom_adapters.kubernetes.client import AUTOSCALERS, KubernetesClient
from opsloom_adapters.kubernetes.config import KubernetesConfig
from opsloom_adapters.kubernetes.naming import environment_of, object_link, service_of_deployment
from opsloom_adapters.kubernetes.selectors import Place
from opsloom_adapters.kubernetes.targets import (
    check_unmoved,
    find_deployment,
    not_inspected,
    path_of,
    present_deployment,
    receipt_of,
)

_UNSEEN = "whether an autoscaler sets the number again is not inspected: the credential may not list them"


async def plan_scaling(
    client: KubernetesClient, config: KubernetesConfig, change: ScaleService, call: Call
) -> ChangePlan:
    """What another number of replicas would do.

    :raises InvalidRequestError: no such service or environment, a negative number, or it runs with that many.
    """
    deployment = await find_deployment(client, config, change, call)
    present, path = deployment.spec.replicas, path_of(deployment)
    if change.replicas < 0 or change.replicas == present:
        raise InvalidRequestError(f"replicas: {path} is to run with {present}; give another number of 0 or more")
    resolved = change.model_copy(update={"environment": environment_of(deployment.metadata, config)})
    stops = ": it stops" if change.replicas == 0 else ""
    return ChangePlan(
        change=resolved,
        summary=f"Scale {path} from {present} to {change.replicas} replicas{stops}",
        targets=(path,),
        services=(service_of_deployment(deployment, config),),
        observed=_state_of(deployment),
        conditional=True,
        effects=(Effect(what="replicas", before=str(present), after=str(change.replicas)),),
        inverse=resolved.model_copy(update={"replicas": present}),
        not_inspected=(
            "whether the nodes have room for it is not inspected",
            *await _autoscaling(client, deployment, call),
            *not_inspected(deployment),
        ),
        link=object_link("deployment", deployment.metadata.namespace, deployment.metadata.name, config),
    )


async def apply_scaling(
    client: KubernetesClient, config: KubernetesConfig, order: Order, change: ScaleService, call: Call
) -> Receipt:
    """One patch, which the API server takes only for the Deployment as it was just read.

    :raises ConflictError: the number of replicas is not the one of the plan, or the Deployment moved in between.
    """
    deployment = await present_deployment(client, order, call)
    check_unmoved(_state_of(deployment), order, call)
    meta = deployment.metadata
    patch = {"metadata": {"resourceVersion": meta.resource_version}, "spec": {"replicas": change.replicas}}
    await client.patch_scale(call, meta.namespace, meta.name, patch)
    return receipt_of(order, config)


async def observe_scaling(
    client: KubernetesClient, config: KubernetesConfig, order: Order, change: ScaleService, call: Call
) -> Observation:
    """Whether that many replicas are wanted, whoever asked for them: the scale subresource takes no marker."""
    deployment = await present_deployment(client, order, call)
    state = (
        ("replicas wanted", str(deployment.spec.replicas)),
        ("replicas", str(deployment.status.replicas)),
        ("available replicas", str(deployment.status.available_replicas)),
    )
    if deployment.spec.replicas != change.replicas:
        return Observation(sight=Sight.ABSENT, state=state)
    return Observation(sight=Sight.PRESENT, state=state, receipt=receipt_of(order, config))


def _state_of(deployment: wire.Deployment) -> tuple[tuple[str, str], ...]:
    return (("uid", deployment.metadata.uid), ("replicas", str(deployment.spec.replicas)))


async def _autoscaling(client: KubernetesClient, deployment: wire.Deployment, call: Call) -> tuple[str, ...]:
    """Who else sets the number of replicas. Some clusters do not let us look, and old ones have another version."""
    try:
        read = await client.objects(call, AUTOSCALERS, [Place(deployment.metadata.namespace)])
    except (PermissionDeniedError, NotFoundError):
        return (_UNSEEN,)
    return tuple(
        f"the autoscaler {one.metadata.name} ({one.spec.min_replicas} to {one.spec.max_replicas}) manages this "
        "Deployment and sets the number again; what it will choose is not inspected"
        for one in read.rows
        if (one.spec.scale_target_ref.kind, one.spec.scale_target_ref.name) == ("Deployment", deployment.metadata.name)
    )

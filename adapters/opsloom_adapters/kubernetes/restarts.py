"""The pods of a Deployment are replaced by new ones, as ``kubectl rollout restart`` does it.

https://kubernetes.io/docs/reference/kubectl/generated/kubectl_rollout/kubectl_rollout_restart/
"""

from opsloom.adapter_api.call import Call
from opsloom.model.changes import ChangePlan, Effect, Observation, Order, Receipt, RestartService, Sight
from opsloom.model.errors import InvalidRequestError
from opsloom.model.window import format_time
from opsloom_adapters.kubernetes.client import KubernetesClient
from opsloom_adapters.kubernetes.config import KubernetesConfig
from opsloom_adapters.kubernetes.naming import environment_of, object_link, service_of_deployment
from opsloom_adapters.kubernetes.targets import (
    ACTION,
    RESTARTED_AT,
    check_unmoved,
    find_deployment,
    not_inspected,
    path_of,
    present_deployment,
    receipt_of,
    signature,
    state_of,
)


async def plan_restart(
    client: KubernetesClient, config: KubernetesConfig, change: RestartService, call: Call
) -> ChangePlan:
    """What a restart would do.

    :raises InvalidRequestError: no such service or environment, or the Deployment is paused or runs no pod.
    """
    deployment = await find_deployment(client, config, change, call)
    path, replicas = path_of(deployment), deployment.spec.replicas
    if deployment.spec.paused or not replicas:
        why = "is paused; resume it first" if deployment.spec.paused else "runs no pod; scale it up"
        raise InvalidRequestError(f"service: {path} {why}")
    before = deployment.spec.template.metadata.annotations.get(RESTARTED_AT, "never")
    return ChangePlan(
        change=change.model_copy(update={"environment": environment_of(deployment.metadata, config)}),
        summary=f"Restart {path}: all {replicas} pods are replaced, as its update strategy does it",
        targets=(path,),
        services=(service_of_deployment(deployment, config),),
        observed=state_of(deployment),
        conditional=True,
        effects=(
            Effect(what="pods", before=f"{replicas} running", after=f"{replicas} new ones of the same template"),
            Effect(what="restarted at", before=before, after="when it is applied"),
        ),
        irreversible="pods that were replaced do not come back; the new ones run the same version",
        not_inspected=(
            "what the pods hold in memory and on disks of their own is lost, and is not inspected",
            *not_inspected(deployment),
        ),
        link=object_link("deployment", deployment.metadata.namespace, deployment.metadata.name, config),
    )


async def apply_restart(client: KubernetesClient, config: KubernetesConfig, order: Order, call: Call) -> Receipt:
    """One patch, which the API server takes only for the Deployment as it was just read.

    :raises ConflictError: it runs another template than that of the plan, or moved in between.
    """
    deployment = await present_deployment(client, order, call)
    check_unmoved(state_of(deployment), order, call)
    meta = deployment.metadata
    annotations = {**signature(order), RESTARTED_AT: format_time(call.now)}
    patch = {
        "metadata": {"resourceVersion": meta.resource_version},
        "spec": {"template": {"metadata": {"annotations": annotations}}},
    }
    await client.patch_deployment(call, meta.namespace, meta.name, patch)
    return receipt_of(order, config)


async def observe_restart(client: KubernetesClient, config: KubernetesConfig, order: Order, call: Call) -> Observation:
    """Whether the pod template has the marker; ``state`` tells how far its pods are."""
    deployment = await present_deployment(client, order, call)
    annotations, status = deployment.spec.template.metadata.annotations, deployment.status
    state = (
        ("restarted at", annotations.get(RESTARTED_AT, "never")),
        ("taken up", "yes" if status.observed_generation >= deployment.metadata.generation else "not yet"),
        ("updated replicas", f"{status.updated_replicas} of {deployment.spec.replicas}"),
        ("available replicas", f"{status.available_replicas} of {deployment.spec.replicas}"),
    )
    if annotations.get(ACTION) != order.marker:
        return Observation(sight=Sight.ABSENT, state=state)
    return Observation(sight=Sight.PRESENT, state=state, receipt=receipt_of(order, config))

"""Which Deployment a change is about, how it stands, and what a change leaves on it."""

import json
from collections.abc import Collection, Iterable
from hashlib import sha256

from opsloom.adapter_api.call import Call
from opsloom.model.changes import ChangeRevision, Order, Receipt, RestartService, ScaleService
from opsloom.model.errors import ConflictError, InvalidRequestError
from opsloom.model.limits import REVISIONS_NAMED_MAX
from opsloom_adapters.kubernetes import wire
from opsloom_adapters.kubernetes.client import DEPLOYMENTS, NOT_ALL_READ, KubernetesClient
from opsloom_adapters.kubernetes.config import KubernetesConfig
from opsloom_adapters.kubernetes.naming import environment_of, object_link, service_of_deployment
from opsloom_adapters.kubernetes.selectors import places_of

ACTION = "opsloom/action"
_REQUESTER, _APPROVER = "opsloom/requested-by", "opsloom/approved-by"
RESTARTED_AT = "kubectl.kubernetes.io/restartedAt"
RESTART_MARKS = frozenset({RESTARTED_AT, ACTION, _REQUESTER, _APPROVER})
"""The annotations of a pod template that a restart leaves on it."""
_PUT_BACK_BY = {
    "argocd.argoproj.io/tracking-id": "Argo CD",
    "argocd.argoproj.io/instance": "Argo CD",
    "kustomize.toolkit.fluxcd.io/name": "Flux",
    "helm.toolkit.fluxcd.io/name": "Flux",
}
"""Labels and annotations by which tools mark what they keep as their own source says."""


async def find_deployment(
    client: KubernetesClient,
    config: KubernetesConfig,
    change: ChangeRevision | RestartService | ScaleService,
    call: Call,
) -> wire.Deployment:
    """The one Deployment of ``change.service``, which may also be its own name as ``namespace/name``.

    :raises InvalidRequestError: there is none, or there are several; the text names what would do.
    """
    read = await client.objects(call, DEPLOYMENTS, places_of(config))
    if not read.complete:
        raise InvalidRequestError(f"service: which Deployments it has is not sure, because {NOT_ALL_READ}")
    named = [one for one in read.rows if change.service in (service_of_deployment(one, config), path_of(one))]
    if not named:
        known = _listed(service_of_deployment(one, config) for one in read.rows)
        raise InvalidRequestError(f"service: {call.instance} has no Deployment of it; known services: {known}")
    here = [one for one in named if change.environment in (None, environment_of(one.metadata, config))]
    if not here:
        environments = _listed(environment_of(one.metadata, config) for one in named)
        raise InvalidRequestError(f"environment: name one that the service runs in: {environments}")
    if len(here) > 1:
        raise InvalidRequestError(f"service: it is several Deployments; name one: {_listed(map(path_of, here))}")
    return here[0]


async def present_deployment(client: KubernetesClient, order: Order, call: Call) -> wire.Deployment:
    """The Deployment of a plan, as it is now."""
    namespace, _, name = order.plan.targets[0].partition("/")
    return await client.deployment(call, namespace, name)


def path_of(deployment: wire.Deployment) -> str:
    """``namespace/name``."""
    return f"{deployment.metadata.namespace}/{deployment.metadata.name}"


def state_of(deployment: wire.Deployment) -> tuple[tuple[str, str], ...]:
    """What tells whether it is still the Deployment of a plan, and still runs the same.

    Not its resourceVersion, which every pod that comes or goes moves, nor its generation, which autoscalers move.
    """
    return (("uid", deployment.metadata.uid), ("pod template", digest_of(deployment.spec.template)))


def digest_of(template: wire.PodTemplate, *, besides: Collection[str] = ()) -> str:
    """The same for the same template, but for the annotations ``besides``."""
    whole = _without(own_part(template), "annotations", besides)
    return sha256(json.dumps(whole, sort_keys=True).encode()).hexdigest()[:16]


def own_part(template: wire.PodTemplate) -> wire.JsonObject:
    """The template without the label that the controller of Deployments adds to those of ReplicaSets."""
    return _without(template.whole, "labels", ("pod-template-hash",))


def check_unmoved(present: tuple[tuple[str, str], ...], order: Order, call: Call) -> None:
    """Whether the state is still the one that was planned on.

    :raises ConflictError: it is not.
    """
    if present != order.plan.observed:
        raise moved(order, call)


def moved(order: Order, call: Call) -> ConflictError:
    return ConflictError(
        f"{order.plan.targets[0]} of {call.instance} has changed since the plan; nothing was changed",
        instance=call.instance,
    )


def signature(order: Order) -> dict[str, str]:
    """The annotations that say whose change it was."""
    return {ACTION: order.marker, _REQUESTER: order.requester, _APPROVER: order.approver}


def receipt_of(order: Order, config: KubernetesConfig) -> Receipt:
    namespace, _, name = order.plan.targets[0].partition("/")
    return Receipt(
        native_id=order.plan.targets[0],
        link=object_link("deployment", namespace, name, config),
        inverse=order.plan.inverse,
    )


def not_inspected(deployment: wire.Deployment) -> tuple[str, ...]:
    """What may undo a change, and nobody looked at."""
    marks = {*deployment.metadata.labels, *deployment.metadata.annotations}
    tools = dict.fromkeys(tool for mark, tool in _PUT_BACK_BY.items() if mark in marks)
    return tuple(
        f"whether {tool}, which manages this Deployment, puts its own state back, is not inspected" for tool in tools
    )


def _listed(names: Iterable[str]) -> str:
    """Each once, the first ones of many."""
    return ", ".join(list(dict.fromkeys(names))[:REVISIONS_NAMED_MAX]) or "none"


def _without(template: wire.JsonObject, kind: str, names: Collection[str]) -> wire.JsonObject:
    """``template`` without some of its labels or annotations."""
    meta = template.get("metadata")
    said = meta.get(kind) if isinstance(meta, dict) else None
    if not isinstance(meta, dict) or not isinstance(said, dict):
        return template
    kept: wire.JsonObject = {name: value for name, value in said.items() if name not in names}
    rest: wire.JsonObject = {name: value for name, value in meta.items() if name != kind}
    return {**template, "metadata": {**rest, **({kind: kept} if kept else {})}}

"""DeployRoller: a Deployment runs the pod template of an earlier revision again, as ``kubectl rollout undo`` does it.

https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#rolling-back-a-deployment
"""

from dataclasses import dataclass

from opsloom.adapter_api.call import Call
from opsloom.adapter_api.orders import change_of
from opsloom.model.changes import ChangePlan, ChangeRevision, Effect, Observation, Order, Receipt, Sight
from opsloom.model.errors import InvalidRequestError
from opsloom.model.limits import REVISIONS_NAMED_MAX
from opsloom_adapters.kubernetes import wire
from opsloom_adapters.kubernetes.client import KubernetesClient
from opsloom_adapters.kubernetes.config import KubernetesConfig
from opsloom_adapters.kubernetes.merge_patch import merge_patch
from opsloom_adapters.kubernetes.naming import environment_of, object_link, service_of_deployment
from opsloom_adapters.kubernetes.revisions import CHANGE_CAUSE, History, Revision, images_of, read_history
from opsloom_adapters.kubernetes.targets import (
    ACTION,
    RESTART_MARKS,
    check_unmoved,
    digest_of,
    find_deployment,
    moved,
    not_inspected,
    own_part,
    path_of,
    present_deployment,
    receipt_of,
    signature,
    state_of,
)

_NOT_INSPECTED = (
    "database migrations and data written since are not inspected",
    "ConfigMaps and Secrets that the pods name stay as they are: only the pod template goes back",
)
_DIGEST, _IMAGES = "template of the revision", "images of the revision"


@dataclass(frozen=True)
class _Choice:
    """A Deployment, the revision that it runs, and the one that it is to run."""

    deployment: wire.Deployment
    present: Revision
    target: Revision

    def observed(self) -> tuple[tuple[str, str], ...]:
        template = self.target.replica_set.spec.template
        return (
            *state_of(self.deployment),
            ("revision", str(self.present.number)),
            (_DIGEST, digest_of(template)),
            (_IMAGES, _images_text(template)),
        )


async def plan_rollback(
    client: KubernetesClient, config: KubernetesConfig, change: ChangeRevision, call: Call
) -> ChangePlan:
    """What a rollback would do.

    :raises InvalidRequestError: no such service, environment or revision, it runs already, or the Deployment is paused.
    """
    deployment = await find_deployment(client, config, change, call)
    choice = await _choose(client, deployment, change.revision, call)
    environment = environment_of(deployment.metadata, config)
    present, target = choice.present, choice.target
    resolved = change.model_copy(update={"environment": environment, "revision": str(target.number)})
    return ChangePlan(
        change=resolved,
        summary=f"Roll {path_of(deployment)} from revision {present.number} ({present.version}) "
        f"to revision {target.number} ({target.version})",
        targets=(path_of(deployment),),
        services=(service_of_deployment(deployment, config),),
        observed=choice.observed(),
        conditional=True,
        effects=_effects(deployment, choice),
        inverse=resolved.model_copy(update={"revision": str(present.number), "comment": ""}),
        not_inspected=(*_NOT_INSPECTED, *not_inspected(deployment)),
        link=object_link("deployment", deployment.metadata.namespace, deployment.metadata.name, config),
    )


async def apply_rollback(client: KubernetesClient, config: KubernetesConfig, order: Order, call: Call) -> Receipt:
    """One patch, which the API server takes only for the Deployment as it was just read.

    :raises ConflictError: the Deployment or the revision is not the one of the plan, or moved in between.
    """
    change = change_of(order, ChangeRevision)
    deployment = await present_deployment(client, order, call)
    try:
        choice = await _choose(client, deployment, change.revision, call)
    except InvalidRequestError as error:  # it could be planned, and cannot any more
        raise moved(order, call) from error
    check_unmoved(choice.observed(), order, call)
    template = merge_patch(deployment.spec.template.whole, own_part(choice.target.replica_set.spec.template))
    meta = deployment.metadata
    annotations = {**signature(order), CHANGE_CAUSE: choice.target.cause or None}
    patch = {
        "metadata": {"resourceVersion": meta.resource_version, "annotations": annotations},
        "spec": {"template": template},
    }
    await client.patch_deployment(call, meta.namespace, meta.name, patch)
    return receipt_of(order, config)


async def observe_rollback(client: KubernetesClient, config: KubernetesConfig, order: Order, call: Call) -> Observation:
    """Whether the Deployment has the template of the revision; ``state`` tells how far its pods are.

    Where an admission webhook changed the template on its way, the marker and the images tell it.
    """
    deployment = await present_deployment(client, order, call)
    template, wanted = deployment.spec.template, dict(order.plan.observed)
    marked = deployment.metadata.annotations.get(ACTION) == order.marker
    same_images = _images_text(template) == wanted[_IMAGES]
    in_effect = digest_of(template) == wanted[_DIGEST] or (marked and same_images)
    status = deployment.status
    state = (
        ("images", _images_text(template)),
        ("marked", "yes" if marked else "no"),
        ("taken up", "yes" if status.observed_generation >= deployment.metadata.generation else "not yet"),
        ("updated replicas", f"{status.updated_replicas} of {deployment.spec.replicas}"),
        ("available replicas", f"{status.available_replicas} of {deployment.spec.replicas}"),
    )
    if not in_effect:
        return Observation(sight=Sight.ABSENT, state=state)
    return Observation(sight=Sight.PRESENT, state=state, receipt=receipt_of(order, config))


async def _choose(client: KubernetesClient, deployment: wire.Deployment, wanted: str | None, call: Call) -> _Choice:
    history = await read_history(client, deployment, call)
    if deployment.spec.paused:
        raise InvalidRequestError(f"service: {path_of(deployment)} is paused; resume it first")
    present = history.current
    if present is None or deployment.status.observed_generation < deployment.metadata.generation:
        raise InvalidRequestError(
            f"service: Kubernetes has not taken up the last change of {path_of(deployment)} yet; plan again in a moment"
        )
    target = _last_good(history, present) if wanted is None else _named(history, wanted)
    if target is None:
        raise InvalidRequestError(f"revision: none such is kept; {_others(history, present)}")
    if target is present:
        raise InvalidRequestError(f"revision: it runs already; {_others(history, present)}")
    return _Choice(deployment, present, target)


def _last_good(history: History, present: Revision) -> Revision | None:
    """The last revision before the present one that is more than the same, restarted.

    Where the present one came back by a rollback, those that ran since it was there first were left for a reason.
    """
    running = digest_of(present.replica_set.spec.template, besides=RESTART_MARKS)
    earlier = history.before(present.first)
    return next(
        (one for one in earlier if digest_of(one.replica_set.spec.template, besides=RESTART_MARKS) != running), None
    )


def _named(history: History, wanted: str) -> Revision | None:
    """By number, or else the newest with that version, as search answers show both."""
    newest_first = history.revisions[::-1]
    by_number = next((one for one in newest_first if str(one.number) == wanted), None)
    return by_number or next((one for one in newest_first if one.version == wanted), None)


def _others(history: History, present: Revision) -> str:
    others = [f"{one.number} ({one.version})" for one in history.revisions[::-1] if one is not present]
    return "others are " + (", ".join(others[:REVISIONS_NAMED_MAX]) or "none")


def _effects(deployment: wire.Deployment, choice: _Choice) -> tuple[Effect, ...]:
    before, after = deployment.spec.template, choice.target.replica_set.spec.template
    was, becomes = images_of(before), images_of(after)
    effects = [
        Effect(what=f"image of container {name}", before=was.get(name, ""), after=becomes.get(name, ""))
        for name in {**was, **becomes}
        if was.get(name) != becomes.get(name)
    ]
    parts = _changed_parts(merge_patch(before.whole, own_part(after)))
    return (
        Effect(what="revision", before=str(choice.present.number), after=f"{choice.target.number}, under a new number"),
        *effects,
        Effect(
            what=f"{', '.join(parts)} of the pod template",
            before=f"as in revision {choice.present.number}",
            after=f"as in revision {choice.target.number}",
        ),
    )


def _changed_parts(patch: wire.JsonObject) -> list[str]:
    """``metadata.annotations``, ``spec.containers``: what the patch touches, two levels deep."""
    return [
        f"{name}.{inner}" for name, value in patch.items() for inner in (value if isinstance(value, dict) else ("all",))
    ]


def _images_text(template: wire.PodTemplate) -> str:
    return ", ".join(f"{name}={image}" for name, image in images_of(template).items())

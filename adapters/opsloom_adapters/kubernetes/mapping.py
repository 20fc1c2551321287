"""Kubernetes' words and rollouts as ours."""

from collections.abc import Iterator

from opsloom.model.deploys import ChangeKind, Deploy, DeployStatus
from opsloom.model.logs import LogSeverity
from opsloom.model.refs import Ref, RefKind
from opsloom_adapters.kubernetes import wire
from opsloom_adapters.kubernetes.config import KubernetesConfig
from opsloom_adapters.kubernetes.naming import environment_of, object_link, service_of_deployment
from opsloom_adapters.kubernetes.revisions import History, Revision, commit_of, images_of

# The reasons of the condition Progressing.
# https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#deployment-status
STATUS_OF_REASON = {
    "NewReplicaSetAvailable": DeployStatus.SUCCEEDED,
    "NewReplicaSetCreated": DeployStatus.IN_PROGRESS,
    "FoundNewReplicaSet": DeployStatus.IN_PROGRESS,
    "ReplicaSetUpdated": DeployStatus.IN_PROGRESS,
    "DeploymentPaused": DeployStatus.IN_PROGRESS,
    "DeploymentResumed": DeployStatus.IN_PROGRESS,
    "ProgressDeadlineExceeded": DeployStatus.FAILED,
    "ReplicaSetCreateError": DeployStatus.FAILED,
}
SEVERITY_OF_TYPE = {"Normal": LogSeverity.INFO, "Warning": LogSeverity.WARN}
PROGRESSING = "Progressing"


def status_of(reason: str) -> DeployStatus:
    return STATUS_OF_REASON.get(reason, DeployStatus.UNKNOWN)


def severity_of(event_type: str) -> LogSeverity:
    return SEVERITY_OF_TYPE.get(event_type, LogSeverity.UNKNOWN)


def deploys_of(
    deployment: wire.Deployment, history: History, config: KubernetesConfig, instance: str
) -> Iterator[Deploy]:
    """Each revision when it was rolled out first, and the present one when it was rolled back to, if it was.

    When an older revision was rolled back to is kept nowhere.
    """
    for revision in history.revisions:
        yield _rollout(deployment, history, revision, config, instance)
    if history.current is not None and history.current.earlier:
        yield _return(deployment, history, history.current, config, instance)


def _rollout(
    deployment: wire.Deployment, history: History, revision: Revision, config: KubernetesConfig, instance: str
) -> Deploy:
    meta = revision.replica_set.metadata
    native_id = f"{meta.namespace}/{meta.name}"
    deploy = _deploy(deployment, history, revision, revision.first, native_id, config, instance)
    is_present = revision is history.current and not revision.earlier
    return _with_status(deploy, deployment) if is_present else deploy


def _return(
    deployment: wire.Deployment, history: History, current: Revision, config: KubernetesConfig, instance: str
) -> Deploy:
    """The present revision as it came back. Kubernetes keeps when that was done, or when it last got on."""
    meta = current.replica_set.metadata
    native_id = f"{meta.namespace}/{meta.name}@{current.number}"
    deploy = _deploy(deployment, history, current, current.number, native_id, config, instance)
    progress = deployment.condition(PROGRESSING)
    moved = (progress.last_update_time or progress.last_transition_time) if progress else None
    returned = deploy.model_copy(update={"kind": ChangeKind.ROLLBACK, "at": moved or deploy.at})
    return _with_status(returned, deployment)


def _with_status(deploy: Deploy, deployment: wire.Deployment) -> Deploy:
    progress = deployment.condition(PROGRESSING)
    reason = progress.reason if progress else ""
    return deploy.model_copy(update={"status": status_of(reason), "status_raw": reason})


def _deploy(
    deployment: wire.Deployment,
    history: History,
    revision: Revision,
    number: int,
    native_id: str,
    config: KubernetesConfig,
    instance: str,
) -> Deploy:
    meta, template = revision.replica_set.metadata, revision.replica_set.spec.template
    name = deployment.metadata.name
    previous = next(iter(history.before(number)), None)
    return Deploy(
        ref=Ref(RefKind.DEPLOY, instance, native_id),
        link=object_link("deployment", meta.namespace, name, config),
        kind=ChangeKind.DEPLOY,
        at=meta.creation_timestamp,
        service=service_of_deployment(deployment, config),
        environment=environment_of(meta, config),
        version=revision.version,
        previous_version=previous.version if previous else "",
        commit=commit_of(template),
        title=revision.cause or f"revision {number} of {name}",
        attributes={
            "namespace": meta.namespace,
            "deployment": name,
            "replica_set": meta.name,
            "revision": str(number),
            "images": ", ".join(images_of(template).values()),
        },
    )

"""From applications to the shared model."""

import re
from collections.abc import Mapping, Sequence

from opsloom.model.deploys import ChangeKind, Deploy, DeployStatus
from opsloom.model.limits import PLAN_AFFECTED_MAX
from opsloom.model.refs import Ref, RefKind
from opsloom_adapters.argocd import wire
from opsloom_adapters.argocd.config import ArgocdConfig
from opsloom_adapters.argocd.identity import DeployId
from opsloom_adapters.argocd.links import application_link

# https://github.com/argoproj/gitops-engine/blob/master/pkg/sync/common/types.go (OperationPhase)
STATUS_OF_PHASE = {
    "Running": DeployStatus.IN_PROGRESS,
    "Terminating": DeployStatus.IN_PROGRESS,
    "Succeeded": DeployStatus.SUCCEEDED,
    "Failed": DeployStatus.FAILED,
    "Error": DeployStatus.FAILED,
}
_COMMIT = re.compile(r"[0-9a-f]{40}([0-9a-f]{24})?")


def status_of(phase: str) -> DeployStatus:
    return STATUS_OF_PHASE.get(phase, DeployStatus.UNKNOWN)


def version_of(revised: wire.RevisionHistory | wire.SyncOperation | wire.SyncStatus) -> str:
    """A commit or the version of a chart; those of all sources, where there are several."""
    return ", ".join(revised.all_revisions)


def service_of(app: wire.Application, config: ArgocdConfig) -> str | None:
    return app.metadata.labels.get(config.service_label) if config.service_label else app.metadata.name


def environment_of(app: wire.Application, config: ArgocdConfig) -> str | None:
    return app.metadata.labels.get(config.environment_label) if config.environment_label else None


def goes_back(versions: Sequence[str], index: int) -> bool:
    """Whether the deploy at ``index`` brought back what was there before its predecessor came for the first time.

    ``versions`` are those of all deploys, the oldest first. Argo CD marks no rollback in its history.
    """
    return index > 0 and versions.index(versions[index]) < versions.index(versions[index - 1])


def deploys_of(app: wire.Application, config: ArgocdConfig, instance: str) -> list[Deploy]:
    """What is known of the application's deploys, the newest first: its history, and an operation that is not in it."""
    history, state = app.history, app.status.operation_state
    versions = [version_of(entry) for entry in history]
    deploys = [_deploy_of_entry(app, entry, config, instance) for entry in history]
    if deploys:
        deploys[-1] = _at_present(deploys[-1], app)
    if state is not None and state.operation.sync is not None and not _is_in_history(history, state):
        asked = state.sync_result or state.operation.sync
        versions.append(version_of(asked))
        deploys.append(_at_present(_deploy_of_operation(app, state, asked, config, instance), app))
    return [
        deploy.model_copy(
            update={
                "kind": ChangeKind.ROLLBACK if goes_back(versions, index) else ChangeKind.DEPLOY,
                "previous_version": versions[index - 1] if index else "",
            }
        )
        for index, deploy in reversed(list(enumerate(deploys)))
    ]


def _deploy_of_entry(app: wire.Application, entry: wire.RevisionHistory, config: ArgocdConfig, instance: str) -> Deploy:
    return Deploy(
        ref=Ref(RefKind.DEPLOY, instance, str(DeployId.of_entry(app.key, entry.id))),
        link=application_link(config, app.key, rollback="0"),
        kind=ChangeKind.DEPLOY,
        at=entry.deployed_at,
        service=service_of(app, config),
        environment=environment_of(app, config),
        version=version_of(entry),
        commit=_commit_of(entry),
        author=entry.initiated_by.username,
        title=f"{app.metadata.name}: {_described(entry.all_sources)}",
        attributes={**_attributes(app, entry.initiated_by), "history_id": str(entry.id)},
    )


def _deploy_of_operation(
    app: wire.Application,
    state: wire.OperationState,
    asked: wire.SyncOperation,
    config: ArgocdConfig,
    instance: str,
) -> Deploy:
    """The last operation, where it left no entry: it runs, it failed, or it synced a part only."""
    return Deploy(
        ref=Ref(RefKind.DEPLOY, instance, str(DeployId.of_operation(app.key, state.started_at))),
        link=application_link(config, app.key, operation="true"),
        kind=ChangeKind.DEPLOY,
        at=state.started_at,
        service=service_of(app, config),
        environment=environment_of(app, config),
        status=status_of(state.phase),
        status_raw=state.phase,
        version=version_of(asked),
        commit=_commit_of(asked),
        author=state.operation.initiated_by.username,
        title=f"{app.metadata.name}: sync {state.phase}, {_described(app.spec.all_sources)}",
        attributes={**_attributes(app, state.operation.initiated_by), **_filled(message=state.message)},
    )


def _at_present(deploy: Deploy, app: wire.Application) -> Deploy:
    """With how the application stands now, sync and health apart."""
    state = app.status.operation_state
    standing = _filled(
        sync_status=app.status.sync.status,
        health_status=app.status.health.status,
        health_message=app.status.health.message,
        phase=state.phase if state else "",
        images=", ".join(app.status.summary.images[:PLAN_AFFECTED_MAX]),
    )
    raw = deploy.status_raw or f"{app.status.sync.status}/{app.status.health.status}"
    return deploy.model_copy(update={"status_raw": raw, "attributes": {**deploy.attributes, **standing}})


def _is_in_history(history: tuple[wire.RevisionHistory, ...], state: wire.OperationState) -> bool:
    if state.finished_at is None or not history:
        return False
    newest = history[-1]
    started = newest.deploy_started_at
    return started == state.started_at or (started is None and state.started_at <= newest.deployed_at)


def _commit_of(revised: wire.RevisionHistory | wire.SyncOperation) -> str:
    """The commit, where there is just one."""
    commits = [revision for revision in revised.all_revisions if _COMMIT.fullmatch(revision)]
    return commits[0] if len(commits) == 1 else ""


def _described(sources: tuple[wire.Source, ...]) -> str:
    """``https://git.example.com/shop deploy/checkout at main``"""
    return "; ".join(
        " ".join(filter(None, (source.repo_url, source.chart or source.path, f"at {source.target_revision or 'HEAD'}")))
        for source in sources
    )


def _attributes(app: wire.Application, initiator: wire.Initiator) -> Mapping[str, str]:
    destination = app.spec.destination
    return _filled(
        application=app.metadata.name,
        project=app.project,
        cluster=destination.name or destination.server,
        namespace=destination.namespace,
        initiated_by="automated sync" if initiator.automated else initiator.username,
    )


def _filled(**known: str) -> dict[str, str]:
    return {name: value for name, value in known.items() if value}

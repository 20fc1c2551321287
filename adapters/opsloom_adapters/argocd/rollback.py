"""DeployRoller on Argo CD: an entry of an application's history is deployed again.

Argo CD takes no precondition and no remark with a rollback: it is read again just before, and found again by what it
leads to, a newer entry of that revision.
https://argo-cd.readthedocs.io/en/stable/user-guide/commands/argocd_app_rollback/
"""

from dataclasses import dataclass

from opsloom.adapter_api.call import Call
from opsloom.adapter_api.orders import change_of
from opsloom.model.changes import ChangePlan, ChangeRevision, Effect, Observation, Order, Receipt
from opsloom.model.errors import UnsupportedError
from opsloom_adapters.argocd import wire
from opsloom_adapters.argocd.client import ArgocdClient
from opsloom_adapters.argocd.config import ArgocdConfig
from opsloom_adapters.argocd.links import application_link
from opsloom_adapters.argocd.mapping import version_of
from opsloom_adapters.argocd.operations import (
    expect_idle,
    expect_planned,
    observe,
    stale_if_refused,
    target_of,
    targets_of,
)
from opsloom_adapters.argocd.selection import one_application
from opsloom_adapters.argocd.target import Choice, choose

_NOT_INSPECTED = (
    "database migrations and data written since are not inspected",
    "whether a sync window of the project forbids it now is not inspected: Argo CD then refuses",
)


@dataclass(frozen=True, slots=True)
class _Survey:
    app: wire.Application
    choice: Choice

    @property
    def observed(self) -> tuple[tuple[str, str], ...]:
        present, target = self.choice.present, self.choice.target
        return (
            ("application", str(self.app.key)),
            ("history_id", str(present.id)),
            ("revision", version_of(present)),
            ("target_revision", version_of(target)),
        )


async def plan_rollback(client: ArgocdClient, config: ArgocdConfig, change: ChangeRevision, call: Call) -> ChangePlan:
    """What a rollback would do.

    :raises UnsupportedError: automated sync is on, so that Argo CD refuses and would undo it.
    :raises InvalidRequestError: it is not clear which application or entry is meant, or an operation runs.
    """
    survey = _survey_of(await one_application(client, config, change.service, change.environment, call), change)
    app, present, target = survey.app, survey.choice.present, survey.choice.target
    link = application_link(config, app.key, rollback="0")
    return ChangePlan(
        change=change.model_copy(update={"revision": str(target.id)}),
        summary=f"Deploy entry {target.id} of the history of {app.key} again: "
        f"from {version_of(present)} to {version_of(target)}",
        targets=targets_of(app, call.instance),
        services=(change.service,),
        observed=survey.observed,
        effects=(
            Effect(what="deployed revision", before=version_of(present), after=version_of(target)),
            Effect(
                what="sync status", before=app.status.sync.status, after="OutOfSync where Git differs, until a sync"
            ),
            Effect(
                what="resources that only the present revision has", before="there", after="there: nothing is pruned"
            ),
        ),
        inverse=change.model_copy(update={"revision": str(present.id), "comment": ""}),
        not_inspected=_NOT_INSPECTED,
        link=link,
    )


async def apply_rollback(client: ArgocdClient, config: ArgocdConfig, order: Order, call: Call) -> Receipt:
    """Look once more, and send it.

    :raises ConflictError: something else was deployed since the plan, an operation runs, or automated sync is on.
    """
    change = change_of(order, ChangeRevision)
    app = await client.application(call, target_of(order))
    with stale_if_refused(app, call):
        survey = _survey_of(app, change)
    expect_planned(survey.observed, order, call)
    link = application_link(config, app.key, rollback="0")
    await client.rollback(call, app, survey.choice.target.id, link=link)
    return Receipt(native_id=str(app.key), link=link, inverse=order.plan.inverse)


async def observe_rollback(client: ArgocdClient, config: ArgocdConfig, order: Order, call: Call) -> Observation:
    """Whether the revision was deployed again since, or is on its way."""
    change_of(order, ChangeRevision)
    before = dict(order.plan.observed)
    app = await client.application(call, target_of(order))
    receipt = Receipt(
        native_id=str(app.key), link=application_link(config, app.key, rollback="0"), inverse=order.plan.inverse
    )
    return observe(app, after=int(before["history_id"]), revision=before["target_revision"], receipt=receipt)


def _survey_of(app: wire.Application, change: ChangeRevision) -> _Survey:
    if app.syncs_itself:
        source = "; ".join(f"{one.repo_url} at {one.target_revision or 'HEAD'}" for one in app.spec.all_sources)
        raise UnsupportedError(
            f"automated sync of {app.key} is on: Argo CD refuses a rollback, and would undo it. Revert the commit in "
            f"{source}, or have automated sync switched off first (argocd app set {app.key.name} --sync-policy none)"
        )
    expect_idle(app)
    return _Survey(app, choose(app, change))

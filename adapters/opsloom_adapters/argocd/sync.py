"""ServiceOperator on Argo CD: an application is brought to what Git says.

https://argo-cd.readthedocs.io/en/stable/user-guide/commands/argocd_app_sync/
"""

from dataclasses import dataclass

from opsloom.adapter_api.call import Call
from opsloom.model.changes import (
    Change,
    ChangePlan,
    ChangeRevision,
    Effect,
    Observation,
    Order,
    Receipt,
    ServiceOperation,
    SyncService,
)
from opsloom.model.errors import InvalidRequestError, UnsupportedError
from opsloom.model.limits import PLAN_AFFECTED_MAX
from opsloom_adapters.argocd import wire
from opsloom_adapters.argocd.client import ArgocdClient
from opsloom_adapters.argocd.config import ArgocdConfig
from opsloom_adapters.argocd.links import application_link
from opsloom_adapters.argocd.mapping import version_of
from opsloom_adapters.argocd.operations import (
    MARKER,
    expect_idle,
    expect_planned,
    observe,
    stale_if_refused,
    target_of,
    targets_of,
)
from opsloom_adapters.argocd.selection import one_application

_WINDOWS = "whether a sync window of the project forbids it now is not inspected: Argo CD then refuses"
_REFUSED = {
    "restart_service": "Argo CD restarts single workloads and no application; an instance of kubernetes restarts them",
    "scale_service": "the number of replicas stands in Git; change it there",
}


@dataclass(frozen=True, slots=True)
class _Survey:
    """``revision`` is what would be deployed; it is ``pinned`` where Argo CD lets a sync name it."""

    app: wire.Application
    revision: str
    pinned: bool

    @property
    def observed(self) -> tuple[tuple[str, str], ...]:
        history = self.app.history
        return (
            ("application", str(self.app.key)),
            ("history_id", str(history[-1].id) if history else ""),
            ("known_revision", version_of(self.app.status.sync)),
            ("revision", self.revision),
        )


async def plan_sync(client: ArgocdClient, config: ArgocdConfig, change: ServiceOperation, call: Call) -> ChangePlan:
    """What a sync would do.

    :raises UnsupportedError: the change is no sync.
    :raises InvalidRequestError: it is not clear which application is meant, nothing would change, an operation runs, or
        the revision is none that Argo CD takes.
    """
    wanted = _sync_of(change)
    survey = _survey_of(await one_application(client, config, wanted.service, wanted.environment, call), wanted)
    app = survey.app
    history = app.history
    differing = [one for one in app.status.resources if one.status != "Synced" and not one.hook]
    pruned = sum(one.requires_pruning for one in differing)
    present = version_of(history[-1]) if history else "nothing"
    inverse, irreversible = _inverse_of(app, wanted)
    effects = [
        Effect(what="deployed revision", before=present, after=survey.revision),
        Effect(what=_counted(len(differing) - pruned), before="not as Git says", after="as Git says"),
    ]
    if pruned:
        effects.append(
            Effect(what=f"{_counted(pruned)} that Git has no more", before="there", after="there: not pruned")
        )
    return ChangePlan(
        change=wanted.model_copy(update={"revision": survey.revision}),
        summary=f"Sync {app.key} from {present} to {survey.revision}",
        targets=targets_of(app, call.instance),
        services=(wanted.service,),
        observed=survey.observed,
        effects=tuple(effects),
        affects=tuple(_line(one) for one in differing[:PLAN_AFFECTED_MAX]),
        affected_count=len(differing),
        inverse=inverse,
        irreversible=irreversible,
        not_inspected=(_WINDOWS, *(() if survey.pinned else (_follows(app),))),
        link=application_link(config, app.key),
    )


async def apply_sync(client: ArgocdClient, config: ArgocdConfig, order: Order, call: Call) -> Receipt:
    """Look once more, and send it.

    :raises ConflictError: something was deployed or pushed since the plan, or an operation runs.
    """
    change = _sync_of(order.plan.change)
    app = await client.application(call, target_of(order))
    with stale_if_refused(app, call):
        survey = _survey_of(app, change)
    expect_planned(survey.observed, order, call)
    said = {MARKER: order.marker, "opsloom-requester": order.requester, "opsloom-approver": order.approver}
    link = application_link(config, app.key)
    await client.sync(call, app, survey.revision if survey.pinned else None, said, link=link)
    return Receipt(native_id=str(app.key), link=link, inverse=order.plan.inverse)


async def observe_sync(client: ArgocdClient, config: ArgocdConfig, order: Order, call: Call) -> Observation:
    """Whether the operation with the order's marker runs or went well, or its revision was deployed since."""
    _sync_of(order.plan.change)
    before = dict(order.plan.observed)
    app = await client.application(call, target_of(order))
    link = application_link(config, app.key)
    receipt = Receipt(native_id=str(app.key), link=link, inverse=order.plan.inverse)
    after = int(before["history_id"] or -1)
    return observe(app, after=after, revision=before["revision"], receipt=receipt, marker=order.marker)


def _survey_of(app: wire.Application, change: SyncService) -> _Survey:
    expect_idle(app)
    survey = _revision_of(app, change.revision)
    known = version_of(app.status.sync)
    if app.status.sync.status == "Synced" and (survey.revision == known or not survey.pinned):
        raise InvalidRequestError(f"{app.key} is Synced to {known}; there is nothing to do")
    return survey


def _revision_of(app: wire.Application, asked: str | None) -> _Survey:
    """With automated sync, or several sources, Argo CD is told no revision: it takes what the application follows."""
    sources = app.spec.all_sources
    if app.syncs_itself or len(sources) != 1:
        followed = ", ".join(source.target_revision or "HEAD" for source in sources)
        if asked not in (None, followed):
            why = "automated sync is on" if app.syncs_itself else "it has several sources"
            raise InvalidRequestError(f"revision: {app.key} follows {followed} ({why}); leave it out, or change Git")
        return _Survey(app, followed, pinned=False)
    known = version_of(app.status.sync)
    if asked is None and not known:
        raise InvalidRequestError(f"revision: Argo CD does not know what {app.key} should be at; name a commit")
    return _Survey(app, asked or known, pinned=True)


def _inverse_of(app: wire.Application, change: SyncService) -> tuple[ChangeRevision | None, str]:
    if app.syncs_itself:
        return None, "automated sync is on: only a commit in Git takes it back"
    if not app.history:
        return None, "nothing was deployed before"
    number = str(app.history[-1].id)
    return ChangeRevision(service=change.service, environment=change.environment, revision=number), ""


def _follows(app: wire.Application) -> str:
    known = version_of(app.status.sync) or "nothing yet"
    return f"what is pushed until the sync starts comes along; the newest that Argo CD knows is {known}"


def _line(resource: wire.ResourceStatus) -> str:
    place = "/".join(filter(None, (resource.namespace, resource.name)))
    return f"{resource.kind} {place}: {resource.status or 'Unknown'}" + (
        ", to be pruned" if resource.requires_pruning else ""
    )


def _counted(resources: int) -> str:
    return f"{resources} resource{'' if resources == 1 else 's'}"


def _sync_of(change: Change) -> SyncService:
    """The change as a sync.

    :raises UnsupportedError: it is something else.
    """
    if isinstance(change, SyncService):
        return change
    raise UnsupportedError(
        _REFUSED.get(change.kind, f"{change.kind} is nothing that this adapter does: sync_service is")
    )

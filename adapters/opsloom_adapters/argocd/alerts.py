"""AlertReader on Argo CD: the applications that are not healthy now.

Argo CD has no alerts. An application whose health is Degraded or Missing is what an engineer on call asks it for.
"""

from datetime import datetime, timedelta

from opsloom.adapter_api.call import Call
from opsloom.model.alerts import Alert, AlertQuery, AlertStatus, Severity
from opsloom.model.errors import NotFoundError
from opsloom.model.limits import PRESENT_TOLERANCE_SECONDS, PROVIDER_ROWS_MAX
from opsloom.model.page import Page
from opsloom.model.refs import Ref, RefKind
from opsloom_adapters.argocd import wire
from opsloom_adapters.argocd.client import ArgocdClient
from opsloom_adapters.argocd.config import ArgocdConfig
from opsloom_adapters.argocd.identity import AppKey
from opsloom_adapters.argocd.links import application_link
from opsloom_adapters.argocd.mapping import environment_of, service_of
from opsloom_adapters.argocd.selection import Selection, select

# https://argo-cd.readthedocs.io/en/stable/operator-manual/health/
STATUS_OF_HEALTH = {
    "Degraded": AlertStatus.FIRING,
    "Missing": AlertStatus.FIRING,
    "Progressing": AlertStatus.PENDING,
    "Suspended": AlertStatus.SUPPRESSED,
    "Healthy": AlertStatus.RESOLVED,
}
_ALERTING = frozenset({AlertStatus.FIRING, AlertStatus.UNKNOWN})


def status_of_health(word: str) -> AlertStatus:
    """Argo CD's own word ``Unknown`` says that it cannot tell, and so do we."""
    return STATUS_OF_HEALTH.get(word, AlertStatus.UNKNOWN)


async def search_alerts(client: ArgocdClient, config: ArgocdConfig, query: AlertQuery, call: Call) -> Page[Alert]:
    """The applications that are Degraded, Missing or Unknown, newest first.

    :raises PermissionDeniedError: the credential is shown no application at all.
    """
    selection = Selection(config, query.service)
    selected = await select(client, selection, call, query.window)
    sick = [app for app in selected.applications if _is_alerting(app)]
    mapped = (alert_of(app, config, call.instance) for app in sick)
    matching = sorted((one for one in mapped if query.matches(one)), key=lambda one: one.starts_at, reverse=True)
    shown = matching[: min(query.limit, PROVIDER_ROWS_MAX)]
    notes = list(selected.notes)
    if query.window.end < call.now - timedelta(seconds=PRESENT_TOLERANCE_SECONDS):
        notes.append("Argo CD tells how applications stand now: those that recovered since then are not shown")
    if query.team is not None or query.severity not in (None, Severity.UNKNOWN):
        notes.append("Argo CD tells neither severity nor team: a search for one finds none of its applications")
    if any(app.status.health.last_transition_time is None for app in sick):
        notes.append(
            "this Argo CD does not tell since when applications are like that: starts_at is their last operation"
        )
    return Page(
        rows=tuple(shown),
        total=len(matching),
        complete=len(shown) == len(matching) and not selected.notes,
        query=f"health of applications {selection.query}",
        link=selection.link,
        notes=tuple(notes),
    )


async def get_alert(client: ArgocdClient, config: ArgocdConfig, native_id: str, call: Call) -> Alert:
    """The application ``namespace/name``.

    :raises NotFoundError: there is none, or it is well.
    """
    key = AppKey.parse(native_id)
    if key is None:
        raise NotFoundError(
            f"{call.instance} has no such alert; its ids look like argocd/checkout", instance=call.instance
        )
    app = await client.application(call, key, link=application_link(config, key))
    if not _is_alerting(app):
        raise NotFoundError(f"{key} of {call.instance} is {app.status.health.status} now", instance=call.instance)
    return alert_of(app, config, call.instance)


def alert_of(app: wire.Application, config: ArgocdConfig, instance: str) -> Alert:
    health, state = app.status.health, app.status.operation_state
    labels = {
        "application": app.metadata.name,
        "project": app.project,
        "environment": environment_of(app, config) or "",
        "cluster": app.spec.destination.name or app.spec.destination.server,
        "namespace": app.spec.destination.namespace,
    }
    attributes = {
        "sync_status": app.status.sync.status,
        "health_status": health.status,
        "phase": state.phase if state else "",
        "operation_message": state.message if state else "",
    }
    return Alert(
        ref=Ref(RefKind.ALERT, instance, str(app.key)),
        link=application_link(config, app.key),
        name=f"Application{health.status or 'Unknown'}",
        status=status_of_health(health.status),
        status_raw=health.status,
        service=service_of(app, config),
        summary=health.message or f"{app.metadata.name} is {health.status or 'of unknown health'}",
        starts_at=_since(app),
        labels={name: value for name, value in labels.items() if value},
        attributes={name: value for name, value in attributes.items() if value},
    )


def _is_alerting(app: wire.Application) -> bool:
    """One that Argo CD has not looked at yet says nothing of its health."""
    health = app.status.health.status
    return bool(health) and status_of_health(health) in _ALERTING


def _since(app: wire.Application) -> datetime:
    """When the health became what it is; before Argo CD 2.14 the last time that is known at all."""
    state = app.status.operation_state
    known = (app.status.health.last_transition_time, state.finished_at if state else None)
    return next((time for time in known if time is not None), app.metadata.creation_timestamp)

"""AlertReader on OpsOrch."""

from opsloom.adapter_api.call import Call
from opsloom.model.alerts import Alert, AlertQuery, AlertStatus, Severity
from opsloom.model.page import Page
from opsloom.model.refs import Ref, RefKind
from opsloom_adapters.opsorch import wire
from opsloom_adapters.opsorch.client import ALERTS, OpsorchClient
from opsloom_adapters.opsorch.mapping import alert_status_of, known, link_of, text_in, texts_of
from opsloom_adapters.opsorch.pages import page_of


async def search_alerts(client: OpsorchClient, query: AlertQuery, call: Call) -> Page[Alert]:
    """The alerts of ``query``, worst first. The scope is a hint to OpsOrch's provider, so all is checked again."""
    scope = {"service": query.service, "team": query.team}
    found = await client.query(call, ALERTS, scope=scope, window=query.window)
    wanted = [alert for alert in (_alert_of(one, call.instance) for one in found.rows) if query.matches(alert)]
    wanted.sort(key=lambda alert: (alert.severity.rank, -alert.starts_at.timestamp()))
    return page_of(found, wanted, query.limit, f"alerts, service {query.service or 'any'}, team {query.team or 'any'}")


async def get_alert(client: OpsorchClient, native_id: str, call: Call) -> Alert:
    return _alert_of(await client.get(call, ALERTS.name, native_id, wire.ALERT), call.instance)


def _alert_of(alert: wire.Alert, instance: str) -> Alert:
    status, updated = alert_status_of(alert.status), known(alert.updated_at)
    return Alert(
        ref=Ref(RefKind.ALERT, instance, alert.id),
        link=link_of(alert.url),
        name=alert.title,
        status=status,
        status_raw=alert.status,
        severity=Severity.from_word(alert.severity),
        severity_raw=alert.severity,
        service=alert.service or text_in(alert.fields, "service") or None,
        team=text_in(alert.fields, "team") or None,
        summary=alert.description,
        starts_at=known(alert.created_at) or alert.updated_at,
        ends_at=updated if status is AlertStatus.RESOLVED else None,
        updated_at=updated,
        attributes=texts_of(alert.fields),
    )

"""AlertReader on Alertmanager."""

from collections.abc import Sequence
from datetime import timedelta

from opsloom.adapter_api.call import Call
from opsloom.model.alerts import Alert, AlertQuery, AlertStatus
from opsloom.model.errors import NotFoundError
from opsloom.model.limits import PRESENT_TOLERANCE_SECONDS, PROVIDER_ROWS_MAX
from opsloom.model.page import Page
from opsloom_adapters.alertmanager.client import AlertmanagerClient
from opsloom_adapters.alertmanager.config import AlertmanagerConfig
from opsloom_adapters.alertmanager.links import alerts_link
from opsloom_adapters.alertmanager.mapping import alert_of
from opsloom_adapters.alertmanager.matchers import equals


async def search_alerts(
    client: AlertmanagerClient, config: AlertmanagerConfig, query: AlertQuery, call: Call
) -> Page[Alert]:
    """The alerts of ``query``, worst first; suppressed ones are among them."""
    matchers = _matchers_of(query, config)
    link = alerts_link(config.web_url or config.base_url, matchers)
    heard = await client.alerts(call, matchers, link=link)
    mapped = (alert_of(alert, config, call.instance, call.now) for alert in heard)
    matching = sorted((alert for alert in mapped if query.matches(alert)), key=_worst_then_newest)
    rows = tuple(matching[: min(query.limit, PROVIDER_ROWS_MAX)])
    return Page(
        rows=rows,
        total=len(matching),
        complete=len(rows) == len(matching),
        query="alerts " + ("{" + ", ".join(matchers) + "}" if matchers else "of any labels"),
        link=link,
        notes=_notes(query, rows, call),
    )


async def get_alert(client: AlertmanagerClient, config: AlertmanagerConfig, native_id: str, call: Call) -> Alert:
    """The alert with that fingerprint; Alertmanager cannot be asked for one, so all are read.

    :raises NotFoundError: no current alert has it.
    """
    for heard in await client.alerts(call):
        if heard.fingerprint == native_id:
            return alert_of(heard, config, call.instance, call.now)
    raise NotFoundError(
        f"{call.instance} has no such alert now; Alertmanager forgets an alert once it has ended",
        instance=call.instance,
    )


def _matchers_of(query: AlertQuery, config: AlertmanagerConfig) -> list[str]:
    """What Alertmanager can filter. It knows no "or": with several service labels we filter ourselves."""
    matchers = []
    if query.service is not None and len(config.service_labels) == 1:
        matchers.append(equals(config.service_labels[0], query.service))
    if query.team is not None:
        matchers.append(equals(config.team_label, query.team))
    return matchers


def _worst_then_newest(alert: Alert) -> tuple[int, float]:
    return alert.severity.rank, -alert.starts_at.timestamp()


def _notes(query: AlertQuery, rows: Sequence[Alert], call: Call) -> tuple[str, ...]:
    notes = []
    ends_before_now = query.window.end < call.now - timedelta(seconds=PRESENT_TOLERANCE_SECONDS)
    if ends_before_now or AlertStatus.RESOLVED in query.statuses:
        notes.append(
            "Alertmanager keeps only current alerts: of a past window this shows what is still active, "
            "not what has ended since"
        )
    suppressed = sum(alert.status is AlertStatus.SUPPRESSED for alert in rows)
    if suppressed:
        notes.append(f"{suppressed} of these alerts are silenced or inhibited: nobody is notified of them")
    return tuple(notes)

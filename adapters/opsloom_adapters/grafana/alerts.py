"""AlertReader on Grafana's built-in Alertmanager.

It is asked rather than the rules (``/api/prometheus/grafana/api/v1/rules``), because only it knows what silences an
alert; it names the rule of each, too.
"""

from collections.abc import Sequence
from datetime import timedelta

from opsloom.adapter_api.call import Call
from opsloom.model.alerts import Alert, AlertQuery, AlertStatus
from opsloom.model.errors import NotFoundError
from opsloom.model.limits import PRESENT_TOLERANCE_SECONDS, PROVIDER_ROWS_MAX
from opsloom.model.page import Page
from opsloom_adapters.grafana.client import GrafanaClient
from opsloom_adapters.grafana.config import GrafanaConfig
from opsloom_adapters.grafana.links import rules_link
from opsloom_adapters.grafana.mapping import RULE_UID, alert_of
from opsloom_adapters.grafana.matchers import equals


async def search_alerts(client: GrafanaClient, config: GrafanaConfig, query: AlertQuery, call: Call) -> Page[Alert]:
    """The alerts of ``query``, worst first; suppressed ones are among them."""
    matchers = _matchers_of(query, config)
    link = rules_link(config)
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


async def get_alert(client: GrafanaClient, config: GrafanaConfig, native_id: str, call: Call) -> Alert:
    """The alert ``rule:fingerprint``, looked for among those of its rule.

    :raises NotFoundError: no current alert has it.
    """
    rule, _, fingerprint = native_id.rpartition(":")
    for heard in await client.alerts(call, [equals(RULE_UID, rule)]):
        if heard.fingerprint == fingerprint:
            return alert_of(heard, config, call.instance, call.now)
    raise NotFoundError(
        f"{call.instance} has no such alert now; Grafana's Alertmanager forgets an alert once it has ended",
        instance=call.instance,
    )


def _matchers_of(query: AlertQuery, config: GrafanaConfig) -> list[str]:
    """What Grafana can filter. It knows no "or": with several service labels we filter ourselves."""
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
            "Grafana's Alertmanager keeps only current alerts: of a past window this shows what is still active, "
            "not what has ended since"
        )
    if AlertStatus.PENDING in query.statuses:
        notes.append("alerts that are still pending have not reached Grafana's Alertmanager and are not listed")
    suppressed = sum(alert.status is AlertStatus.SUPPRESSED for alert in rows)
    if suppressed:
        notes.append(f"{suppressed} of these alerts are silenced or inhibited: nobody is notified of them")
    return tuple(notes)

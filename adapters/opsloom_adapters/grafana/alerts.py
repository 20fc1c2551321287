"""AlertReader on Grafana's built-in Alertmanager.

It is asked rather than the rules (``/api/prometheus/grafana/api/v1/rules``), because only it knows what silences an
alert; it names the rule of each, too.
"""

from opsloom.adapter_api.call import Call
from opsloom.adapter_api.dialects.alertmanager.alerts import asks_for_the_past, filters_of, page_of
from opsloom.adapter_api.dialects.alertmanager.matchers import equals
from opsloom.model.alerts import Alert, AlertQuery, AlertStatus
from opsloom.model.errors import NotFoundError
from opsloom.model.page import Page
from opsloom_adapters.grafana.client import GrafanaClient
from opsloom_adapters.grafana.config import GrafanaConfig
from opsloom_adapters.grafana.links import rules_link
from opsloom_adapters.grafana.mapping import RULE_UID, alert_of

_ONLY_CURRENT = (
    "Grafana's Alertmanager keeps only current alerts: of a past window this shows what is still active, "
    "not what has ended since"
)
_NOT_PENDING = "alerts that are still pending have not reached Grafana's Alertmanager and are not listed"


async def search_alerts(client: GrafanaClient, config: GrafanaConfig, query: AlertQuery, call: Call) -> Page[Alert]:
    """The alerts of ``query``, worst first; suppressed ones are among them."""
    filters = filters_of(query, config)
    link = rules_link(config)
    heard = await client.alerts(call, filters, link=link)
    mapped = [alert_of(alert, config, call.instance, call.now) for alert in heard]
    notes = [_ONLY_CURRENT] if asks_for_the_past(query, call) else []
    notes += [_NOT_PENDING] if AlertStatus.PENDING in query.statuses else []
    return page_of(mapped, query, filters=filters, link=link, notes=notes)


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

"""AlertReader on Alertmanager."""

from opsloom.adapter_api.call import Call
from opsloom.adapter_api.dialects.alertmanager.alerts import asks_for_the_past, filters_of, page_of
from opsloom.model.alerts import Alert, AlertQuery
from opsloom.model.errors import NotFoundError
from opsloom.model.page import Page
from opsloom_adapters.alertmanager.client import AlertmanagerClient
from opsloom_adapters.alertmanager.config import AlertmanagerConfig
from opsloom_adapters.alertmanager.links import alerts_link
from opsloom_adapters.alertmanager.mapping import alert_of

_ONLY_CURRENT = (
    "Alertmanager keeps only current alerts: of a past window this shows what is still active, not what has ended since"
)


async def search_alerts(
    client: AlertmanagerClient, config: AlertmanagerConfig, query: AlertQuery, call: Call
) -> Page[Alert]:
    """The alerts of ``query``, worst first; suppressed ones are among them."""
    filters = filters_of(query, config)
    link = alerts_link(config.web_url or config.base_url, filters)
    heard = await client.alerts(call, filters, link=link)
    mapped = [alert_of(alert, config, call.instance, call.now) for alert in heard]
    notes = [_ONLY_CURRENT] if asks_for_the_past(query, call) else []
    return page_of(mapped, query, filters=filters, link=link, notes=notes)


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

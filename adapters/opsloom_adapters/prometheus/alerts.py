"""AlertReader on the alerting rules of Prometheus."""

from collections.abc import Iterable, Iterator
from datetime import timedelta

from opsloom.adapter_api.call import Call
from opsloom.model.alerts import Alert, AlertQuery, AlertStatus
from opsloom.model.errors import NotFoundError
from opsloom.model.limits import PRESENT_TOLERANCE_SECONDS, PROVIDER_ROWS_MAX
from opsloom.model.page import Page
from opsloom_adapters.prometheus import wire
from opsloom_adapters.prometheus.answers import data_of, notes_of
from opsloom_adapters.prometheus.client import PrometheusClient
from opsloom_adapters.prometheus.config import PrometheusConfig
from opsloom_adapters.prometheus.links import alerts_link
from opsloom_adapters.prometheus.mapping import alert_of


async def search_alerts(
    client: PrometheusClient, config: PrometheusConfig, query: AlertQuery, call: Call
) -> Page[Alert]:
    """The alerts of ``query``, worst first. Prometheus has no filter for them, so all rules are read."""
    link = alerts_link(config.web_url or config.base_url)
    envelope = await client.alerting_rules(call, link=link)
    rules = _alerting(data_of(envelope, call.instance))
    mapped = (alert_of(alert, rule, config, call.instance) for rule in rules for alert in rule.alerts)
    matching = sorted((alert for alert in mapped if query.matches(alert)), key=_worst_then_newest)
    rows = tuple(matching[: min(query.limit, PROVIDER_ROWS_MAX)])
    return Page(
        rows=rows,
        total=len(matching),
        complete=len(rows) == len(matching) and not envelope.is_partial,
        query="active alerts of all alerting rules",
        link=link,
        notes=(*_notes_on_window(query, call), *_notes_on_rules(rules), *notes_of(envelope)),
    )


async def get_alert(client: PrometheusClient, config: PrometheusConfig, native_id: str, call: Call) -> Alert:
    """The alert with that fingerprint.

    :raises NotFoundError: no active alert has it.
    """
    envelope = await client.alerting_rules(call)
    for rule in _alerting(data_of(envelope, call.instance)):
        for heard in rule.alerts:
            alert = alert_of(heard, rule, config, call.instance)
            if alert.fingerprint == native_id:
                return alert
    raise NotFoundError(
        f"{call.instance} has no such alert now; Prometheus lists an alert only while it is active",
        instance=call.instance,
    )


def _alerting(discovery: wire.RuleDiscovery) -> list[wire.Rule]:
    return [rule for group in discovery.groups for rule in group.rules if rule.type == "alerting"]


def _worst_then_newest(alert: Alert) -> tuple[int, float]:
    return alert.severity.rank, -alert.starts_at.timestamp()


def _notes_on_window(query: AlertQuery, call: Call) -> Iterator[str]:
    ends_before_now = query.window.end < call.now - timedelta(seconds=PRESENT_TOLERANCE_SECONDS)
    if ends_before_now or AlertStatus.RESOLVED in query.statuses:
        yield (
            "Prometheus lists only active alerts: of a past window this shows what is still active, "
            "not what has ended since; the metric ALERTS holds the history"
        )


def _notes_on_rules(rules: Iterable[wire.Rule]) -> Iterator[str]:
    """A rule that is not there, or cannot be evaluated, raises no alert: that is no "all clear"."""
    healths = [rule.health for rule in rules]
    if not healths:
        yield "this server has no alerting rules, so it cannot have alerts"
    failing = healths.count("err")
    if failing:
        yield f"alerting rules that fail to evaluate and so cannot alert: {failing} of {len(healths)}"

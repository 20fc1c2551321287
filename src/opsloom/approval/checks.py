"""What has to be seen afterwards for a change to count as a success."""

import re

from opsloom.adapter_api.capabilities import AlertReader
from opsloom.approval.action import Check, CheckKind
from opsloom.model.alerts import Alert, AlertQuery, AlertStatus
from opsloom.model.changes import ChangeOfWhatRuns, ChangePlan
from opsloom.model.limits import (
    PROVIDER_ROWS_MAX,
    VERIFY_APPLIED_SECONDS,
    VERIFY_CHECKS_MAX,
    VERIFY_OUTCOME_SECONDS,
    WINDOW_DEFAULT_SECONDS,
)
from opsloom.model.metrics import MetricKind
from opsloom.model.window import resolve_window
from opsloom.providers.hub import Hub
from opsloom.providers.operations import SEARCH_ALERTS

_APPLIED = Check(kind=CheckKind.APPLIED)
_FIRING = frozenset({AlertStatus.FIRING, AlertStatus.ACKNOWLEDGED})
_WRONG = _FIRING | {AlertStatus.SUPPRESSED}
"""A silence hides an alert from people, and must not hide it from the look whether a change helped."""


async def checks_of(hub: Hub, plan: ChangePlan) -> tuple[tuple[Check, ...], float, tuple[str, ...]]:
    """The checks for ``plan``, for how many seconds they are looked at, and sentences about what will not be.

    A change of what runs is a success when what was wrong with its services is over: the alerts that fire now end, and
    the metrics that they name are back under their lines. Any other change is one when its provider shows it.
    """
    if not isinstance(plan.change, ChangeOfWhatRuns):
        return (_APPLIED,), VERIFY_APPLIED_SECONDS, ()
    alerts, unheard = await _alerts_of(hub, plan.services, _WRONG)
    ended = [Check(kind=CheckKind.ALERT_CLEARED, alert=str(alert.ref)) for alert in alerts]
    back = [check for alert in alerts for check in _metric_back(alert)]
    wanted = tuple(dict.fromkeys([_APPLIED, *back, *ended]))
    gaps = (*unheard, *(f"afterwards, whether {check}" for check in wanted[VERIFY_CHECKS_MAX:]))
    seconds = VERIFY_OUTCOME_SECONDS if len(wanted) > 1 else VERIFY_APPLIED_SECONDS
    return wanted[:VERIFY_CHECKS_MAX], seconds, gaps


async def firing_alerts(hub: Hub, services: tuple[str, ...]) -> list[Alert]:
    """The alerts of ``services`` that fire, from every source that answers; none where nobody can say."""
    alerts, _ = await _alerts_of(hub, services, _FIRING)
    return alerts


async def _alerts_of(
    hub: Hub, services: tuple[str, ...], statuses: frozenset[AlertStatus]
) -> tuple[list[Alert], list[str]]:
    """Those alerts, and sentences about who could not say."""
    if not services:
        return [], []
    if not hub.capable(AlertReader):
        return [], ["which alerts fire, and whether they end: no source is configured"]
    window, _ = resolve_window(None, None, hub.clock.now(), default_seconds=WINDOW_DEFAULT_SECONDS)
    query = AlertQuery(window=window, statuses=statuses, limit=PROVIDER_ROWS_MAX)
    outcomes = await hub.ask(SEARCH_ALERTS, query)
    heard = [alert for outcome in outcomes if outcome.value is not None for alert in outcome.value.rows]
    unheard = [
        f"which alerts fire, and whether they end: {outcome.instance} did not answer"
        for outcome in outcomes
        if outcome.value is None
    ]
    return [alert for alert in heard if alert.service in services], unheard


def _metric_back(alert: Alert) -> list[Check]:
    if alert.metric is None or alert.threshold is None or alert.service is None or _is_computed(alert, alert.metric):
        return []
    return [
        Check(
            kind=CheckKind.METRIC_BACK,
            metric=alert.metric,
            service=alert.service,
            threshold=alert.threshold,
            downwards=alert.signal is MetricKind.SUCCESS,
        )
    ]


def _is_computed(alert: Alert, metric: str) -> bool:
    """Whether the line is one for a share, a rate or a quantile that is computed from the metric.

    The metric itself would be held against the wrong line; that the alert ends says that its own line is kept.
    """
    expression = alert.expression.strip()
    return bool(expression) and not re.fullmatch(rf"{re.escape(metric)}\s*[<>]=?\s*\S+", expression)

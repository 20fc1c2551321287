"""Grafana's alerts as ours."""

import json
import math
from collections.abc import Mapping
from datetime import datetime

from opsloom.adapter_api.dialects.alertmanager import alerts, wire
from opsloom.model.alerts import Alert
from opsloom.model.refs import Ref, RefKind
from opsloom_adapters.grafana.config import GrafanaConfig
from opsloom_adapters.grafana.links import rule_link, rules_link

RULE_UID = "__alert_rule_uid__"
"""The label by which Grafana's Alertmanager knows the rule of an alert."""


def alert_of(heard: wire.GettableAlert, config: GrafanaConfig, instance: str, now: datetime) -> Alert:
    """The native id begins with the rule's uid, by which Grafana can be asked for few alerts instead of all."""
    rule = heard.labels.get(RULE_UID, "")
    alert = alerts.alert_of(
        heard,
        config,
        now,
        ref=Ref(RefKind.ALERT, instance, f"{rule}:{heard.fingerprint}"),
        link=rule_link(config, rule) if rule else rules_link(config),
        attributes={"rule_uid": rule, **_origin_of(heard.annotations), **alerts.notification_of(heard)},
    )
    shown = {name: text for name, text in heard.annotations.items() if not name.startswith("__")}
    return alert.model_copy(update={"annotations": shown, "observed": _only_value(heard.annotations)})


def _origin_of(annotations: Mapping[str, str]) -> dict[str, str]:
    """Where the alert comes from, and what was measured."""
    return {
        "dashboard_uid": annotations.get("__dashboardUid__", ""),
        "panel_id": annotations.get("__panelId__", ""),
        "values": annotations.get("__values__", "") or annotations.get("__value_string__", ""),
    }


def _only_value(annotations: Mapping[str, str]) -> float | None:
    """What the rule measured, where it is a single number: of several nobody says which one was compared."""
    try:
        values = json.loads(annotations.get("__values__", ""))
    except ValueError:
        return None
    numbers = [value for value in values.values() if isinstance(value, int | float)] if isinstance(values, dict) else []
    return float(numbers[0]) if len(numbers) == 1 and math.isfinite(numbers[0]) else None

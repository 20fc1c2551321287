"""Alertmanager's alerts as ours."""

from datetime import datetime
from urllib.parse import urlsplit

from opsloom.adapter_api.dialects.alertmanager import alerts, wire
from opsloom.adapter_api.dialects.alertmanager.matchers import equals
from opsloom.model.alerts import Alert
from opsloom.model.refs import Ref, RefKind
from opsloom_adapters.alertmanager.config import AlertmanagerConfig
from opsloom_adapters.alertmanager.links import alerts_link


def alert_of(heard: wire.GettableAlert, config: AlertmanagerConfig, instance: str, now: datetime) -> Alert:
    """The link shows the alerts that have all labels of this one."""
    matchers = [equals(name, value) for name, value in sorted(heard.labels.items())]
    generator = heard.generator_url
    return alerts.alert_of(
        heard,
        config,
        now,
        ref=Ref(RefKind.ALERT, instance, heard.fingerprint),
        link=alerts_link(config.web_url or config.base_url, matchers),
        attributes={
            **alerts.notification_of(heard),
            "generator_url": generator if urlsplit(generator).scheme in ("http", "https") else "",
        },
    )

"""What is Alertmanager's own about silences; the rest is the same wherever its API is spoken."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from opsloom.adapter_api.call import Call
from opsloom.adapter_api.dialects.alertmanager import wire
from opsloom.model.alerts import Alert
from opsloom_adapters.alertmanager.client import AlertmanagerClient
from opsloom_adapters.alertmanager.config import AlertmanagerConfig
from opsloom_adapters.alertmanager.links import alerts_link, silence_link
from opsloom_adapters.alertmanager.mapping import alert_of


@dataclass(frozen=True, slots=True)
class AlertmanagerSilences:
    """A :class:`~opsloom.adapter_api.dialects.alertmanager.silence_server.SilenceServer`."""

    client: AlertmanagerClient
    config: AlertmanagerConfig
    vendor: ClassVar[str] = "Alertmanager"

    @property
    def service_labels(self) -> Sequence[str]:
        return self.config.service_labels

    def alert_of(self, heard: wire.GettableAlert, call: Call) -> Alert:
        return alert_of(heard, self.config, call.instance, call.now)

    def alerts_link(self, matchers: Sequence[str]) -> str:
        return alerts_link(self.config.web_url or self.config.base_url, matchers)

    def silence_link(self, silence: str) -> str:
        return silence_link(self.config.web_url or self.config.base_url, silence)

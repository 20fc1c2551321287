"""What is Grafana's own about silences; the rest is the same wherever Alertmanager's API is spoken.

Source: https://github.com/grafana/grafana/blob/main/pkg/services/ngalert/api/tooling/post.json
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from opsloom.adapter_api.call import Call
from opsloom.adapter_api.dialects.alertmanager import silences, wire
from opsloom.adapter_api.dialects.alertmanager.silence_expiry import observed_of
from opsloom.model.alerts import Alert
from opsloom.model.changes import ExpireSilence, Order, Receipt
from opsloom.model.errors import ConflictError
from opsloom_adapters.grafana.client import GrafanaClient
from opsloom_adapters.grafana.config import GrafanaConfig
from opsloom_adapters.grafana.links import silence_link, silences_link
from opsloom_adapters.grafana.mapping import alert_of


@dataclass(frozen=True, slots=True)
class GrafanaSilences:
    """A :class:`~opsloom.adapter_api.dialects.alertmanager.silence_server.SilenceServer`."""

    client: GrafanaClient
    config: GrafanaConfig
    vendor: ClassVar[str] = "Grafana"

    @property
    def service_labels(self) -> Sequence[str]:
        return self.config.service_labels

    def alert_of(self, heard: wire.GettableAlert, call: Call) -> Alert:
        return alert_of(heard, self.config, call.instance, call.now)

    def alerts_link(self, matchers: Sequence[str]) -> str:
        """The list of silences, whatever the matchers."""
        return silences_link(self.config)

    def silence_link(self, silence: str) -> str:
        return silence_link(self.config, silence)


async def apply_silence(server: GrafanaSilences, order: Order, call: Call) -> Receipt:
    """
    :raises ConflictError: somebody has changed or ended the silence since it was planned.
    """
    change = order.plan.change
    if isinstance(change, ExpireSilence):
        silence = await server.client.silence(call, change.silence)
        if observed_of(silence) != order.plan.observed:
            raise ConflictError(
                f"{call.instance} has another silence by now; nothing was changed", instance=call.instance
            )
    return await silences.apply_silence(server, order, call)

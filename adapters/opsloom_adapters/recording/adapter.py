"""The adapter that replays a recording."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, ClassVar, Self

from anyio import to_thread

from opsloom.adapter_api.adapter import Manifest, Probe, Site
from opsloom.adapter_api.call import Call
from opsloom.adapter_api.capabilities import (
    AlertReader,
    DeployReader,
    LogReader,
    MetricReader,
    OwnershipReader,
    TicketReader,
    TopologyReader,
)
from opsloom.adapter_api.writers import (
    AlertAcknowledger,
    AlertSilencer,
    DeployRoller,
    MessageSender,
    Pager,
    TicketWriter,
)
from opsloom.model.alerts import Alert, AlertQuery
from opsloom.model.changes import (
    Acknowledgement,
    ChangePlan,
    ChangeRevision,
    Observation,
    Order,
    PagePerson,
    Receipt,
    SendMessage,
    Silence,
    TicketChange,
)
from opsloom.model.deploys import Deploy, DeployQuery
from opsloom.model.logs import LogEntry, LogQuery
from opsloom.model.metrics import MetricCatalogQuery, MetricDescriptor, MetricQuery, Series
from opsloom.model.ownership import Ownership, OwnershipQuery, Service, ServiceQuery
from opsloom.model.page import Page
from opsloom.model.tickets import Ticket, TicketQuery
from opsloom.model.topology import Dependency, DependencyQuery
from opsloom_adapters.recording.config import RecordingConfig

if TYPE_CHECKING:  # loaded when it is first asked: a start pays for the manifest only
    from opsloom_adapters.recording.recording import Recording


class RecordingAdapter:
    """Answers from the files of one recording; nothing after its clock exists but what is changed through here."""

    manifest: ClassVar[Manifest] = Manifest(
        kind="recording",
        title="Recorded incident",
        config=RecordingConfig,
        capabilities=frozenset(
            {
                AlertReader,
                MetricReader,
                LogReader,
                DeployReader,
                TicketReader,
                OwnershipReader,
                TopologyReader,
                AlertAcknowledger,
                AlertSilencer,
                DeployRoller,
                TicketWriter,
                MessageSender,
                Pager,
            }
        ),
        documentation="https://github.com/opsloom/opsloom",
        recorded=True,
    )

    def __init__(self, recording: "Recording") -> None:
        self._recording = recording

    @classmethod
    @asynccontextmanager
    async def connect(cls, site: Site) -> AsyncIterator[Self]:
        """Read the header of the recording.

        :raises ConfigurationError: the path holds no recording.
        """
        from opsloom_adapters.recording.recording import open_recording

        path = site.config_as(RecordingConfig).path
        yield cls(await to_thread.run_sync(open_recording, path))

    async def probe(self, call: Call) -> Probe:
        """The id of the recording, and its clock."""
        return self._recording.probe(call)

    async def search_alerts(self, query: AlertQuery, call: Call) -> Page[Alert]:
        from opsloom_adapters.recording import alerts

        return await alerts.search_alerts(self._recording, query, call)

    async def get_alert(self, native_id: str, call: Call) -> Alert:
        from opsloom_adapters.recording import alerts

        return await alerts.get_alert(self._recording, native_id, call)

    async def list_metrics(self, query: MetricCatalogQuery, call: Call) -> Page[MetricDescriptor]:
        from opsloom_adapters.recording import metrics

        return await metrics.list_metrics(self._recording, query, call)

    async def query_metrics(self, query: MetricQuery, call: Call) -> Page[Series]:
        from opsloom_adapters.recording import metrics

        return await metrics.query_metrics(self._recording, query, call)

    async def search_logs(self, query: LogQuery, call: Call) -> Page[LogEntry]:
        from opsloom_adapters.recording import logs

        return await logs.search_logs(self._recording, query, call)

    async def search_deploys(self, query: DeployQuery, call: Call) -> Page[Deploy]:
        from opsloom_adapters.recording import deploys

        return await deploys.search_deploys(self._recording, query, call)

    async def get_deploy(self, native_id: str, call: Call) -> Deploy:
        from opsloom_adapters.recording import deploys

        return await deploys.get_deploy(self._recording, native_id, call)

    async def search_tickets(self, query: TicketQuery, call: Call) -> Page[Ticket]:
        from opsloom_adapters.recording import tickets

        return await tickets.search_tickets(self._recording, query, call)

    async def get_ticket(self, native_id: str, call: Call) -> Ticket:
        from opsloom_adapters.recording import tickets

        return await tickets.get_ticket(self._recording, native_id, call)

    async def search_services(self, query: ServiceQuery, call: Call) -> Page[Service]:
        from opsloom_adapters.recording import ownership

        return await ownership.search_services(self._recording, query, call)

    async def get_ownership(self, query: OwnershipQuery, call: Call) -> Page[Ownership]:
        from opsloom_adapters.recording import ownership

        return await ownership.get_ownership(self._recording, query, call)

    async def get_dependencies(self, query: DependencyQuery, call: Call) -> Page[Dependency]:
        from opsloom_adapters.recording import topology

        return await topology.get_dependencies(self._recording, query, call)

    async def plan_acknowledgement(self, change: Acknowledgement, call: Call) -> ChangePlan:
        from opsloom_adapters.recording import acknowledgements

        return await acknowledgements.plan_acknowledgement(self._recording, change, call)

    async def apply_acknowledgement(self, order: Order, call: Call) -> Receipt:
        from opsloom_adapters.recording import acknowledgements

        return await acknowledgements.apply_acknowledgement(self._recording, order, call)

    async def observe_acknowledgement(self, order: Order, call: Call) -> Observation:
        from opsloom_adapters.recording import acknowledgements

        return await acknowledgements.observe_acknowledgement(self._recording, order, call)

    async def plan_silence(self, change: Silence, call: Call) -> ChangePlan:
        from opsloom_adapters.recording import silences

        return await silences.plan_silence(self._recording, change, call)

    async def apply_silence(self, order: Order, call: Call) -> Receipt:
        from opsloom_adapters.recording import silences

        return await silences.apply_silence(self._recording, order, call)

    async def observe_silence(self, order: Order, call: Call) -> Observation:
        from opsloom_adapters.recording import silences

        return await silences.observe_silence(self._recording, order, call)

    async def plan_rollback(self, change: ChangeRevision, call: Call) -> ChangePlan:
        from opsloom_adapters.recording import rollbacks

        return await rollbacks.plan_rollback(self._recording, change, call)

    async def apply_rollback(self, order: Order, call: Call) -> Receipt:
        from opsloom_adapters.recording import rollbacks

        return await rollbacks.apply_rollback(self._recording, order, call)

    async def observe_rollback(self, order: Order, call: Call) -> Observation:
        from opsloom_adapters.recording import rollbacks

        return await rollbacks.observe_rollback(self._recording, order, call)

    async def plan_ticket(self, change: TicketChange, call: Call) -> ChangePlan:
        from opsloom_adapters.recording import ticket_changes

        return await ticket_changes.plan_ticket(self._recording, change, call)

    async def apply_ticket(self, order: Order, call: Call) -> Receipt:
        from opsloom_adapters.recording import ticket_changes

        return await ticket_changes.apply_ticket(self._recording, order, call)

    async def observe_ticket(self, order: Order, call: Call) -> Observation:
        from opsloom_adapters.recording import ticket_changes

        return await ticket_changes.observe_ticket(self._recording, order, call)

    async def plan_message(self, change: SendMessage, call: Call) -> ChangePlan:
        from opsloom_adapters.recording import messages

        return await messages.plan_message(self._recording, change, call)

    async def apply_message(self, order: Order, call: Call) -> Receipt:
        from opsloom_adapters.recording import messages

        return await messages.apply_message(self._recording, order, call)

    async def observe_message(self, order: Order, call: Call) -> Observation:
        from opsloom_adapters.recording import messages

        return await messages.observe_message(self._recording, order, call)

    async def plan_page(self, change: PagePerson, call: Call) -> ChangePlan:
        from opsloom_adapters.recording import pages

        return await pages.plan_page(self._recording, change, call)

    async def apply_page(self, order: Order, call: Call) -> Receipt:
        from opsloom_adapters.recording import pages

        return await pages.apply_page(self._recording, order, call)

    async def observe_page(self, order: Order, call: Call) -> Observation:
        from opsloom_adapters.recording import pages

        return await pages.observe_page(self._recording, order, call)

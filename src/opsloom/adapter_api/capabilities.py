"""What an adapter can do: one small Protocol per capability; readers and writers stay apart.

Every method takes the query and the :class:`~opsloom.adapter_api.call.Call` it belongs to, returns a
:class:`~opsloom.model.page.Page` of the shared model (a ``get_`` method: one record), and raises the errors
of :mod:`opsloom.model.errors`. An empty page means "the provider answered and has nothing", never
"the provider did not answer".
"""

from typing import Protocol, runtime_checkable

from opsloom.adapter_api.call import Call
from opsloom.adapter_api.config import Topic
from opsloom.model.alerts import Alert, AlertQuery
from opsloom.model.deploys import Deploy, DeployQuery
from opsloom.model.flags import FeatureFlag, FlagQuery
from opsloom.model.incidents import Incident, IncidentQuery
from opsloom.model.logs import LogEntry, LogQuery
from opsloom.model.messages import Message, MessageQuery
from opsloom.model.metrics import MetricCatalogQuery, MetricDescriptor, MetricQuery, Series
from opsloom.model.ownership import Ownership, OwnershipQuery, Service, ServiceQuery
from opsloom.model.page import Page
from opsloom.model.slo import SloQuery, SloStatus
from opsloom.model.tickets import Ticket, TicketQuery
from opsloom.model.topology import Dependency, DependencyQuery


@runtime_checkable
class AlertReader(Protocol):
    """Reads alerts."""

    async def search_alerts(self, query: AlertQuery, call: Call) -> Page[Alert]: ...

    async def get_alert(self, native_id: str, call: Call) -> Alert: ...


@runtime_checkable
class MetricReader(Protocol):
    """Reads metrics."""

    async def list_metrics(self, query: MetricCatalogQuery, call: Call) -> Page[MetricDescriptor]: ...

    async def query_metrics(self, query: MetricQuery, call: Call) -> Page[Series]: ...


@runtime_checkable
class LogReader(Protocol):
    """Reads logs."""

    async def search_logs(self, query: LogQuery, call: Call) -> Page[LogEntry]: ...


@runtime_checkable
class DeployReader(Protocol):
    """Reads what changed."""

    async def search_deploys(self, query: DeployQuery, call: Call) -> Page[Deploy]: ...

    async def get_deploy(self, native_id: str, call: Call) -> Deploy: ...


@runtime_checkable
class TicketReader(Protocol):
    """Reads tickets."""

    async def search_tickets(self, query: TicketQuery, call: Call) -> Page[Ticket]: ...

    async def get_ticket(self, native_id: str, call: Call) -> Ticket: ...


@runtime_checkable
class OwnershipReader(Protocol):
    """Reads services, teams, on-call and escalation.

    ``get_ownership`` of something this source does not know is an empty page. A source that knows no
    services (only paths, say) answers ``search_services`` with an empty page.
    """

    async def search_services(self, query: ServiceQuery, call: Call) -> Page[Service]: ...

    async def get_ownership(self, query: OwnershipQuery, call: Call) -> Page[Ownership]: ...


@runtime_checkable
class TopologyReader(Protocol):
    """Reads who calls whom."""

    async def get_dependencies(self, query: DependencyQuery, call: Call) -> Page[Dependency]: ...


@runtime_checkable
class IncidentReader(Protocol):
    """Reads incidents that were declared or paged; :meth:`get_incident` gives the timeline, too."""

    async def search_incidents(self, query: IncidentQuery, call: Call) -> Page[Incident]: ...

    async def get_incident(self, native_id: str, call: Call) -> Incident: ...


@runtime_checkable
class ChatReader(Protocol):
    """Reads what was said in a channel or a thread."""

    async def search_messages(self, query: MessageQuery, call: Call) -> Page[Message]: ...


@runtime_checkable
class FlagReader(Protocol):
    """Reads which feature flags are on, where. Their past changes are those of a :class:`DeployReader`."""

    async def search_flags(self, query: FlagQuery, call: Call) -> Page[FeatureFlag]: ...


@runtime_checkable
class SloReader(Protocol):
    """Reads how services stand against their objectives."""

    async def search_slos(self, query: SloQuery, call: Call) -> Page[SloStatus]: ...


READER_OF: dict[Topic, type] = {
    Topic.ALERTS: AlertReader,
    Topic.METRICS: MetricReader,
    Topic.LOGS: LogReader,
    Topic.DEPLOYS: DeployReader,
    Topic.TICKETS: TicketReader,
    Topic.OWNERSHIP: OwnershipReader,
    Topic.TOPOLOGY: TopologyReader,
    Topic.INCIDENTS: IncidentReader,
    Topic.CHAT: ChatReader,
    Topic.FLAGS: FlagReader,
    Topic.SLOS: SloReader,
}
"""By the word that operators write in ``serves``."""
CAPABILITIES: tuple[type, ...] = tuple(READER_OF.values())

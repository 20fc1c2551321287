"""What the hub can be asked, and what it can be told to change, as typed values."""

from dataclasses import dataclass
from typing import Generic, TypeVar

from opsloom.adapter_api.capabilities import (
    AlertReader,
    ChatReader,
    DeployReader,
    FlagReader,
    IncidentReader,
    LogReader,
    MetricReader,
    OwnershipReader,
    SloReader,
    TicketReader,
    TopologyReader,
)
from opsloom.adapter_api.writers import (
    AlertAcknowledger,
    AlertSilencer,
    AlertUpdater,
    ChannelWriter,
    DeployRoller,
    EventRecorder,
    FlagToggler,
    MessageSender,
    Pager,
    ServiceOperator,
    TicketWriter,
)
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

Q = TypeVar("Q")
R = TypeVar("R")


@dataclass(frozen=True)
class Operation(Generic[Q, R]):
    """``method`` of ``capability`` takes a ``Q`` and returns an ``R``."""

    capability: type
    method: str


SEARCH_ALERTS = Operation[AlertQuery, Page[Alert]](AlertReader, "search_alerts")
GET_ALERT = Operation[str, Alert](AlertReader, "get_alert")
LIST_METRICS = Operation[MetricCatalogQuery, Page[MetricDescriptor]](MetricReader, "list_metrics")
QUERY_METRICS = Operation[MetricQuery, Page[Series]](MetricReader, "query_metrics")
SEARCH_LOGS = Operation[LogQuery, Page[LogEntry]](LogReader, "search_logs")
SEARCH_DEPLOYS = Operation[DeployQuery, Page[Deploy]](DeployReader, "search_deploys")
GET_DEPLOY = Operation[str, Deploy](DeployReader, "get_deploy")
SEARCH_TICKETS = Operation[TicketQuery, Page[Ticket]](TicketReader, "search_tickets")
GET_TICKET = Operation[str, Ticket](TicketReader, "get_ticket")
SEARCH_SERVICES = Operation[ServiceQuery, Page[Service]](OwnershipReader, "search_services")
GET_OWNERSHIP = Operation[OwnershipQuery, Page[Ownership]](OwnershipReader, "get_ownership")
GET_DEPENDENCIES = Operation[DependencyQuery, Page[Dependency]](TopologyReader, "get_dependencies")
SEARCH_INCIDENTS = Operation[IncidentQuery, Page[Incident]](IncidentReader, "search_incidents")
GET_INCIDENT = Operation[str, Incident](IncidentReader, "get_incident")
SEARCH_MESSAGES = Operation[MessageQuery, Page[Message]](ChatReader, "search_messages")
SEARCH_FLAGS = Operation[FlagQuery, Page[FeatureFlag]](FlagReader, "search_flags")
SEARCH_SLOS = Operation[SloQuery, Page[SloStatus]](SloReader, "search_slos")


@dataclass(frozen=True)
class ChangeOperation:
    """How a kind of change is planned, applied and observed: three methods of ``capability``.

    ``noun`` ends their names.
    """

    capability: type
    noun: str

    @property
    def plan(self) -> str:
        return f"plan_{self.noun}"

    @property
    def apply(self) -> str:
        return f"apply_{self.noun}"

    @property
    def observe(self) -> str:
        return f"observe_{self.noun}"


_ACKNOWLEDGE = ChangeOperation(AlertAcknowledger, "acknowledgement")
_SILENCE = ChangeOperation(AlertSilencer, "silence")
_OPERATE = ChangeOperation(ServiceOperator, "service_operation")
_EVENT = ChangeOperation(EventRecorder, "event")
_TICKET = ChangeOperation(TicketWriter, "ticket")
_CHANNEL = ChangeOperation(ChannelWriter, "channel")

CHANGE_OPERATIONS: dict[str, ChangeOperation] = {
    "acknowledge_alert": _ACKNOWLEDGE,
    "unacknowledge_alert": _ACKNOWLEDGE,
    "update_alert": ChangeOperation(AlertUpdater, "alert_update"),
    "silence_alerts": _SILENCE,
    "expire_silence": _SILENCE,
    "change_revision": ChangeOperation(DeployRoller, "rollback"),
    "restart_service": _OPERATE,
    "scale_service": _OPERATE,
    "sync_service": _OPERATE,
    "toggle_flag": ChangeOperation(FlagToggler, "toggle"),
    "record_event": _EVENT,
    "withdraw_event": _EVENT,
    "create_ticket": _TICKET,
    "update_ticket": _TICKET,
    "send_message": ChangeOperation(MessageSender, "message"),
    "create_channel": _CHANNEL,
    "archive_channel": _CHANNEL,
    "page_person": ChangeOperation(Pager, "page"),
}
"""By the ``kind`` of a change."""

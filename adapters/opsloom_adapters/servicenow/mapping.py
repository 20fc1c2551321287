"""ServiceNow's rows as opsloom's records.

Incident states: https://docs.servicenow.com/bundle/london-it-service-management/page/product/incident-management/concept/c_IncidentManagementStateModel.html
(4 and 5 are of instances from before Helsinki). Change states, the old ones as well:
https://docs.servicenow.com/bundle/kingston-it-service-management/page/product/change-management/task/state-model-activate-tasks.html
"""

from opsloom.model.alerts import Severity
from opsloom.model.deploys import ChangeKind, Deploy, DeployStatus
from opsloom.model.incidents import Incident, IncidentStatus
from opsloom.model.refs import Ref, RefKind
from opsloom.model.tickets import TicketStatus
from opsloom.model.window import format_time
from opsloom_adapters.servicenow import wire
from opsloom_adapters.servicenow.config import ServicenowConfig
from opsloom_adapters.servicenow.links import record_link

STATUS_OF_STATE = {
    "1": IncidentStatus.TRIGGERED,  # New
    "2": IncidentStatus.ACKNOWLEDGED,  # In Progress
    "3": IncidentStatus.ACKNOWLEDGED,  # On Hold
    "4": IncidentStatus.ACKNOWLEDGED,  # Awaiting User Info
    "5": IncidentStatus.ACKNOWLEDGED,  # Awaiting Evidence
    "6": IncidentStatus.RESOLVED,  # Resolved
    "7": IncidentStatus.RESOLVED,  # Closed
    "8": IncidentStatus.RESOLVED,  # Canceled
}
SEVERITY_OF_PRIORITY = {
    "1": Severity.CRITICAL,  # Critical
    "2": Severity.ERROR,  # High
    "3": Severity.WARNING,  # Moderate
    "4": Severity.INFO,  # Low
    "5": Severity.INFO,  # Planning
}
TICKET_STATUS = {
    IncidentStatus.TRIGGERED: TicketStatus.OPEN,
    IncidentStatus.ACKNOWLEDGED: TicketStatus.IN_PROGRESS,
    IncidentStatus.MITIGATED: TicketStatus.IN_PROGRESS,
    IncidentStatus.RESOLVED: TicketStatus.CLOSED,
    IncidentStatus.UNKNOWN: TicketStatus.UNKNOWN,
}
STATUS_OF_CHANGE_STATE = {
    "-5": DeployStatus.IN_PROGRESS,  # New
    "-4": DeployStatus.IN_PROGRESS,  # Assess
    "-3": DeployStatus.IN_PROGRESS,  # Authorize
    "-2": DeployStatus.IN_PROGRESS,  # Scheduled
    "-1": DeployStatus.IN_PROGRESS,  # Implement
    "0": DeployStatus.SUCCEEDED,  # Review: it is done, and nobody has said yet that it failed
    "1": DeployStatus.IN_PROGRESS,  # Open
    "2": DeployStatus.IN_PROGRESS,  # Work in Progress
    "3": DeployStatus.SUCCEEDED,  # Closed, unless its close code says otherwise
    "4": DeployStatus.FAILED,  # Canceled, or Closed Incomplete
    "7": DeployStatus.FAILED,  # Closed Skipped
}
STATES_BEFORE_WORK = ("-5", "-4", "-3", "-2", "4", "7")
"""A change that is or was in one of these and has no actual start was not carried out."""
_UNSUCCESSFUL = "unsuccessful"


def incident_states(config: ServicenowConfig) -> dict[str, IncidentStatus]:
    """What each value of an incident's state means."""
    return {**STATUS_OF_STATE, **config.incident_states}


def incident_status(state: str, config: ServicenowConfig) -> IncidentStatus:
    return incident_states(config).get(state, IncidentStatus.UNKNOWN)


def severity_of(priority: str) -> Severity:
    return SEVERITY_OF_PRIORITY.get(priority, Severity.UNKNOWN)


def incident_of(
    row: wire.Incident, config: ServicenowConfig, instance: str, asked_service: str | None = None
) -> Incident:
    """An incident that names several services belongs to ``asked_service`` if that is any of them."""
    status = incident_status(row.state.value, config)
    ended = row.resolved_at or row.closed_at
    return Incident(
        ref=Ref(RefKind.INCIDENT, instance, row.sys_id),
        link=record_link(config, row.table, row.sys_id),
        key=row.number.label,
        title=row.short_description.label,
        status=status,
        status_raw=row.state.label,
        severity=severity_of(row.priority.value),
        severity_raw=row.priority.label,
        service=service_of(row, config, asked_service),
        team=row.assignment_group.label or None,
        assignees=(row.assignee,) if row.assignee else (),
        summary=row.description.label,
        starts_at=row.opened_at or row.sys_created_on,
        ends_at=ended if status is IncidentStatus.RESOLVED else None,  # a reopened one may keep the old time
        updated_at=row.sys_updated_on,
    )


def service_of(row: wire.Task, config: ServicenowConfig, asked_service: str | None = None) -> str | None:
    """The first of the fields that the settings name which is filled."""
    cells = {"business_service": row.business_service, "service_offering": row.service_offering, "cmdb_ci": row.cmdb_ci}
    names = [cells[field].label for field in config.service_fields if cells[field].label]
    return asked_service if asked_service in names else next(iter(names), None)


def change_status(state: str, close_code: str = "") -> DeployStatus:
    """How a change went; the close code tells only of a closed one."""
    status = STATUS_OF_CHANGE_STATE.get(state, DeployStatus.UNKNOWN)
    failed = status is DeployStatus.SUCCEEDED and close_code.casefold() == _UNSUCCESSFUL
    return DeployStatus.FAILED if failed else status


def was_carried_out(row: wire.ChangeRequest) -> bool:
    """Whether somebody began it, as far as the record tells."""
    return row.work_start is not None or row.state.value not in STATES_BEFORE_WORK


def deploy_of(
    row: wire.ChangeRequest, config: ServicenowConfig, instance: str, asked_service: str | None = None
) -> Deploy:
    """The change at its actual start, else the planned one, else when it was written down."""
    categories = {row.category.value.casefold(), row.category.label.casefold()}
    is_deploy = bool(categories & {one.casefold() for one in config.deploy_categories})
    return Deploy(
        ref=Ref(RefKind.DEPLOY, instance, row.sys_id),
        link=record_link(config, row.table, row.sys_id),
        kind=ChangeKind.DEPLOY if is_deploy else ChangeKind.CONFIG,
        at=row.work_start or row.start_date or row.sys_created_on,
        service=service_of(row, config, asked_service),
        status=change_status(row.state.value, row.close_code.value),
        status_raw=row.state.label,
        author=row.assignee,
        title=row.short_description.label,
        attributes=_told(
            number=row.number.label,
            type=row.type.label,
            category=row.category.label,
            risk=row.risk.label,
            close_code=row.close_code.label,
            group=row.assignment_group.label,
            description=row.description.label,
            planned_start=format_time(row.start_date) if row.start_date else "",
            planned_end=format_time(row.end_date) if row.end_date else "",
            ended=format_time(row.work_end) if row.work_end else "",
        ),
    )


def _told(**attributes: str) -> dict[str, str]:
    return {name: value for name, value in attributes.items() if value}

"""The settings of a ServiceNow instance."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from opsloom.adapter_api.config import HttpConfig
from opsloom.model.incidents import IncidentStatus
from opsloom.model.tickets import TicketStatus

Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,79}$")]
"""Of a table or a column."""
State = Annotated[str, StringConstraints(pattern=r"^-?[0-9]{1,6}$")]
RelationshipType = Annotated[str, StringConstraints(pattern=r"^[^\^,]+::[^\^,]+$")]
"""``parent descriptor::child descriptor``, as table cmdb_rel_type names it; it goes into encoded queries."""
ServiceField = Literal["business_service", "service_offering", "cmdb_ci"]


class ServicenowConfig(HttpConfig):
    """``base_url`` is the instance's own address, without ``/api``."""

    service_table: Name = Field(
        "cmdb_ci_service", description="table of the services; those that extend it are included"
    )
    service_fields: tuple[ServiceField, ...] = Field(
        ("business_service", "cmdb_ci"),
        min_length=1,
        description="fields of incidents and changes that name the service; a new ticket sets the first",
    )
    incident_states: Mapping[State, IncidentStatus] = Field(
        default_factory=dict,
        description='what values of the state of incidents mean besides the usual ones, such as {"10" = "mitigated"}',
    )
    open_state: State = Field("1", description="state that a change to open sets")
    in_progress_state: State = Field("2", description="state that a change to in_progress sets")
    closed_state: State = Field("6", description="state that a change to closed sets")
    close_code: str = Field(
        "Solution provided", description="resolution code that goes with closed_state; empty: none is sent"
    )
    new_ticket_fields: Mapping[Name, str] = Field(
        default_factory=dict,
        description="what each new incident gets besides, such as what the instance demands; references are sys_ids",
    )
    deploy_categories: tuple[str, ...] = Field(
        ("software", "system software", "applications software", "application software", "devops"),
        description="categories of change requests that are deployments; every other change is one of configuration",
    )
    dependency_types: tuple[RelationshipType, ...] = Field(
        ("Depends on::Used by", "Runs on::Runs", "Hosted on::Hosts", "Connects to::Connected by"),
        description="relationships whose parent needs the child",
    )
    reverse_dependency_types: tuple[RelationshipType, ...] = Field(
        (), description="relationships whose child needs the parent"
    )

    def state_of(self, status: TicketStatus) -> str | None:
        """The state that a change to ``status`` sets, ``None`` if there is none."""
        return {
            TicketStatus.OPEN: self.open_state,
            TicketStatus.IN_PROGRESS: self.in_progress_state,
            TicketStatus.CLOSED: self.closed_state,
        }.get(status)

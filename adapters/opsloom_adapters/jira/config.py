"""The settings of a Jira instance."""

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from opsloom.adapter_api.config import HttpConfig
from opsloom.model.tickets import TicketStatus

ProjectKey = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9_]{1,19}$")]
ServiceField = Annotated[str, StringConstraints(pattern=r"^(components|labels|customfield_[0-9]{1,10})$")]


class StatusNames(BaseModel):
    """Names of statuses that a change may set, in the order of preference."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    open: tuple[str, ...] = ()
    in_progress: tuple[str, ...] = ()
    closed: tuple[str, ...] = ()

    def preferred(self, status: TicketStatus) -> tuple[str, ...]:
        """Those for ``status``, in lower case."""
        names = {
            TicketStatus.OPEN: self.open,
            TicketStatus.IN_PROGRESS: self.in_progress,
            TicketStatus.CLOSED: self.closed,
        }
        return tuple(name.casefold() for name in names.get(status, ()))


class JiraConfig(HttpConfig):
    """``base_url`` is the site's own address, or ``https://api.atlassian.com/ex/jira/<cloudId>`` for tokens with
    scopes; then ``web_url`` is the site's.
    """

    projects: tuple[ProjectKey, ...] = Field((), description="keys of the projects to read and change; none means all")
    service_field: ServiceField | None = Field(
        None, description="field that names the service: components, labels, or the id of a custom field"
    )
    service_field_type: Literal["select", "text", "labels"] = Field(
        "select", description="what kind of field the custom service_field is"
    )
    create_project: ProjectKey | None = Field(
        None, description="project of new tickets; not needed where projects names exactly one"
    )
    create_issue_type: str = Field("Task", min_length=1, description="issue type of new tickets")
    statuses: StatusNames = Field(
        default_factory=StatusNames,
        description='status that a change sets where several mean the same, such as {closed = ["Done"]}',
    )
    internal_comments: bool = Field(
        True, description="in projects of Jira Service Management, comments are for agents and not for customers"
    )

    @model_validator(mode="after")
    def _new_tickets_can_be_read(self) -> Self:
        if self.create_project is not None and self.projects and self.create_project not in self.projects:
            raise ValueError("create_project must be one of projects")
        return self

    @property
    def project_of_new_tickets(self) -> str | None:
        """``None`` where the settings do not say."""
        return self.create_project or (self.projects[0] if len(self.projects) == 1 else None)

    @property
    def site(self) -> str:
        """The address that people open."""
        return self.web_url or self.base_url

"""The settings of an OpsOrch instance."""

from pydantic import BaseModel, ConfigDict, Field

from opsloom.adapter_api.config import HttpConfig
from opsloom.model.limits import LOG_SCAN_ENTRIES_MAX, PROVIDER_ROWS_MAX
from opsloom.model.tickets import TicketStatus


class TicketStatuses(BaseModel):
    """The words of the tracker behind OpsOrch, which passes them on. The first one of each is the one that is set."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    open: tuple[str, ...] = ()
    in_progress: tuple[str, ...] = ()
    closed: tuple[str, ...] = ()

    def words(self) -> dict[TicketStatus, tuple[str, ...]]:
        return {
            TicketStatus.OPEN: self.open,
            TicketStatus.IN_PROGRESS: self.in_progress,
            TicketStatus.CLOSED: self.closed,
        }


class OpsorchConfig(HttpConfig):
    """``base_url`` is the address that ``OPSORCH_ADDR`` listens at, such as ``http://localhost:8080``."""

    most_rows: int = Field(
        100,
        ge=1,
        le=PROVIDER_ROWS_MAX,
        description="rows to ask for: OpsOrch has no pages, and its provider may refuse or cut what is too many",
    )
    most_log_entries: int = Field(500, ge=1, le=LOG_SCAN_ENTRIES_MAX, description="the same for log entries")
    owner_tags: tuple[str, ...] = Field(
        ("owner", "team"), description="tags of a service that name its team by id, the first one present counts"
    )
    ticket_statuses: TicketStatuses = Field(
        default_factory=TicketStatuses,
        description='what statuses of tickets mean, such as {closed = ["Done"]}; needed to set one',
    )
    ticket_service_field: str | None = Field(
        None,
        description='field of tickets that names the service; read as "service" and not written where it is not set',
    )

"""The settings of a Roundup instance."""

from collections import Counter
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from opsloom.adapter_api.config import HttpConfig
from opsloom.model.tickets import TicketStatus

PropertyPath = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_]*(\.[A-Za-z][A-Za-z0-9_]*)?$")]


class StatusNames(BaseModel):
    """Names of the tracker's statuses. Those of the classic template are known and may be overridden."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    open: tuple[str, ...] = ()
    in_progress: tuple[str, ...] = ()
    closed: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _each_name_once(self) -> Self:
        counts = Counter(name.casefold() for name in (*self.open, *self.in_progress, *self.closed))
        twice = sorted(name for name, count in counts.items() if count > 1)
        if twice:
            raise ValueError(f"a status can mean only one thing; named twice: {', '.join(twice)}")
        return self

    def by_name(self) -> dict[str, TicketStatus]:
        """What each name means; names in lower case."""
        groups = {
            TicketStatus.OPEN: self.open,
            TicketStatus.IN_PROGRESS: self.in_progress,
            TicketStatus.CLOSED: self.closed,
        }
        return {name.casefold(): status for status, names in groups.items() for name in names}


class RoundupConfig(HttpConfig):
    """``base_url`` is the tracker's own address, without ``/rest``."""

    statuses: StatusNames = Field(
        default_factory=StatusNames,
        description=(
            'what status names mean, such as {closed = ["done"]}; on top of the classic template. '
            "A change sets the first one that the tracker has"
        ),
    )
    service_property: PropertyPath | None = Field(
        None,
        description="issue property that names the service, such as component or component.name",
    )

"""Events of OpenLineage, as far as they are kept.

Source: https://openlineage.io/spec/2-0-2/OpenLineage.json, with ParentRunFacet and JobTypeJobFacet (2-0-4) of
https://github.com/OpenLineage/OpenLineage/tree/main/spec/facets. Facets that are not read may hold anything.
"""

from datetime import UTC, datetime
from typing import Annotated, Self

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    TypeAdapter,
    model_validator,
)
from pydantic_core import PydanticCustomError


def _as_utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise ValueError("beyond the calendar") from None


Moment = Annotated[AwareDatetime, AfterValidator(_as_utc)]
Text = Annotated[str, StringConstraints(min_length=1)]


class _Wire(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class JobType(_Wire):
    """``processing_type`` is BATCH, STREAMING or SERVICE; producers may say more."""

    processing_type: str | None = Field(None, validation_alias="processingType")


class JobFacets(_Wire):
    job_type: JobType | None = Field(None, validation_alias="jobType")


class JobName(_Wire):
    """What identifies a job."""

    namespace: str
    name: Text


class Job(JobName):
    facets: JobFacets | None = None

    @property
    def processing_type(self) -> str:
        facet = self.facets.job_type if self.facets else None
        return (facet.processing_type or "") if facet else ""


class Dataset(_Wire):
    """What identifies a data set."""

    namespace: str
    name: Text


class ParentRun(_Wire):
    job: JobName


class RunFacets(_Wire):
    parent: ParentRun | None = None


class Run(_Wire):
    run_id: Text = Field(validation_alias="runId")
    facets: RunFacets | None = None


class Event(_Wire):
    """A run event, or one of the two that tell of no run: about a job, about a data set."""

    time: Moment = Field(validation_alias="eventTime")
    type: str | None = Field(None, validation_alias="eventType")
    run: Run | None = None
    job: Job | None = None
    dataset: Dataset | None = None
    inputs: tuple[Dataset, ...] | None = None
    outputs: tuple[Dataset, ...] | None = None

    @model_validator(mode="after")
    def _one_of_the_three(self) -> Self:
        if self.job is None and (self.run is not None or self.dataset is None):
            raise PydanticCustomError("no_event_of_openlineage", "neither run with job, nor job, nor dataset")
        return self


class EventPage(_Wire):
    """``GET /api/v1/events/lineage`` of Marquez: https://marquezproject.ai/docs/api/get-lineage-events.

    Its ``totalCount`` is not kept: it also counts events that are never listed.
    """

    events: tuple[Event, ...]


EVENT: TypeAdapter[Event] = TypeAdapter(Event)
EVENT_PAGE: TypeAdapter[EventPage] = TypeAdapter(EventPage)

"""What Datadog sends of incidents, as far as it is kept.

Source: https://docs.datadoghq.com/api/latest/incidents/
"""

from typing import Annotated, Any

from pydantic import AwareDatetime, BeforeValidator, Field, TypeAdapter

from opsloom.adapter_api.json_shapes import EMPTY_IF_NULL, Text, Wire
from opsloom_adapters.datadog.wire import Id, Included, ToOne


def _several(value: Any) -> Any:
    """A field has one value, a list of them, or none."""
    if value is None:
        return ()
    return (value,) if isinstance(value, str) else value


class IncidentField(Wire):
    value: Annotated[tuple[str, ...], BeforeValidator(_several)] = ()


class IncidentAttributes(Wire):
    title: str
    public_id: int | None = None
    state: Text = ""
    severity: Text = ""
    created: AwareDatetime
    declared: AwareDatetime | None = None
    detected: AwareDatetime | None = None
    modified: AwareDatetime | None = None
    resolved: AwareDatetime | None = None
    customer_impact_start: AwareDatetime | None = None
    customer_impact_end: AwareDatetime | None = None
    customer_impact_scope: Text = ""
    fields: Annotated[dict[str, IncidentField], EMPTY_IF_NULL] = Field(default_factory=dict)


class IncidentRelations(Wire):
    commander_user: ToOne | None = None


class Incident(Wire):
    id: Id
    attributes: IncidentAttributes
    relationships: IncidentRelations | None = None


class OneIncident(Wire):
    data: Incident
    included: tuple[Included, ...] = ()


class FoundIncident(Wire):
    data: Incident


class FoundIncidents(Wire):
    incidents: tuple[FoundIncident, ...]


class FoundIncidentsData(Wire):
    attributes: FoundIncidents


class Incidents(Wire):
    data: FoundIncidentsData
    included: tuple[Included, ...] = ()


INCIDENT: TypeAdapter[OneIncident] = TypeAdapter(OneIncident)
INCIDENTS: TypeAdapter[Incidents] = TypeAdapter(Incidents)

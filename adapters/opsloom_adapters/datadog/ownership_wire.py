"""What Datadog sends of the software catalog, teams and who is on call, as far as it is kept.

Source: https://docs.datadoghq.com/api/latest/software-catalog/, https://docs.datadoghq.com/api/latest/teams/,
https://docs.datadoghq.com/api/latest/on-call/
"""

from pydantic import Field, TypeAdapter

from opsloom.adapter_api.json_shapes import Text, Texts, Wire
from opsloom_adapters.datadog.wire import Id, Included, Relation, ToOne


class TeamAttributes(Wire):
    handle: str
    name: Text = ""


class Team(Wire):
    id: Id
    attributes: TeamAttributes


class Teams(Wire):
    data: tuple[Team, ...]


class ToMany(Wire):
    data: tuple[Relation, ...] = ()


class OnCallRelations(Wire):
    responders: ToMany | None = None


class OnCallData(Wire):
    relationships: OnCallRelations


class OnCall(Wire):
    data: OnCallData
    included: tuple[Included, ...] = ()


class EntityContact(Wire):
    name: Text = ""
    type: Text = ""
    contact: Text = ""


class EntityLink(Wire):
    name: Text = ""
    type: Text = ""
    url: Text = ""


class EntityMetadata(Wire):
    contacts: tuple[EntityContact, ...] = ()
    links: tuple[EntityLink, ...] = ()


class EntitySpec(Wire):
    lifecycle: Text = ""
    tier: Text = ""
    depends_on: Texts = Field((), validation_alias="dependsOn")
    component_of: Texts = Field((), validation_alias="componentOf")


class EntitySchema(Wire):
    metadata: EntityMetadata | None = None
    spec: EntitySpec | None = None


class SchemaAttributes(Wire):
    definition: EntitySchema | None = Field(None, validation_alias="schema")


class IncludedSchema(Wire):
    id: str = ""
    type: Text = ""
    attributes: SchemaAttributes | None = None


class EntityAttributes(Wire):
    name: str
    namespace: Text = ""
    display_name: Text = Field("", validation_alias="displayName")
    description: Text = ""
    owner: Text = ""


class EntityRelations(Wire):
    schema_of: ToOne | None = Field(None, validation_alias="schema")


class Entity(Wire):
    id: Id
    attributes: EntityAttributes
    relationships: EntityRelations | None = None


class Entities(Wire):
    data: tuple[Entity, ...]
    included: tuple[IncludedSchema, ...] = ()


TEAMS: TypeAdapter[Teams] = TypeAdapter(Teams)
ON_CALL: TypeAdapter[OnCall] = TypeAdapter(OnCall)
ENTITIES: TypeAdapter[Entities] = TypeAdapter(Entities)

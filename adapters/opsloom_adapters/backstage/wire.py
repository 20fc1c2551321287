"""The catalog API's answers, as far as they are needed.

Source: https://backstage.io/docs/features/software-catalog/software-catalog-api and, of entities,
https://backstage.io/docs/features/software-catalog/descriptor-format
"""

from collections.abc import Mapping
from typing import Annotated

from pydantic import AliasGenerator, BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter
from pydantic.alias_generators import to_camel

from opsloom.adapter_api.dialects.backstage.entity_ref import EntityRef


def _text(value: object) -> object:
    """A company's own kinds of entities may hold anything in ``spec``."""
    return value if isinstance(value, str) else ""


def _empty_if_null(value: object) -> object:
    return {} if value is None else value


def _none_if_null(value: object) -> object:
    return () if value is None else value


Text = Annotated[str, BeforeValidator(_text)]
TextByName = Annotated[Mapping[str, Text], BeforeValidator(_empty_if_null)]


class _Wire(BaseModel):
    model_config = ConfigDict(
        frozen=True, extra="ignore", defer_build=True, alias_generator=AliasGenerator(validation_alias=to_camel)
    )


class EntityLink(_Wire):
    """One of ``metadata.links``."""

    url: str
    title: Text = ""
    type: Text = ""


class Metadata(_Wire):
    """``metadata`` of an entity."""

    name: Annotated[str, Field(min_length=1)]
    namespace: Text = ""
    title: Text = ""
    description: Text = ""
    annotations: TextByName = Field(default_factory=dict)
    labels: TextByName = Field(default_factory=dict)
    links: Annotated[tuple[EntityLink, ...], BeforeValidator(_none_if_null)] = ()


class Profile(_Wire):
    """``spec.profile`` of a group or user."""

    display_name: Text = ""
    email: Text = ""


class Spec(_Wire):
    """``spec`` of all kinds of entities together."""

    type: Text = ""
    lifecycle: Text = ""
    profile: Annotated[Profile, BeforeValidator(_empty_if_null)] = Profile()


class Relation(_Wire):
    """``target_ref`` is ``kind:namespace/name``; the catalog adds each relation at both ends."""

    type: str
    target_ref: str


class Entity(_Wire):
    """An entity after processing; ``relations`` hold what its ``spec`` refers to, and what refers to it."""

    kind: Annotated[str, Field(min_length=1)]
    metadata: Metadata
    spec: Annotated[Spec, BeforeValidator(_empty_if_null)] = Spec()
    relations: Annotated[tuple[Relation, ...], BeforeValidator(_none_if_null)] = ()

    @property
    def ref(self) -> EntityRef:
        return EntityRef.of(self.kind, self.metadata.namespace, self.metadata.name)

    def related(self, relation: str, kind: str | None = None) -> tuple[EntityRef, ...]:
        """The targets of that type of relation, those of ``kind`` if it is given."""
        targets = (EntityRef.of_target(one.target_ref) for one in self.relations if one.type == relation)
        return tuple(target for target in targets if kind in (None, target.kind))


class PageInfo(_Wire):
    """``next_cursor`` is there when there are more."""

    next_cursor: str | None = None


class QueryPage(_Wire):
    """One page of ``by-query``."""

    items: tuple[Entity, ...]
    total_items: int
    page_info: PageInfo


class Batch(_Wire):
    """The answer of ``by-refs``: one item for each ref, null where there is none (or none for this credential)."""

    items: tuple[Entity | None, ...]


QUERY_PAGE: TypeAdapter[QueryPage] = TypeAdapter(QueryPage)
BATCH: TypeAdapter[Batch] = TypeAdapter(Batch)

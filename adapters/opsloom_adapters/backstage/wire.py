"""The catalog API's answers, as far as they are needed.

Source: https://backstage.io/docs/features/software-catalog/software-catalog-api and, of entities,
https://backstage.io/docs/features/software-catalog/descriptor-format
"""

from collections.abc import Mapping
from typing import Annotated

from pydantic import BeforeValidator, Field, TypeAdapter

from opsloom.adapter_api.dialects.backstage.entity_ref import EntityRef
from opsloom.adapter_api.json_shapes import EMPTY_IF_NULL, CamelWire, Many


def _text(value: object) -> object:
    """A company's own kinds of entities may hold anything in ``spec``."""
    return value if isinstance(value, str) else ""


Text = Annotated[str, BeforeValidator(_text)]
TextByName = Annotated[Mapping[str, Text], EMPTY_IF_NULL]


class EntityLink(CamelWire):
    """One of ``metadata.links``."""

    url: str
    title: Text = ""
    type: Text = ""


class Metadata(CamelWire):
    """``metadata`` of an entity."""

    name: Annotated[str, Field(min_length=1)]
    namespace: Text = ""
    title: Text = ""
    description: Text = ""
    annotations: TextByName = Field(default_factory=dict)
    labels: TextByName = Field(default_factory=dict)
    links: Many[EntityLink] = ()


class Profile(CamelWire):
    """``spec.profile`` of a group or user."""

    display_name: Text = ""
    email: Text = ""


class Spec(CamelWire):
    """``spec`` of all kinds of entities together."""

    type: Text = ""
    lifecycle: Text = ""
    profile: Annotated[Profile, EMPTY_IF_NULL] = Profile()


class Relation(CamelWire):
    """``target_ref`` is ``kind:namespace/name``; the catalog adds each relation at both ends."""

    type: str
    target_ref: str


class Entity(CamelWire):
    """An entity after processing; ``relations`` hold what its ``spec`` refers to, and what refers to it."""

    kind: Annotated[str, Field(min_length=1)]
    metadata: Metadata
    spec: Annotated[Spec, EMPTY_IF_NULL] = Spec()
    relations: Many[Relation] = ()

    @property
    def ref(self) -> EntityRef:
        return EntityRef.of(self.kind, self.metadata.namespace, self.metadata.name)

    def related(self, relation: str, kind: str | None = None) -> tuple[EntityRef, ...]:
        """The targets of that type of relation, those of ``kind`` if it is given."""
        targets = (EntityRef.of_target(one.target_ref) for one in self.relations if one.type == relation)
        return tuple(target for target in targets if kind in (None, target.kind))


class PageInfo(CamelWire):
    """``next_cursor`` is there when there are more."""

    next_cursor: str | None = None


class QueryPage(CamelWire):
    """One page of ``by-query``."""

    items: tuple[Entity, ...]
    total_items: int
    page_info: PageInfo


class Batch(CamelWire):
    """The answer of ``by-refs``: one item for each ref, null where there is none (or none for this credential)."""

    items: tuple[Entity | None, ...]


QUERY_PAGE: TypeAdapter[QueryPage] = TypeAdapter(QueryPage)
BATCH: TypeAdapter[Batch] = TypeAdapter(Batch)

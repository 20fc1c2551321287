"""What is read of an entity; a file and the API differ in how leniently, and so each adapter parses its own."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from opsloom.adapter_api.dialects.backstage.entity_ref import EntityRef


class EntityLink(Protocol):
    """One of ``metadata.links``; what is missing is empty."""

    @property
    def url(self) -> str: ...

    @property
    def title(self) -> str: ...

    @property
    def type(self) -> str: ...


class Metadata(Protocol):
    """``metadata`` of an entity."""

    @property
    def title(self) -> str: ...

    @property
    def annotations(self) -> Mapping[str, str]: ...

    @property
    def links(self) -> Sequence[EntityLink]: ...


class Profile(Protocol):
    """``spec.profile`` of a group or user."""

    @property
    def display_name(self) -> str: ...

    @property
    def email(self) -> str: ...


class Entity(Protocol):
    """Anything with a name and ``metadata``."""

    @property
    def ref(self) -> EntityRef: ...

    @property
    def metadata(self) -> Metadata: ...

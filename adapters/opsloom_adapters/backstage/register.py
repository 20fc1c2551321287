"""The entities that an answer rests on, each read once."""

from collections.abc import Iterable

from opsloom.adapter_api.call import Call
from opsloom.adapter_api.dialects.backstage.entity_ref import EntityRef
from opsloom_adapters.backstage.client import BackstageClient
from opsloom_adapters.backstage.wire import Entity


class Register:
    """What is known of entities during one call."""

    def __init__(self, client: BackstageClient, call: Call, found: Iterable[Entity]) -> None:
        self._client = client
        self._call = call
        self._known: dict[EntityRef, Entity | None] = {entity.ref: entity for entity in found}

    async def read(self, refs: Iterable[EntityRef]) -> None:
        """Get to know those of ``refs`` that were not asked for yet."""
        asked = set(refs) - self._known.keys()
        self._known |= dict.fromkeys(asked)
        self._known |= {entity.ref: entity for entity in await self._client.by_refs(self._call, asked)}

    def get(self, ref: EntityRef) -> Entity | None:
        """The entity, ``None`` if it was not read or is not there (or not for this credential)."""
        return self._known.get(ref)

    def entities(self) -> list[Entity]:
        """All that are known."""
        return [entity for entity in self._known.values() if entity is not None]

    def label(self, ref: EntityRef) -> str:
        """How people call what ``ref`` names: as its own document writes it, if it is known."""
        entity = self._known.get(ref)
        return (entity.ref if entity else ref).label

    def labels(self, refs: Iterable[EntityRef]) -> tuple[str, ...]:
        """The labels of ``refs``, sorted."""
        return tuple(sorted(self.label(ref) for ref in refs))

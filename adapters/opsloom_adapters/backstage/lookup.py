"""Finding entities by the name or the folder that somebody gave."""

from dataclasses import dataclass
from pathlib import PurePosixPath

from opsloom.adapter_api.call import Call
from opsloom.adapter_api.dialects.backstage.entity_ref import DEFAULT_NAMESPACE, PartialRef
from opsloom.adapter_api.dialects.backstage.folders import PATHS, owning
from opsloom.adapter_api.dialects.backstage.links import SOURCE_LOCATION
from opsloom.model.limits import PROVIDER_ROWS_MAX
from opsloom_adapters.backstage.client import PLACE, WHOLE, BackstageClient
from opsloom_adapters.backstage.filters import annotated, named
from opsloom_adapters.backstage.wire import Entity

COMPONENTS_READ_MAX = 10_000
"""Of those that name a folder; Backstage cannot be asked for the one that holds a path."""


@dataclass(frozen=True)
class Located:
    """Components, each with the reason why it was named; ``complete`` says that all were looked at."""

    matches: list[tuple[Entity, str]]
    complete: bool


async def entities_named(client: BackstageClient, call: Call, text: str, kind: str | None = None) -> list[Entity]:
    """The entities that ``text`` means, of ``kind`` if it is given.

    A bare name that the default namespace does not have may be in another one.
    """
    name = PartialRef.parse(text)
    if name is None or (kind is not None and (name.kind or kind).lower() != kind):
        return []
    found = (await client.find(call, [named(name, kind)], WHOLE, limit=PROVIDER_ROWS_MAX)).entities
    usual = [entity for entity in found if entity.ref.namespace == DEFAULT_NAMESPACE]
    return usual if usual and name.namespace is None else list(found)


async def components_at(client: BackstageClient, call: Call, path: PurePosixPath) -> Located:
    """The components of the longest folder that holds ``path``."""
    filters = [annotated(SOURCE_LOCATION), annotated(PATHS)]
    located = await client.find(call, filters, PLACE, limit=COMPONENTS_READ_MAX)
    reasons = {entity.ref: reason for entity, reason in owning(path, located.entities)}
    whole = await client.by_refs(call, reasons)
    return Located([(entity, reasons[entity.ref]) for entity in whole], located.complete)

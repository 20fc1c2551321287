"""Finding entities by the name or the folder that somebody gave."""

from dataclasses import dataclass
from pathlib import PurePosixPath

from opsloom.adapter_api.call import Call
from opsloom.model.errors import InvalidRequestError
from opsloom.model.limits import PROVIDER_ROWS_MAX
from opsloom_adapters.backstage.client import PLACE, WHOLE, BackstageClient
from opsloom_adapters.backstage.entity_ref import DEFAULT_NAMESPACE, AskedName
from opsloom_adapters.backstage.filters import annotated, named
from opsloom_adapters.backstage.links import PATHS, SOURCE_LOCATION, folders_of
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
    name = AskedName.parse(text)
    if name is None or (kind is not None and (name.kind or kind).lower() != kind):
        return []
    found = (await client.find(call, [named(name, kind)], WHOLE, limit=PROVIDER_ROWS_MAX)).entities
    usual = [entity for entity in found if entity.ref.namespace == DEFAULT_NAMESPACE]
    return usual if usual and name.namespace is None else list(found)


async def components_at(client: BackstageClient, call: Call, path: PurePosixPath) -> Located:
    """The components of the longest folder that holds ``path``."""
    filters = [annotated(SOURCE_LOCATION), annotated(PATHS)]
    located = await client.find(call, filters, PLACE, limit=COMPONENTS_READ_MAX)
    holding = {path, *path.parents}
    found = [
        (len(PurePosixPath(folder).parts), entity, f"{reason} {folder}")
        for entity in located.entities
        for folder, reason in folders_of(entity)
        if PurePosixPath(folder) in holding
    ]
    longest = max((length for length, _, _ in found), default=0)
    # Both annotations may name the same folder of the same component.
    reasons = {entity.ref: reason for length, entity, reason in found if length == longest}
    whole = await client.by_refs(call, reasons)
    return Located([(entity, reasons[entity.ref]) for entity in whole], located.complete)


def relative_path(path: str) -> PurePosixPath:
    """``path`` as it counts from the root of its repository.

    :raises InvalidRequestError: it leads elsewhere.
    """
    pure = PurePosixPath(path)
    if ".." in pure.parts or pure.is_absolute() or not pure.parts or not path.isprintable():
        raise InvalidRequestError(
            "path must be relative to its repository, without .., such as services/payments/app.py"
        )
    return pure

"""The folders of a repository that belong to an entity, and whose a path is."""

import re
from collections.abc import Iterable
from pathlib import PurePosixPath
from typing import TypeVar
from urllib.parse import urlsplit

from opsloom.adapter_api.dialects.backstage.entity import Entity, Metadata
from opsloom.adapter_api.dialects.backstage.links import SOURCE_LOCATION, source_url
from opsloom.model.errors import InvalidRequestError

PATHS = "opsloom/paths"
"""Our own annotation: folders, with commas between them."""

_FOLDER_OF_TREE = re.compile(r"/(?:-/)?(?:tree|blob|src/branch)/[^/]+/(.+)")

E = TypeVar("E", bound=Entity)


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


def owning(path: PurePosixPath, entities: Iterable[E]) -> list[tuple[E, str]]:
    """Those of the longest folder that holds ``path``, each with the annotation and the folder that say so."""
    holding = {path, *path.parents}
    found = [
        (len(PurePosixPath(folder).parts), entity, f"{reason} {folder}")
        for entity in entities
        for folder, reason in _folders_of(entity.metadata)
        if PurePosixPath(folder) in holding
    ]
    longest = max((length for length, _, _ in found), default=0)
    # Both annotations may name the same folder of the same entity.
    return list({entity.ref: (entity, reason) for length, entity, reason in found if length == longest}.values())


def _folders_of(metadata: Metadata) -> list[tuple[str, str]]:
    """Each with the annotation that says so."""
    named = [(path.strip(), PATHS) for path in metadata.annotations.get(PATHS, "").split(",")]
    located = _FOLDER_OF_TREE.search(urlsplit(source_url(metadata) or "").path)
    if located is not None:
        named.append((located[1], SOURCE_LOCATION))
    trimmed = ((path.strip("/").removeprefix("./"), reason) for path, reason in named)
    return [(path, reason) for path, reason in trimmed if path]

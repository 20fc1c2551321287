"""Which adapters are installed: the entry points of the group ``opsloom.adapters``."""

from functools import cache
from importlib.metadata import EntryPoint, entry_points
from typing import Any

from opsloom.adapter_api.adapter import Adapter
from opsloom.model.errors import ConfigurationError

GROUP = "opsloom.adapters"


@cache
def installed() -> dict[str, EntryPoint]:
    """Adapter kind -> entry point; nothing is imported yet. Looked for once: it reads the metadata of all packages."""
    return {point.name: point for point in sorted(entry_points(group=GROUP), key=lambda point: point.name)}


def load_adapter(kind: object) -> type[Adapter]:
    """The adapter class of ``kind``.

    :raises ConfigurationError: there is no such adapter (the text lists those that are installed), or it
        cannot be imported.
    """
    points = installed()
    if not isinstance(kind, str) or kind not in points:
        raise ConfigurationError(f"adapter must be one of: {', '.join(points)}")
    try:
        loaded: Any = points[kind].load()
    except (ImportError, AttributeError) as error:
        raise ConfigurationError(f"the adapter {kind} cannot be imported: {error}") from error
    adapter: type[Adapter] = loaded
    return adapter

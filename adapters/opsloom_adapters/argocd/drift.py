"""What a sync would change: the state of each managed resource, as it is and as it would be."""

import json
from collections.abc import Iterable, Iterator
from difflib import unified_diff

from opsloom.model.limits import DIFF_MAX_CHARS
from opsloom_adapters.argocd import wire


def drift_of(resources: Iterable[wire.ManagedResource]) -> str:
    """A unified diff over all resources, at most ``limits.DIFF_MAX_CHARS``."""
    text = ""
    for resource in resources:
        if not resource.hook:
            text += "".join(f"{line}\n" for line in _changes(resource))
        if len(text) > DIFF_MAX_CHARS:
            break
    return text[:DIFF_MAX_CHARS]


def _changes(resource: wire.ManagedResource) -> Iterator[str]:
    place = "/".join(filter(None, (resource.namespace, resource.name)))
    kind = f"{resource.group}/{resource.kind}" if resource.group else resource.kind
    yield from unified_diff(
        _lines(resource.normalized_live_state),
        _lines(resource.predicted_live_state),
        f"live: {kind} {place}",
        f"after a sync: {kind} {place}",
        lineterm="",
        n=2,
    )


def _lines(state: str) -> list[str]:
    """The state with its keys in order; ``null`` means that there is none."""
    try:
        value = json.loads(state or "null")
    except ValueError:
        return state.splitlines()
    return [] if value is None else json.dumps(value, indent=1, sort_keys=True, ensure_ascii=False).splitlines()

"""YAML of strangers: read without running anything, and without growing beyond its size."""

from collections.abc import Iterator
from typing import Any

import yaml

from opsloom.model.limits import CATALOG_YAML_DEPTH_MAX, CATALOG_YAML_NODES_MAX

# The C parser reads ten times as fast; PyYAML may have been built without it.
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class BadYamlError(Exception):
    """The text is no YAML that we read; ``line`` counts from 1, 0 if it is not known."""

    def __init__(self, reason: str, line: int) -> None:
        super().__init__(reason)
        self.reason = reason
        self.line = line


def read_documents(body: bytes) -> list[Any]:
    """The documents of a YAML stream, made of plain values only.

    :raises BadYamlError: broken YAML, a tag that would make an object, a value that cannot be (a 13th month), or
        more than ``limits.CATALOG_YAML_NODES_MAX`` nodes once all aliases are written out.
    """
    try:
        _refuse_what_grows(yaml.parse(body, Loader=_LOADER))
        return list(yaml.load_all(body, Loader=_LOADER))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        raise BadYamlError("it is no YAML that can be read", mark.line + 1 if mark else 0) from None
    except (yaml.YAMLError, ValueError) as error:
        raise BadYamlError(f"it holds a value that cannot be read ({type(error).__name__})", 0) from None


def _refuse_what_grows(events: Iterator[Any]) -> None:
    """Count nodes as if each alias were a copy: a few lines of aliases of aliases can mean billions."""
    size_of_anchor: dict[str | None, int] = {}
    open_nodes: list[tuple[str | None, int]] = []
    total = 0
    for event in events:
        if isinstance(event, yaml.AliasEvent):
            # An alias to a node that is still open means that the node holds itself.
            total += size_of_anchor.get(event.anchor, CATALOG_YAML_NODES_MAX + 1)
        elif isinstance(event, yaml.ScalarEvent):
            total += 1
            if event.anchor:
                size_of_anchor[event.anchor] = 1
        elif isinstance(event, yaml.CollectionStartEvent):
            open_nodes.append((event.anchor, total))
            total += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            anchor, before = open_nodes.pop()
            if anchor:
                size_of_anchor[anchor] = total - before
        if total > CATALOG_YAML_NODES_MAX or len(open_nodes) > CATALOG_YAML_DEPTH_MAX:
            raise BadYamlError("it is too large or too deep, with its aliases written out", event.start_mark.line + 1)

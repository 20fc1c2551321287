"""Compact JSON schemas: what a model needs to know of a tool's arguments and nothing else.

pydantic's own schema repeats itself (titles, ``anyOf`` with null, defaults of null, ``$ref``); every token of it
is paid for in every conversation.
"""

from typing import Any

from pydantic import BaseModel

# Enforced all the same, and named in the refusal; no model counts to them beforehand.
CHECKED_SILENTLY = ("maxLength", "minLength", "maxItems", "minItems")


def input_schema(arguments: type[BaseModel]) -> dict[str, Any]:
    """The published schema: root object, no ``$ref``, no ``title``, no null, no further properties."""
    raw = arguments.model_json_schema()
    definitions = raw.pop("$defs", {})
    schema: dict[str, Any] = {"type": "object", "properties": {}}
    for name, member in raw.get("properties", {}).items():
        schema["properties"][name] = _compact(member, definitions)
    if raw.get("required"):
        schema["required"] = raw["required"]
    schema["additionalProperties"] = False
    return schema


def _compact(node: dict[str, Any], definitions: dict[str, Any]) -> dict[str, Any]:
    node = dict(node)
    if "$ref" in node:
        node = {**definitions[node.pop("$ref").rpartition("/")[2]], **node}
        node.pop("description", None) if "enum" in node and "description" not in node else None
    if "anyOf" in node:
        members = [member for member in node.pop("anyOf") if member != {"type": "null"}]
        node = {**_compact(members[0], definitions), **node} if len(members) == 1 else node | {"anyOf": members}
    for said_elsewhere in ("title", *CHECKED_SILENTLY):
        node.pop(said_elsewhere, None)
    if node.get("default", ...) is None:
        del node["default"]
    if isinstance(node.get("items"), dict):
        node["items"] = _compact(node["items"], definitions)
    return node

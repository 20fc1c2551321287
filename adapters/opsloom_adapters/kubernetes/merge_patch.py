"""Patches that turn one JSON object into another (RFC 7386)."""

from collections.abc import Mapping

from pydantic import JsonValue


def merge_patch(before: Mapping[str, JsonValue], after: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    """What, merged into ``before``, gives ``after``. What is to go becomes null; lists are replaced as a whole."""
    patch: dict[str, JsonValue] = {name: None for name in before if name not in after}
    for name, value in after.items():
        old = before.get(name)
        if isinstance(value, dict) and isinstance(old, dict):
            inner = merge_patch(old, value)
            patch |= {name: inner} if inner else {}
        elif old != value:
            patch[name] = value
    return patch

"""Datadog's search syntax, of logs and events.

Source: https://docs.datadoghq.com/logs/explorer/search_syntax/
"""

from collections.abc import Iterable


def quoted(text: str) -> str:
    r"""A phrase. Within quotes only ``"`` and ``\`` have a meaning; control characters cannot be searched for."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(" " if ord(one) < 32 else one for one in escaped) + '"'


def equals(field: str, value: str) -> str:
    """``field:"value"``."""
    return f"{field}:{quoted(value)}"


def one_of(field: str, words: Iterable[str]) -> str:
    """``field:(a OR "b c")``, of words that are ours."""
    return f"{field}:({' OR '.join(quoted(word) if ' ' in word else word for word in words)})"

"""Checking that stored texts are records in canonical form: fast for all, and by name for those that are not."""

import json
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from pydantic_core import from_json, to_json

from opsloom.audit.canonical import canonical_json

Parsed = dict[str, Any]

_NOT_SETTLED = frozenset({dict, list, float})


def parse_texts(texts: Sequence[bytes]) -> tuple[list[Parsed | None], list[tuple[int, str]]]:
    """The records in ``texts``, None for those that are none, and (index, what is wrong) for the bad ones.

    All are encoded again at once, in the order of keys in which they came, and compared as one string. That
    is sound: each text is a whole JSON document, and two different sequences of objects without white space
    around them cannot be joined to the same string. What is left is the order of keys, and numbers that are
    not integers, whose form only RFC 8785 knows.
    """
    try:
        parsed: list[Parsed | None] = [from_json(text, cache_strings="keys") for text in texts]
    except ValueError:
        return _parse_one_by_one(texts)
    if to_json(parsed) == b"[%b]" % b",".join(texts) and all(
        type(record) is dict and _is_sorted(record) for record in parsed
    ):
        return parsed, []
    return _parse_one_by_one(texts)


def _is_sorted(value: Parsed) -> bool:
    if not _are_sorted(tuple(value)):
        return False
    for item in value.values():
        kind = type(item)
        if kind in _NOT_SETTLED and not _is_sorted_item(item, kind):
            return False
    return True


@lru_cache(maxsize=4096)
def _are_sorted(keys: tuple[str, ...]) -> bool:
    """Cached, because a log has many records and few shapes of them."""
    return list(keys) == sorted(keys) and "".join(keys).isascii()


def _is_sorted_item(item: Any, kind: type) -> bool:
    if kind is dict:
        return _is_sorted(item)
    if kind is list:
        return all(type(part) not in _NOT_SETTLED or _is_sorted_item(part, type(part)) for part in item)
    return False


def _parse_one_by_one(texts: Sequence[bytes]) -> tuple[list[Parsed | None], list[tuple[int, str]]]:
    problems: list[tuple[int, str]] = []
    results: list[Parsed | None] = []
    for index, text in enumerate(texts):
        record, problem = _parse_one(text)
        results.append(record)
        if problem:
            problems.append((index, problem))
    return results, problems


def _parse_one(text: bytes) -> tuple[Parsed | None, str]:
    try:
        decoded = text.decode()
        record = json.loads(decoded)
        canonical = canonical_json(record)
    except (ValueError, RecursionError):
        return None, "the text is not JSON"
    if type(record) is not dict:
        return None, "the text is not a JSON object"
    return record, "" if canonical == decoded else "the text is not in canonical form"

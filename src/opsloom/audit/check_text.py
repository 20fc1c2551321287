"""Checking that stored texts are records in canonical form: fast for all, and by name for those that are not."""

import json
from collections.abc import Sequence
from typing import Any

from opsloom.audit.canonical import canonical_json

Parsed = dict[str, Any]


class _NotCanonical(ValueError):
    pass


def _canonical_float(text: str) -> float:
    value = float(text)
    if canonical_json(value) != text:
        raise _NotCanonical
    return value


def _no_constant(_: str) -> float:
    raise _NotCanonical


_decode = json.JSONDecoder(parse_float=_canonical_float, parse_constant=_no_constant).decode
_encode = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, check_circular=False).encode


def parse_texts(texts: Sequence[bytes]) -> tuple[list[Parsed | None], list[tuple[int, str]]]:
    """The records in ``texts``, None for those that are none, and (index, what is wrong) for the bad ones.

    All are encoded again at once and compared as one string. That is sound: each text is a whole JSON
    document, and two different sequences of canonical objects cannot be joined to the same string.
    """
    try:
        decoded = [text.decode() for text in texts]
        parsed: list[Parsed | None] = [_decode(text) for text in decoded]
        if _encode(parsed) == f"[{','.join(decoded)}]" and all(type(record) is dict for record in parsed):
            return parsed, []
    except (ValueError, RecursionError):
        pass  # one by one, to find out which
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

"""JSON in the one form that can be hashed: RFC 8785 (JCS), https://www.rfc-editor.org/rfc/rfc8785."""

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import TypeAlias

Json: TypeAlias = "bool | int | float | str | list[Json] | tuple[Json, ...] | Mapping[str, Json] | None"

# Beyond it neighbouring integers share a double, and I-JSON (RFC 7493, section 2.2) forbids them.
_INTEGER_MAX = 2**53 - 1

_encode_plain = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, check_circular=False).encode


def canonical_json(value: Json) -> str:
    """The RFC 8785 form of ``value``.

    What JSON cannot carry is written as something that it can: an integer beyond 2**53 - 1 as a string of
    its digits, NaN and the infinities as strings, a lone surrogate as U+FFFD. A hostile argument must not be
    able to keep its call out of the log. Raises TypeError for what is not JSON at all.
    """
    if _is_plain(value):
        return _encode_plain(value)
    import rfc8785

    return rfc8785.dumps(_representable(value)).decode()


def digest_of(value: Json) -> str:
    """SHA-256 of the RFC 8785 form of ``value``, in hexadecimal."""
    return sha256(canonical_json(value).encode()).hexdigest()


def _is_plain(value: object) -> bool:
    """Whether the standard encoder writes RFC 8785: no floats, no large integers, ASCII keys, real text."""
    kind = type(value)
    if kind is str:
        return _is_text(value)  # type: ignore[arg-type]
    if kind is dict:
        return _is_plain_object(value)  # type: ignore[arg-type]
    if kind is int:
        return -_INTEGER_MAX <= value <= _INTEGER_MAX  # type: ignore[operator]
    if kind is list or kind is tuple:
        return all(map(_is_plain, value))  # type: ignore[call-overload]
    return value is None or kind is bool


def _is_plain_object(value: dict[object, object]) -> bool:
    for key, item in value.items():
        if type(key) is not str or not key.isascii():
            return False
        # The common leaf, without a call.
        if not (type(item) is str and item.isascii()) and not _is_plain(item):
            return False
    return True


def _is_text(value: str) -> bool:
    if value.isascii():
        return True
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def _representable(value: Json) -> Json:
    if isinstance(value, Mapping):
        return {_text(key): _representable(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_representable(item) for item in value]
    if isinstance(value, str):
        return _text(value)
    return _number(value)


def _number(value: bool | int | float | None) -> Json:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return int(value) if -_INTEGER_MAX <= value <= _INTEGER_MAX else str(value)
    if isinstance(value, float):
        return value if value - value == 0 else str(value)
    raise TypeError(f"{type(value).__name__} is not JSON")


def _text(value: str) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{type(value).__name__} is not the key of a JSON object")
    return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")

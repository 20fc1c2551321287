"""JSON in the one form that can be hashed: RFC 8785 (JCS), https://www.rfc-editor.org/rfc/rfc8785."""

from collections.abc import Mapping
from functools import lru_cache
from hashlib import sha256
from typing import TypeAlias

from pydantic_core import PydanticSerializationError, to_json

Json: TypeAlias = "bool | int | float | str | list[Json] | tuple[Json, ...] | Mapping[str, Json] | None"

# Beyond it neighbouring integers share a double, and I-JSON (RFC 7493, section 2.2) forbids them.
_INTEGER_MAX = 2**53 - 1

_LEAVES = frozenset({str, bool, type(None)})


class _NotPlainError(Exception):
    """Only an encoder that knows RFC 8785 can write this."""


def canonical_json(value: Json) -> str:
    """The RFC 8785 form of ``value``.

    What JSON cannot carry is written as something that it can: an integer beyond 2**53 - 1 as a string of
    its digits, NaN and the infinities as strings, a lone surrogate as U+FFFD. A hostile argument must not be
    able to keep its call out of the log. Raises TypeError for what is not JSON at all.
    """
    try:
        return to_json(_plain(value)).decode()
    except (_NotPlainError, PydanticSerializationError):  # the latter for a lone surrogate
        import rfc8785

        return rfc8785.dumps(_representable(value)).decode()


def digest_of(value: Json) -> str:
    """SHA-256 of the RFC 8785 form of ``value``, in hexadecimal."""
    return sha256(canonical_json(value).encode()).hexdigest()


def _plain(value: Json) -> Json:
    """``value`` in the order of RFC 8785, if a JSON encoder that knows nothing of it will then write its form.

    That is so for text, integers that a double can hold, and objects with ASCII keys. Raises _NotPlainError.
    """
    # Exact types: a subclass may write itself otherwise.
    if type(value) in _LEAVES:
        return value
    if type(value) is dict:
        return _plain_object(value)
    if type(value) is list or type(value) is tuple:
        return [_plain(item) for item in value]
    if type(value) is int and -_INTEGER_MAX <= value <= _INTEGER_MAX:
        return value
    raise _NotPlainError


def _plain_object(value: dict[str, Json]) -> Json:
    order = _sorted_ascii(tuple(value))
    return {key: item if type(item := value[key]) in _LEAVES else _plain(item) for key in order}


@lru_cache(maxsize=4096)
def _sorted_ascii(keys: tuple[str, ...]) -> tuple[str, ...]:
    """Cached, because a log has many records and few shapes of them."""
    if not all(type(key) is str and key.isascii() for key in keys):
        raise _NotPlainError
    return tuple(sorted(keys))


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

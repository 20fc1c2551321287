"""Datadog's tags: ``key:value`` or a bare word.

Source: https://docs.datadoghq.com/getting_started/tagging/#define-tags
"""

import re
from collections.abc import Iterable

from opsloom.model.errors import InvalidRequestError

_VALUE = re.compile(r"[\w\-./]{1,200}")
_KEY = re.compile(r"[A-Za-z][\w\-./]{0,199}")


def labels_of(tags: Iterable[str]) -> dict[str, str]:
    """Tags as labels: several values of one key are joined with a comma, a bare word has the empty value."""
    values: dict[str, list[str]] = {}
    for tag in tags:
        key, _, value = tag.partition(":")
        values.setdefault(key, []).append(value)
    return {key: ",".join(dict.fromkeys(several)) for key, several in values.items() if key}


def value_in(tags: Iterable[str], key: str, wanted: str | None = None) -> str | None:
    """The value of ``key``: ``wanted`` if it is among several, else the first; ``None`` if there is none."""
    values = [tag.partition(":")[2] for tag in tags if tag.startswith(f"{key}:")]
    if wanted in values:
        return wanted
    return next((value for value in values if value), None)


def tag_value(value: str, argument: str) -> str:
    """``value`` as it stands in a tag, safe in every query language of Datadog: no tag holds its syntax.

    :raises InvalidRequestError: no tag has this value; ``argument`` is to blame.
    """
    if not _VALUE.fullmatch(value):
        raise InvalidRequestError(f"{argument} must be the value of a tag: letters, digits, _ - . and / only")
    return value.lower()


def tag_key(key: str, argument: str) -> str:
    """``key`` as it stands in a tag; see :func:`tag_value`.

    :raises InvalidRequestError: no tag has this key; ``argument`` is to blame.
    """
    if not _KEY.fullmatch(key):
        raise InvalidRequestError(f"{argument} must be the key of a tag: a letter, then letters, digits, _ - . and /")
    return key.lower()

"""Provider words -> our enums: total, with the provider's own word kept."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from pydantic import BaseModel

from opsloom.adapter_api.contract_kit.expectation import expect
from opsloom.adapter_api.contract_kit.operations import Operation
from opsloom.model.page import Page

INVENTED = "opsloom-invented-word"
UNKNOWN = "unknown"
_NOBODY_SAYS = ("", " ", INVENTED, "\N{RIGHT-TO-LEFT OVERRIDE}\x00", "x" * 10_000)


@dataclass(frozen=True)
class Words:
    """``known`` are all words that the provider documents; ``mapped_by`` turns one into a member."""

    mapped_by: Callable[[str], StrEnum]
    known: tuple[str, ...]


WordsOfEnums = Mapping[type[StrEnum], Words | None]
"""Enum -> its words; ``None`` where the provider has no word for it at all."""


def check_every_enum_is_declared(operations: list[Operation], words: WordsOfEnums) -> None:
    """Each enum with an ``UNKNOWN`` that the adapter's rows carry has its words, or an explicit ``None``."""
    carried = {enum for one in operations for _, enum in word_fields(one.gives)}
    missing = sorted(enum.__name__ for enum in carried - set(words))
    expect(not missing, f"words lacks {', '.join(missing)}: give Words(...), or None if there are none")


def check_known_words(words: WordsOfEnums) -> None:
    """Each known word means something."""
    for enum, said in _given(words):
        for word in said.known:
            member = said.mapped_by(word)
            expect(isinstance(member, enum), f"{word!r} becomes {member!r}, which is no {enum.__name__}")
            expect(member != UNKNOWN, f"{enum.__name__}: the known word {word!r} becomes UNKNOWN")


def check_other_words(words: WordsOfEnums) -> None:
    """A word that nobody documented is UNKNOWN, never a guess and never an exception."""
    for enum, said in _given(words):
        for word in _NOBODY_SAYS:
            shown = f"{enum.__name__}: the word {word[:40]!r}"
            try:
                member = said.mapped_by(word)
            except Exception as error:  # whatever a mapping throws at a strange word is what is looked for
                raise AssertionError(f"{shown} raises {error!r}") from error
            expect(member == UNKNOWN, f"{shown} must become UNKNOWN, not {member!r}")


def check_words_are_kept(page: Page[Any], words: WordsOfEnums) -> None:
    """Beside a member stands the provider's word for it, unless it is what a row has by default."""
    for row, name, enum in _worded(page):
        member = getattr(row, name)
        if words.get(enum) is not None and member not in (UNKNOWN, type(row).model_fields[name].default):
            expect(bool(getattr(row, f"{name}_raw")), f"{name}_raw must keep the provider's own word for {member!r}")


def check_invented_words(good: Page[Any], reworded: Page[Any], words: WordsOfEnums) -> None:
    """Rows whose words nobody documented stay rows: UNKNOWN, with the word kept."""
    expect(len(reworded.rows) == len(good.rows), "rows vanish when the provider uses a word we do not know")
    for enum, said in _given(words):
        before = sum(getattr(row, f"{name}_raw") in said.known for row, name, kind in _worded(good) if kind is enum)
        invented = [(row, name) for row, name, kind in _worded(reworded) if kind is enum and _is_invented(row, name)]
        expect(bool(invented) or not before, f"{enum.__name__}: the word of the provider is not kept beside it")
        for row, name in invented:
            member = getattr(row, name)
            expect(member == UNKNOWN, f"an invented word gives {name}={member!r}, it must be UNKNOWN")


def _given(words: WordsOfEnums) -> list[tuple[type[StrEnum], Words]]:
    return [(enum, said) for enum, said in words.items() if said is not None]


def _worded(page: Page[Any]) -> list[tuple[Any, str, type[StrEnum]]]:
    return [(row, name, enum) for row in page.rows for name, enum in word_fields(type(row))]


def _is_invented(row: Any, name: str) -> bool:
    return bool(getattr(row, f"{name}_raw") == INVENTED)


def word_fields(row: type) -> list[tuple[str, type[StrEnum]]]:
    """The fields of ``row`` that hold an enum with an ``UNKNOWN`` member."""
    if not issubclass(row, BaseModel):
        return []
    annotations = {name: option.annotation for name, option in row.model_fields.items()}
    return [
        (name, kind)
        for name, kind in annotations.items()
        if isinstance(kind, type) and issubclass(kind, StrEnum) and "UNKNOWN" in kind.__members__
    ]


def with_invented_words(body: bytes, words: WordsOfEnums) -> bytes:
    """``body`` with each JSON string that is a known word replaced by one that nobody documented.

    JSON and JSON lines; any other body stays as it is.
    """
    known = {word for said in words.values() if said for word in said.known}
    try:
        lines = [json.dumps(_reworded(json.loads(part), known)) for part in _documents(body)]
    except ValueError:
        return body
    return "\n".join(lines).encode() + body[len(body.rstrip()) :]


def _documents(body: bytes) -> Iterator[bytes]:
    try:
        json.loads(body)
    except ValueError:
        yield from (line for line in body.splitlines() if line.strip())
    else:
        yield body


def _reworded(value: Any, known: set[str]) -> Any:
    if isinstance(value, dict):
        return {key: _reworded(inner, known) for key, inner in value.items()}
    if isinstance(value, list):
        return [_reworded(inner, known) for inner in value]
    return INVENTED if isinstance(value, str) and value in known else value

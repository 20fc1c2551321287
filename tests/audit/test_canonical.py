"""Canonical JSON: the fast way writes what RFC 8785 demands, and nothing keeps a record out of the log."""

import json
import random

import pytest
import rfc8785

from opsloom.audit.canonical import Json, canonical_json, digest_of

CHARACTERS = ["a", "Z", "0", " ", '"', "\\", "/", "\b", "\f", "\n", "\r", "\t", "\x00", "\x1f", "\x7f", "é", "ß"]
CHARACTERS += ["\u2028", "\ufffd", "\ue000", "\uffff", "😀", "\U0001d4b3", "</script>", "null"]


def some_json(chance: random.Random, depth: int = 0) -> Json:
    kind = chance.randrange(8 if depth < 4 else 6)
    if kind == 6:
        return [some_json(chance, depth + 1) for _ in range(chance.randrange(4))]
    if kind == 7:
        return {some_text(chance): some_json(chance, depth + 1) for _ in range(chance.randrange(5))}
    leaf: list[Json] = [
        None,
        True,
        False,
        some_text(chance),
        chance.randint(-(2**53) + 1, 2**53 - 1),
        some_float(chance),
    ]
    return leaf[kind]


def some_text(chance: random.Random) -> str:
    return "".join(chance.choices(CHARACTERS, k=chance.randrange(6)))


def some_float(chance: random.Random) -> float:
    return chance.choice([0.5, -0.0, 1.0, 1e21, 1e-7, 333333333.33333329, 5e-324, chance.uniform(-1e6, 1e6)])


def test_it_writes_what_the_reference_writes_for_anything_that_json_can_say() -> None:
    chance = random.Random(8785)  # noqa: S311  the same values in each run
    for _ in range(5_000):
        value = some_json(chance)
        assert canonical_json(value).encode() == rfc8785.dumps(value)


def test_it_sorts_keys_by_utf16_as_the_rfc_says() -> None:
    """Section 3.2.3: not by code point, which would put U+1F600 behind U+FB33."""
    keys = ["\u20ac", "\r", "\ufb33", "1", "\U0001f600", "\u0080", "\u00f6"]
    assert list(json.loads(canonical_json(dict.fromkeys(keys)))) == [
        "\r", "1", "\u0080", "\u00f6", "\u20ac", "\U0001f600", "\ufb33",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (2**53, '"9007199254740992"'),
        (-(2**53), '"-9007199254740992"'),
        (2**53 - 1, "9007199254740991"),
        (float("nan"), '"nan"'),
        (float("-inf"), '"-inf"'),
        ("a\ud800b", '"a\ufffdb"'),
        ({"\udfff": [10**30]}, '{"\ufffd":["1000000000000000000000000000000"]}'),
    ],
)
def test_what_json_cannot_carry_is_written_as_something_that_it_can(value: Json, text: str) -> None:
    assert canonical_json(value) == text


@pytest.mark.parametrize("value", [object(), {"a": b"bytes"}, {1: "a"}, {"a": {2, 3}}])
def test_what_is_not_json_is_refused(value: object) -> None:
    with pytest.raises(TypeError, match="JSON"):
        canonical_json(value)  # type: ignore[arg-type]  # that it is none is the test


def test_equal_values_have_equal_digests_whatever_their_order() -> None:
    assert digest_of({"b": [1, {"y": 1, "x": 2}], "a": None}) == digest_of({"a": None, "b": [1, {"x": 2, "y": 1}]})
    assert digest_of({"a": 1}) != digest_of({"a": "1"})

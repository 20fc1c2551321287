"""Text of providers is shown without anything that a terminal or a reader could take for more than text."""

import pytest

from opsloom.evidence.provider_text import clean


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x1b[38;2;1;2;3mtrue colour\x1b[m", "true colour"),
        ("\x1b[2J\x1b[1;1Hcleared", "cleared"),
        ("\x1b]0;title\x07after", "after"),
        ("\x1b]8;;https://evil.example\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("before\x1b]0;never ended", "before"),
        ("before\x1b[31", "before[31"),
        ("before\x1b", "before"),
        ("\x1bcreset", "creset"),
        ("\x9b31mred", "31mred"),
        ("a\x00b\x07c\x08d\x7fe", "abcde"),
        ("a\x80b\x85c\x9fd", "abcd"),
        ("one\r\ntwo\tthree", "one\ntwo\tthree"),
        ("a\u202eb\u202cc\u2066d\u2069e\u200ff", "abcdef"),
        ("z\u200be\u200cr\u200do\u2060w\ufeffi", "zerowi"),
        ("soft\u00adhyphen", "softhyphen"),
        ("hi\U000e0041\U000e0042\U000e007f", "hi"),
        ("v\ufe0f\U000e0100s", "vs"),
        ("Größe 漢字 😀 “ok”", "Größe 漢字 😀 “ok”"),
    ],
)
def test_only_what_a_reader_sees_stays(text: str, shown: str) -> None:
    assert clean(text, 200) == shown


def test_what_is_left_of_a_split_sequence_cannot_form_a_new_one() -> None:
    assert "\x1b" not in clean("\x1b\x1b[31m[31m\x1b\u200b[2J", 200)


@pytest.mark.parametrize("length", [0, 1, 99, 100])
def test_a_text_that_fits_is_not_marked(length: int) -> None:
    assert clean("x" * length, 100) == "x" * length


@pytest.mark.parametrize("length", [101, 300, 1_000_000])
def test_a_text_that_was_cut_says_how_much_is_missing(length: int) -> None:
    assert clean("x" * length, 100) == "x" * 100 + f"… [{length - 100} more characters]"


def test_invisible_characters_cannot_push_the_rest_out_of_sight_unsaid() -> None:
    shown = clean("\u200b" * 1_000_000 + "the end", 100)
    assert shown == "… [1000007 more characters]"


def test_a_megabyte_of_escapes_becomes_a_short_text() -> None:
    assert clean("\x1b[" * 500_000, 100).count("\x1b") == 0
    assert len(clean("\x1b]" * 500_000, 100)) < 200

"""Nothing that a provider or a model wrote becomes markup in the form in which an approver reads the preview."""

import pytest

from opsloom.approval.preview import Preview


def whole(text: str, _max_chars: int) -> str:
    return text


def is_live(markdown: str) -> bool:
    """Whether a character that opens a link, a tag or code has no backslash of its own before it.

    Source: https://spec.commonmark.org/0.31.2/#backslash-escapes
    """
    position = 0
    while position < len(markdown):
        if markdown[position] == "\\":
            position += 2
            continue
        if markdown[position] in "<[`":
            return True
        position += 1
    return False


@pytest.mark.parametrize(
    "text",
    [
        "[a](https://example.com)",
        "\\[a](https://example.com)",
        "\\\\[a\\](b)",
        "<img src=x>",
        "`code`",
        '"[a](b)"',
        "a\\",
    ],
)
def test_markup_in_a_value_is_shown_as_it_was_written(text: str) -> None:
    preview = Preview(whole)
    assert not is_live(preview.plain(text))
    assert not is_live(preview.quoted(text))

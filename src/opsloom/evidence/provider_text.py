"""Text that a provider wrote is data: made harmless to show, capped, and never taken for an instruction."""

import re

_ANSI = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-Z\\^_])?")
# Controls but tab and newline; soft hyphen; zero-width, bidi and other invisible format characters;
# variation selectors; the tag characters, which spell hidden ASCII.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f"
    "\ufe00-\ufe0f\ufeff\ufff9-\ufffb\U000e0000-\U000e01ef]"
)


def clean(text: str, max_chars: int) -> str:
    """``text`` without ANSI sequences, control, bidi and invisible characters, at most ``max_chars`` long.

    A text that was cut ends in ``… [N more characters]``.
    """
    head = text[: max_chars * 2 + 64]
    shown = _INVISIBLE.sub("", _ANSI.sub("", head))
    if len(shown) <= max_chars and len(head) == len(text):
        return shown
    kept = shown[:max_chars]
    return f"{kept}… [{len(text) - len(kept)} more characters]"

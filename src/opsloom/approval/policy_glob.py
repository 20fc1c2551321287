"""Name patterns of a policy: ``*`` is any text, ``?`` one character, ``[ab]`` one of these; case counts."""

from collections.abc import Iterable
from fnmatch import fnmatchcase


def matches_any(text: str, globs: Iterable[str]) -> bool:
    """Whether one of ``globs`` matches the whole of ``text``."""
    return any(fnmatchcase(text, glob) for glob in globs)


def is_literal(glob: str) -> bool:
    """Whether ``glob`` matches itself only."""
    return not set(glob) & set("*?[")


def covers(wide: str, narrow: str) -> bool:
    """Whether all that ``narrow`` matches is certainly matched by ``wide``.

    False also where it cannot be told: with ``[...]`` in a pattern that is not the same.
    """
    if wide == narrow:
        return True
    if is_literal(narrow):
        return fnmatchcase(narrow, wide)
    if "[" in wide or "[" in narrow:
        return False
    return _absorbs(wide, narrow)


def _absorbs(wide: str, narrow: str) -> bool:
    """Match the pattern ``narrow`` as if it were text: ``*`` takes anything, ``?`` anything but ``*``."""
    reached = {0}  # how much of narrow the part of wide so far can take
    for sign in wide:
        if sign == "*":
            reached = set(range(min(reached), len(narrow) + 1))
        else:
            reached = {
                place + 1
                for place in reached
                if place < len(narrow) and (narrow[place] == sign or (sign == "?" and narrow[place] != "*"))
            }
        if not reached:
            return False
    return len(narrow) in reached

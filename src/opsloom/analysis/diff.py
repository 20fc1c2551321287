"""What a change took away and what it put there instead, line by line."""

import re
from dataclasses import dataclass
from functools import cached_property

_COMMENT = re.compile(r"^\s*(//|#|--|\*|/\*|<!--)")


@dataclass(frozen=True)
class Diff:
    """``removed`` and ``added`` are lines of code without their marks, comments and blank lines left out."""

    removed: tuple[str, ...]
    added: tuple[str, ...]

    @classmethod
    def of(cls, text: str) -> "Diff":
        """Read a unified diff; a missing one changes no line."""
        lines = text.splitlines()
        return cls(_marked(lines, "-", "---"), _marked(lines, "+", "+++"))

    @cached_property
    def changed(self) -> tuple[str, ...]:
        """Both sides, without the lines that are the same on both: those were only moved."""
        same = {line.strip() for line in self.removed} & {line.strip() for line in self.added}
        return tuple(line for line in (*self.removed, *self.added) if line.strip() not in same)


def _marked(lines: list[str], mark: str, header: str) -> tuple[str, ...]:
    code = (line[1:] for line in lines if line.startswith(mark) and not line.startswith(header + " "))
    return tuple(line for line in code if line.strip() and not _COMMENT.match(line))

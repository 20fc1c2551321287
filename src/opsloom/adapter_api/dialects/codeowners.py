"""CODEOWNERS: who owns a path, by which line of the file.

Sources: https://docs.github.com/en/repositories/managing-your-repositorys-settings-and-features/customizing-your-repository/about-code-owners,
https://docs.gitlab.com/user/project/codeowners/reference/ (sections)
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from codeowners import CodeOwners


@dataclass(frozen=True, slots=True)
class OwningLine:
    """A line that decides; ``owners`` are its words (``@user``, ``@org/team``, an e-mail address)."""

    owners: tuple[str, ...]
    pattern: str
    line: int


class CodeownersFile:
    """The file at ``place``, which is empty where a repository has none: it owns nothing.

    ``bad_lines`` are those whose pattern cannot be read. ``by_section``: each of its sections decides, as at GitLab.
    """

    def __init__(self, place: str, text: str, *, by_section: bool = False) -> None:
        self.place = place
        self._by_section = by_section
        self.bad_lines: list[int] = []
        self._rules = CodeOwners("\n".join(self._readable_lines(text)))

    def lines_for(self, path: str) -> list[OwningLine]:
        """The last line that matches ``path``, or the last one of each section; one may say that nobody owns it."""
        found: dict[str | None, OwningLine] = {}
        for owners, line, pattern, section in self._rules.matching_lines(path):
            key = section if self._by_section else None
            found.setdefault(key, OwningLine(tuple(owner for _, owner in owners), pattern or "", line or 0))
        return list(found.values())

    def line_for(self, path: str) -> OwningLine | None:
        """The first of :meth:`lines_for`."""
        return next(iter(self.lines_for(path)), None)

    def _readable_lines(self, text: str) -> Iterator[str]:
        """One bad line must not hide all owners: it becomes an empty one."""
        for number, line in enumerate(text.splitlines(), start=1):
            try:
                CodeOwners(line)
            except (ValueError, re.error):
                self.bad_lines.append(number)
                yield ""
            else:
                yield line

"""CODEOWNERS of a repository: who owns a path, by which line.

Source: https://docs.github.com/en/repositories/managing-your-repositorys-settings-and-features/customizing-your-repository/about-code-owners
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from codeowners import CodeOwners

from opsloom.adapter_api.call import Call
from opsloom.model.errors import NotFoundError
from opsloom_adapters.github.client import GithubReader
from opsloom_adapters.github.links import Links

_PLACES = ((".github", "CODEOWNERS"), ("CODEOWNERS",), ("docs", "CODEOWNERS"))
"""The first one counts."""


@dataclass(frozen=True)
class OwningLine:
    """The line that decides; ``owners`` are its words (``@user``, ``@org/team``, an e-mail address)."""

    owners: tuple[str, ...]
    pattern: str
    line: int


class CodeownersFile:
    """The CODEOWNERS file at ``place``, which is empty where a repository has none: it owns nothing.

    ``bad_lines`` are those whose pattern cannot be read.
    """

    def __init__(self, place: str, text: str) -> None:
        self.place = place
        self.bad_lines: list[int] = []
        self._rules = CodeOwners("\n".join(self._readable_lines(text)))

    def line_for(self, path: str) -> OwningLine | None:
        """The last line that matches ``path``; it may say that nobody owns it."""
        for owners, line, pattern, _section in self._rules.matching_lines(path):
            return OwningLine(tuple(owner for _, owner in owners), pattern or "", line or 0)
        return None

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


async def read_codeowners(reader: GithubReader, links: Links, repository: str, call: Call) -> CodeownersFile:
    """CODEOWNERS on the default branch.

    :raises NotFoundError: the credential does not see the repository.
    """
    for place in _PLACES:
        path = "/".join(place)
        try:
            text = await reader.file(call, repository, place, link=links.file(repository, path))
        except NotFoundError:
            continue
        return CodeownersFile(path, text)
    await reader.repository(call, repository)  # else "no such file" may mean that the repository is out of sight
    return CodeownersFile("", "")

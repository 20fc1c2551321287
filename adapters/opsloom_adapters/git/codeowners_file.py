"""CODEOWNERS: who owns a path, by which line of which file."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from codeowners import CodeOwners

from opsloom.adapter_api.call import Call
from opsloom.model.errors import UnexpectedAnswerError
from opsloom_adapters.git.config import WebStyle
from opsloom_adapters.git.program import GitProgram

# The first one counts: each vendor's page about code owners.
_PLACES = {
    WebStyle.GITHUB: (".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS"),
    WebStyle.GITLAB: ("CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS"),
    WebStyle.GITEA: ("CODEOWNERS", "docs/CODEOWNERS", ".gitea/CODEOWNERS"),
}
_BLOB = re.compile(rb"[0-9a-f]+ blob (\d+)\n")


@dataclass(frozen=True, slots=True)
class OwningLine:
    """The line that decides; ``owners`` are its words (``@user``, ``@org/team``, an e-mail address)."""

    file: str
    owners: tuple[str, ...]
    pattern: str
    line: int


class CodeownersFile:
    """One CODEOWNERS file; ``bad_lines`` are those whose pattern cannot be read.

    ``place`` is its path, empty for the file of a repository that has none: it owns nothing.
    """

    def __init__(self, place: str, text: str, style: WebStyle) -> None:
        self.place = place
        self.bad_lines: list[int] = []
        self._style = style
        self._rules = CodeOwners("\n".join(self._readable_lines(text)))

    def lines_for(self, path: str) -> list[OwningLine]:
        """The last line that matches ``path``; at GitLab, the last one of each section."""
        found: dict[str | None, OwningLine] = {}
        for owners, line, pattern, section in self._rules.matching_lines(path):
            key = section if self._style is WebStyle.GITLAB else None
            found.setdefault(key, OwningLine(self.place, tuple(owner for _, owner in owners), pattern or "", line or 0))
        return list(found.values())

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


async def read_codeowners(program: GitProgram, commit: str, style: WebStyle, call: Call) -> CodeownersFile:
    """The CODEOWNERS file as of ``commit``.

    :raises UnexpectedAnswerError: git failed, or the file is over ``limits.PROGRAM_OUTPUT_MAX_BYTES``.
    """
    places = _PLACES[style]
    asked = "".join(f"{commit}:{place}\n" for place in places).encode()
    output = await program.run(call, "cat-file", "--batch", stdin=asked)
    if not output.whole or output.exit_status != 0:
        raise UnexpectedAnswerError(
            f"the CODEOWNERS file of {call.instance} cannot be read",
            instance=call.instance,
            upstream=output.stderr,
        )
    body = output.stdout
    for place in places:
        blob = _BLOB.match(body)
        if blob is not None:
            text = body[blob.end() : blob.end() + int(blob[1])].decode("utf-8", "replace")
            return CodeownersFile(place, text, style)
        body = body.partition(b"\n")[2]
    return CodeownersFile("", "", style)

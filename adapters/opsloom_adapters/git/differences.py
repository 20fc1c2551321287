"""Which files differ between two commits, and how."""

from collections.abc import Sequence

from opsloom.adapter_api.call import Call
from opsloom.model.limits import DIFF_MAX_CHARS
from opsloom_adapters.git.program import GitProgram

_CUT = "\n(cut here)"
_CAP_BYTES = 4 * DIFF_MAX_CHARS  # UTF-8 takes at most four for one
_PLAIN = ("--no-renames", "--no-ext-diff", "--no-textconv", "--no-color")


async def read_changed_files(
    program: GitProgram, spans: Sequence[tuple[str, str]], call: Call
) -> list[tuple[str, ...]]:
    """The changed files of each span (older, newer commit), in order; one run of git for all of them.

    Spans that git did not get to within its output cap have no files.
    """
    if not spans:
        return []
    text, _ = await program.read_beginning(
        call,
        "diff-tree",
        "--stdin",
        "-r",
        "-z",
        "--always",
        "--name-only",
        *_PLAIN,
        stdin="".join(f"{newer} {older}\n" for older, newer in spans).encode(),
    )
    return _by_span(text.split("\0")[:-1], [newer for _, newer in spans])


def _by_span(names: list[str], commits: list[str]) -> list[tuple[str, ...]]:
    """git prints the newer commit's id in front of the files of each span."""
    files: list[list[str]] = []
    for name in names:
        if len(files) < len(commits) and name == commits[len(files)]:
            files.append([])
        elif files:
            files[-1].append(name)
    files.extend([] for _ in commits[len(files) :])
    return [tuple(each) for each in files]


async def read_diff(program: GitProgram, call: Call, older: str, newer: str, pathspecs: Sequence[str]) -> str:
    """The unified diff of ``pathspecs`` (all files if there are none) from ``older`` to ``newer``."""
    diff, _ = await program.read_beginning(
        call, "diff-tree", "-r", "-p", *_PLAIN, older, newer, "--", *pathspecs, cap=_CAP_BYTES
    )
    return _cut(diff)


async def read_diff_of_commit(program: GitProgram, call: Call, commit: str, pathspecs: Sequence[str]) -> str:
    """The unified diff of ``pathspecs`` that ``commit`` makes against its first parent."""
    diff, _ = await program.read_beginning(
        call,
        "show",
        "--format=",
        "--diff-merges=first-parent",
        "-p",
        *_PLAIN,
        commit,
        "--",
        *pathspecs,
        cap=_CAP_BYTES,
    )
    return _cut(diff)


def _cut(diff: str) -> str:
    return diff if len(diff) <= DIFF_MAX_CHARS else diff[: DIFF_MAX_CHARS - len(_CUT)] + _CUT

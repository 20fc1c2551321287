"""Exports for other tools: each line shows one record in their terms, and holds it whole as well."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from opsloom.audit.contents import ROWS_AT_ONCE, LogContents, StoredRecord, StoredTree
from opsloom.audit.export_jsonl import claimed_size
from opsloom.audit.manifest import Manifest
from opsloom.model.errors import OpsloomError

MALFORMED = (ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError)
"""What reading a record or a line raises that is not one."""


@dataclass(frozen=True, slots=True)
class LineFormat:
    """How records become lines, and lines records.

    ``line`` makes a line, without its ``end``, of the canonical text of a record; ``text`` gets that text back. Both
    raise one of ``MALFORMED`` for what they cannot read. What else stands in a line follows from the record alone: so
    a line that was changed anywhere is not the one that ``line`` makes of its own record. ``name`` has a version that
    grows whenever the lines change; ``header`` is the first line, if there is one.
    """

    name: str
    line: Callable[[str], str]
    text: Callable[[str], str]
    header: str = ""
    end: str = "\n"


def lines_of(contents: LogContents, form: LineFormat) -> Iterator[bytes]:
    """The file, line by line. Raises OpsloomError for a damaged record: only JSON lines can carry that."""
    if form.header:
        yield (form.header + form.end).encode()
    for rows in contents.rows():
        for seq, text, _ in rows:
            try:
                yield (form.line(text.decode()) + form.end).encode()
            except MALFORMED:
                raise OpsloomError(
                    f"Record {seq} is damaged. Only an export as jsonl keeps the bytes as they are."
                ) from None


class LineContents:
    """Such a file with its manifest; ``disagreements`` are those found so far between a line and its own record."""

    tree: StoredTree | None = None
    strays = 0

    def __init__(self, path: Path, form: LineFormat, manifest: Manifest) -> None:
        self._path = path
        self._form = form
        self.origin = manifest.origin
        note = manifest.checkpoint
        self.checkpoints = [] if note is None else [(claimed_size(note), note)]
        self.disagreements: list[int] = []

    def rows(self) -> Iterator[list[StoredRecord]]:
        with self._path.open("rb") as file:
            if self._form.header:
                file.readline()
            numbered = enumerate(file)
            while chunk := list(islice(numbered, ROWS_AT_ONCE)):
                yield [(seq, self._record(seq, line), None) for seq, line in chunk]

    def _record(self, seq: int, line: bytes) -> bytes:
        """The record in ``line``; nothing, which is a problem of its own, if there is none."""
        text = ""
        try:
            shown = line.decode().removesuffix(self._form.end)
            text = self._form.text(shown)
            agrees = self._form.line(text) == shown
        except MALFORMED:
            agrees = False
        if not agrees:
            self.disagreements.append(seq)
        return text.encode()

"""The log as JSON lines, which verify without anything else.

The first line names the format, the log and its public key; then come the records, byte for byte. Behind the
last record that it covers stands each checkpoint: its note as a JSON string, where a record is an object.
"""

import json
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from opsloom.audit.canonical import canonical_json
from opsloom.audit.contents import ROWS_AT_ONCE, LogContents, StoredRecord, StoredTree
from opsloom.audit.note import VerifierKey
from opsloom.model.errors import ConfigurationError

FORMAT = "opsloom-audit-export/1"
_CHECKPOINT_START = b'"'


def jsonl_lines(contents: LogContents, key: VerifierKey) -> Iterator[bytes]:
    """The file, line by line."""
    yield _line({"format": FORMAT, "origin": contents.origin, "public_key": str(key)})
    waiting = contents.checkpoints[::-1]
    count = 0
    for rows in contents.rows():
        for _, text, _ in rows:
            yield text + b"\n"
            count += 1
            while waiting and waiting[-1][0] <= count:
                yield _line(waiting.pop()[1])
    for _, note in reversed(waiting):
        yield _line(note)


def _line(value: dict[str, str] | str) -> bytes:
    return canonical_json(value).encode() + b"\n"


class JsonlContents:
    """Such a file; it is read twice, and never held in memory. Raises ConfigurationError if it is none."""

    tree: StoredTree | None = None
    strays = 0

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            with path.open("rb") as file:
                header: dict[str, Any] = json.loads(file.readline())
                if header["format"] != FORMAT:
                    raise ValueError
                self.origin = str(header["origin"])
                self.public_key = str(header["public_key"])
                self.checkpoints = [
                    (claimed_size(note), note)
                    for note in (str(json.loads(line)) for line in file if line.startswith(_CHECKPOINT_START))
                ]
        except (OSError, ValueError, KeyError, TypeError):
            raise ConfigurationError(
                f"{path} is not an export in the format {FORMAT}; other formats need their manifest beside them."
            ) from None

    def rows(self) -> Iterator[list[StoredRecord]]:
        with self._path.open("rb") as file:
            file.readline()
            lines = (line for line in file if not line.startswith(_CHECKPOINT_START))
            numbered = enumerate(lines)
            while chunk := list(islice(numbered, ROWS_AT_ONCE)):
                yield [(seq, line.removesuffix(b"\n"), None) for seq, line in chunk]


def claimed_size(note: str) -> int:
    """The size that the note of a checkpoint claims; -1 if it claims none."""
    claim = note.split("\n")[1:2]
    return int(claim[0]) if claim and claim[0].isdecimal() else -1

"""The whole log as one file of JSON lines, which can be verified without anything else.

The first line names the format, the log and its public key; then come the records, byte for byte. Behind the
last record that it covers stands each checkpoint: its note as a JSON string, where a record is an object.
"""

import json
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import IO, Any

from opsloom.audit.canonical import canonical_json
from opsloom.audit.contents import ROWS_AT_ONCE, DatabaseContents, StoredRecord, StoredTree
from opsloom.audit.keys import read_public_key
from opsloom.audit.note import VerifierKey
from opsloom.audit.report import VerifyReport
from opsloom.audit.verify import verify_contents
from opsloom.model.errors import ConfigurationError
from opsloom.store.port import Reader
from opsloom.store.sqlite import SqliteStore

_FORMAT = "opsloom-audit-export/1"
_CHECKPOINT_START = b'"'


def export(workspace: Path, output: IO[bytes]) -> int:
    """Write the log of ``workspace`` to ``output``; the number of records."""
    key = read_public_key(workspace)
    with SqliteStore.open_read_only(workspace) as store:
        return store.read_sync(lambda reader: _export(reader, key, output))


def verify_export(path: Path, public_key: str | None = None, anchors: Sequence[str] = ()) -> VerifyReport:
    """:func:`~opsloom.audit.verify.verify` for an export. Raises ConfigurationError if ``path`` is none."""
    contents = _ExportContents(path)
    key = VerifierKey.parse(public_key or contents.public_key)
    return verify_contents(contents, key, bool(public_key), anchors)


def _export(reader: Reader, key: VerifierKey, output: IO[bytes]) -> int:
    contents = DatabaseContents(reader)
    header = {"format": _FORMAT, "origin": contents.origin, "public_key": str(key)}
    output.write(canonical_json(header).encode() + b"\n")
    waiting = contents.checkpoints[::-1]
    count = 0
    for rows in contents.rows():
        for _, text, _ in rows:
            output.write(text + b"\n")
            count += 1
            while waiting and waiting[-1][0] <= count:
                output.write(canonical_json(waiting.pop()[1]).encode() + b"\n")
    for _, note in reversed(waiting):
        output.write(canonical_json(note).encode() + b"\n")
    return count


class _ExportContents:
    """An exported log; the file is read twice, and never held in memory."""

    tree: StoredTree | None = None
    strays = 0

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            with path.open("rb") as file:
                header: dict[str, Any] = json.loads(file.readline())
                if header["format"] != _FORMAT:
                    raise ValueError
                self.origin = str(header["origin"])
                self.public_key = str(header["public_key"])
                self.checkpoints = [_checkpoint(line) for line in file if line.startswith(_CHECKPOINT_START)]
        except (OSError, ValueError, KeyError, TypeError):
            raise ConfigurationError(f"{path} is not an export in the format {_FORMAT}.") from None

    def rows(self) -> Iterator[list[StoredRecord]]:
        with self._path.open("rb") as file:
            file.readline()
            lines = (line for line in file if not line.startswith(_CHECKPOINT_START))
            numbered = enumerate(lines)
            while chunk := list(islice(numbered, ROWS_AT_ONCE)):
                yield [(seq, line.removesuffix(b"\n"), None) for seq, line in chunk]


def _checkpoint(line: bytes) -> tuple[int, str]:
    """(size, note), the size as the note claims it; -1 if it claims none."""
    note = str(json.loads(line))
    claim = note.split("\n")[1:2]
    return (int(claim[0]) if claim and claim[0].isdecimal() else -1), note

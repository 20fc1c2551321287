"""What there is to verify: the same four things, whether they lie in a workspace's file or in an export."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from opsloom.model.errors import ConfigurationError
from opsloom.store.port import Reader

# So many rows at once, to keep the cost per record in C and the memory small.
ROWS_AT_ONCE = 512


@dataclass(frozen=True, slots=True)
class StoredRecord:
    """A row of the log: the text as stored, and the leaf hash beside it (an export has none)."""

    seq: int
    text: bytes
    leaf: bytes | None


@dataclass(frozen=True, slots=True)
class StoredTree:
    """The interior of the tree as the log keeps it for its own use."""

    size: int
    frontier: bytes
    nodes: dict[tuple[int, int], bytes]


class LogContents(Protocol):
    """The stored form of one log, with nothing checked.

    ``tree`` is None where only records were exported; ``strays`` counts rows that are not of this log.
    """

    origin: str
    checkpoints: list[tuple[int, str]]
    tree: StoredTree | None
    strays: int

    def rows(self) -> Iterator[list[StoredRecord]]: ...


class DatabaseContents:
    """The log in a workspace's file."""

    def __init__(self, reader: Reader) -> None:
        streams = list(reader.execute("SELECT number, origin, size, frontier FROM audit_stream"))
        if not streams:
            raise ConfigurationError("There is no audit log in this workspace.")
        self._reader = reader
        self._stream, self.origin, size, frontier = streams[0]
        self.checkpoints = [
            (row[0], bytes(row[1]).decode(errors="replace"))
            for row in reader.execute(
                "SELECT size, CAST(note AS BLOB) FROM audit_checkpoint WHERE stream = ? ORDER BY size",
                (self._stream,),
            )
        ]
        ((self.strays,),) = reader.execute(
            "SELECT count(*) FROM audit_record WHERE stream < ? OR stream > ?", (self._stream, self._stream)
        )
        nodes = reader.execute("SELECT level, position, hash FROM audit_node WHERE stream = ?", (self._stream,))
        self.tree: StoredTree | None = StoredTree(
            size, frontier, {(level, position): node for level, position, node in nodes}
        )

    def rows(self) -> Iterator[list[StoredRecord]]:
        # As bytes: a damaged text may not even be UTF-8.
        cursor = self._reader.execute(
            "SELECT seq, CAST(record AS BLOB), leaf FROM audit_record WHERE stream = ? ORDER BY seq",
            (self._stream,),
        )
        chunk: list[StoredRecord] = []
        for row in cursor:
            chunk.append(StoredRecord(*row))
            if len(chunk) == ROWS_AT_ONCE:
                yield chunk
                chunk = []
        if chunk:
            yield chunk

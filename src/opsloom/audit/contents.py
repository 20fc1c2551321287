"""What there is to verify: the same four things, whether they lie in a workspace's file or in an export."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Protocol, cast

from opsloom.model.errors import ConfigurationError
from opsloom.store.port import Reader

# What is parsed at once should fit into the processor's cache.
ROWS_AT_ONCE = 64


StoredRecord = tuple[int, bytes, bytes | None]
"""(``seq``, text, the leaf hash stored beside it; an export has none)."""


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
        while rows := list(islice(cursor, ROWS_AT_ONCE)):
            yield cast("list[StoredRecord]", rows)

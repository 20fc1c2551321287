"""Checking the Merkle tree: leaf by leaf, and its root at each checkpoint and anchor."""

from hashlib import sha256

from opsloom.audit.checkpoint import Checkpoint
from opsloom.audit.contents import StoredRecord, StoredTree
from opsloom.audit.merkle import Frontier, Node
from opsloom.audit.report import VerifyReport


class TreeCheck:
    """Grows the tree anew from the texts. ``promises`` are checkpoints whose signatures are right, by size."""

    def __init__(self, promises: list[tuple[str, Checkpoint]], report: VerifyReport) -> None:
        self._promises = sorted(promises, key=lambda promise: promise[1].size, reverse=True)
        self._report = report
        self._frontier = Frontier()
        self._nodes: list[Node] = []
        self._broken = False

    def grow(self, rows: list[StoredRecord]) -> None:
        leaves = [sha256(b"\x00" + text).digest() for _, text, _ in rows]
        stored = [leaf for _, _, leaf in rows]
        if stored != leaves:
            for (seq, _, kept), leaf in zip(rows, leaves, strict=True):
                if kept is not None and kept != leaf:
                    self._report.add("its text does not match the hash that was stored with it", seq)
        start = 0
        while self._promises and self._promises[-1][1].size <= self._frontier.size + len(leaves) - start:
            stop = start + self._promises[-1][1].size - self._frontier.size
            self._extend(leaves[start:stop])
            start = stop
            self._keep(*self._promises.pop())
        self._extend(leaves[start:])

    def end(self, stored: StoredTree | None) -> None:
        """All records are in: what is promised beyond them is missing."""
        for name, promise in reversed(self._promises):
            size = self._frontier.size
            if promise.size == size == 0:
                self._keep(name, promise)
            else:
                self._report.add(
                    f"missing: {name} covers {promise.size} records, the log has {size}", size, promise.size - 1
                )
        if stored is not None:
            self._compare(stored)

    def _extend(self, leaves: list[bytes]) -> None:
        self._frontier, completed = self._frontier.extend(leaves)
        self._nodes += completed

    def _keep(self, name: str, promise: Checkpoint) -> None:
        if self._broken:
            return
        if self._frontier.root() == promise.root:
            self._report.signed = promise.size
        else:
            # One changed record changes every later root: only the first says where.
            self._broken = True
            self._report.add(
                f"at least one was changed, dropped, added or moved after {name} was signed over them",
                self._report.signed,
                promise.size - 1,
            )

    def _compare(self, stored: StoredTree) -> None:
        computed = {(node.level, node.position): node.hash for node in self._nodes}
        if stored.nodes != computed:
            differing = sorted(dict(set(stored.nodes.items()) ^ set(computed.items())))
            level, position = differing[0]
            self._report.add(
                f"the stored interior of the tree differs in {len(differing)} places from their hashes",
                position << level,
                (position + 1 << level) - 1,
            )
        if (stored.size, stored.frontier) != (self._frontier.size, self._frontier.to_bytes()):
            self._report.add(f"the log's own state says that it has {stored.size} records, or other hashes of them")

"""The Merkle tree of RFC 6962, section 2.1 (https://www.rfc-editor.org/rfc/rfc6962#section-2.1): pure functions.

The tree over D[0:n] splits at the largest power of two below n, so it consists of complete subtrees. One of
2**level leaves is named by (level, position) and begins at leaf position * 2**level.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256

HASH_BYTES = 32
EMPTY_ROOT = sha256(b"").digest()

# Only every eighth level is stored. What lies between is computed from at most 256 stored hashes.
STORED_LEVELS = 8

Lookup = Callable[[int, int], bytes]
"""Gives the hash of a complete subtree by (level, position)."""


def leaf_hash(data: bytes) -> bytes:
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()


@dataclass(frozen=True, slots=True)
class Node:
    """The hash of a complete subtree."""

    level: int
    position: int
    hash: bytes


@dataclass(frozen=True, slots=True)
class Frontier:
    """All that is needed to grow a tree of ``size`` leaves: its complete subtrees, the largest first."""

    size: int = 0
    nodes: tuple[bytes, ...] = ()

    @classmethod
    def from_bytes(cls, size: int, packed: bytes) -> "Frontier":
        """Raises ValueError unless ``packed`` has one hash for each bit that is set in ``size``."""
        nodes = tuple(packed[i : i + HASH_BYTES] for i in range(0, len(packed), HASH_BYTES))
        if size < 0 or len(packed) != size.bit_count() * HASH_BYTES:
            raise ValueError(f"{len(packed)} bytes cannot be the frontier of {size} leaves")
        return cls(size, nodes)

    def to_bytes(self) -> bytes:
        return b"".join(self.nodes)

    def root(self) -> bytes:
        if not self.nodes:
            return EMPTY_ROOT
        root = self.nodes[-1]
        for node in reversed(self.nodes[:-1]):
            root = node_hash(node, root)
        return root

    def extend(self, leaves: Sequence[bytes]) -> "tuple[Frontier, list[Node]]":
        """The frontier with ``leaves`` (leaf hashes) added, and the subtrees to store that this completed."""
        held = dict(zip(_levels(self.size), self.nodes, strict=True))
        completed: list[Node] = []
        nodes, level, position = list(leaves), 0, self.size
        while nodes:
            if level and level % STORED_LEVELS == 0:
                completed += [Node(level, position + i, node) for i, node in enumerate(nodes)]
            if level in held:
                nodes.insert(0, held.pop(level))
                position -= 1
            if len(nodes) % 2:
                held[level] = nodes.pop()
            nodes = [
                sha256(b"\x01" + left + right).digest() for left, right in zip(nodes[::2], nodes[1::2], strict=True)
            ]
            position >>= 1
            level += 1
        largest_first = tuple(held[level] for level in sorted(held, reverse=True))
        return Frontier(self.size + len(leaves), largest_first), completed


def inclusion_path(index: int, size: int, lookup: Lookup) -> list[bytes]:
    """The audit path of leaf ``index`` in the tree of ``size`` leaves (RFC 6962, section 2.1.1)."""
    if not 0 <= index < size:
        raise ValueError(f"leaf {index} is not in a tree of {size} leaves")
    path: list[bytes] = []
    first, last = 0, size
    while last - first > 1:
        middle = first + _split(last - first)
        if index < middle:
            path.append(_range_root(middle, last, lookup))
            last = middle
        else:
            path.append(_range_root(first, middle, lookup))
            first = middle
    return path[::-1]


def verify_inclusion(index: int, size: int, leaf: bytes, path: Sequence[bytes], root: bytes) -> bool:
    """Whether ``path`` leads from ``leaf`` at ``index`` to ``root`` (RFC 9162, section 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    node, last, current = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            return False
        if node & 1 or node == last:
            current = node_hash(sibling, current)
            while node and not node & 1:
                node, last = node >> 1, last >> 1
        else:
            current = node_hash(current, sibling)
        node, last = node >> 1, last >> 1
    return last == 0 and current == root


def consistency_path(old: int, new: int, lookup: Lookup) -> list[bytes]:
    """The proof that the tree of ``old`` leaves is the beginning of that of ``new`` (RFC 6962, 2.1.2)."""
    if not 0 < old <= new:
        raise ValueError(f"a tree of {old} leaves is not the beginning of one of {new}")
    path: list[bytes] = []
    first, last, old_is_whole = 0, new, True
    while last != old:
        middle = first + _split(last - first)
        if old <= middle:
            path.append(_range_root(middle, last, lookup))
            last = middle
        else:
            path.append(_range_root(first, middle, lookup))
            first, old_is_whole = middle, False
    if not old_is_whole:
        path.append(_range_root(first, last, lookup))
    return path[::-1]


def verify_consistency(old: int, new: int, old_root: bytes, new_root: bytes, path: Sequence[bytes]) -> bool:
    """Whether ``path`` proves that ``new_root`` continues ``old_root`` (RFC 9162, section 2.1.4.2)."""
    if not 0 < old <= new:
        return False
    if old == new:
        return not path and old_root == new_root
    hashes = [old_root, *path] if old & (old - 1) == 0 else list(path)
    if not hashes:
        return False
    node, last = old - 1, new - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    from_old = from_new = hashes[0]
    for sibling in hashes[1:]:
        if last == 0:
            return False
        if node & 1 or node == last:
            from_old, from_new = node_hash(sibling, from_old), node_hash(sibling, from_new)
            while node and not node & 1:
                node, last = node >> 1, last >> 1
        else:
            from_new = node_hash(from_new, sibling)
        node, last = node >> 1, last >> 1
    return last == 0 and from_old == old_root and from_new == new_root


def _range_root(first: int, last: int, lookup: Lookup) -> bytes:
    width = last - first
    if width & (width - 1) == 0:
        level = width.bit_length() - 1
        return lookup(level, first >> level)
    middle = first + _split(width)
    return node_hash(_range_root(first, middle, lookup), _range_root(middle, last, lookup))


def _split(width: int) -> int:
    """The largest power of two below ``width``."""
    return 1 << (width - 1).bit_length() - 1


def _levels(size: int) -> list[int]:
    """The levels of the complete subtrees in a tree of ``size`` leaves, the largest first."""
    return [level for level in range(size.bit_length() - 1, -1, -1) if size >> level & 1]

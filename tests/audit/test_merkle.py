"""The Merkle tree against the vectors of the Certificate Transparency reference, and against its definition."""

import pytest

from opsloom.audit.merkle import (
    EMPTY_ROOT,
    Frontier,
    consistency_path,
    inclusion_path,
    leaf_hash,
    node_hash,
    verify_consistency,
    verify_inclusion,
)

LEAVES = [
    leaf_hash(bytes.fromhex(data))
    for data in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
]
# The tree heads over the eight leaves above, for sizes 0 to 8.
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
INCLUSION = [
    (0, 8, ["96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"]),
    (5, 8, ["bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"]),
    (2, 3, ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"]),
]  # fmt: skip
CONSISTENCY = [
    (1, 1, []),
    (6, 8, ["0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"]),
    (2, 5, ["5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"]),
]  # fmt: skip
SIZE = 70
MANY = [leaf_hash(bytes([number])) for number in range(SIZE)]


def defined_root(leaves: list[bytes]) -> bytes:
    """MTH as RFC 6962, section 2.1, defines it."""
    if not leaves:
        return EMPTY_ROOT
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return node_hash(defined_root(leaves[:split]), defined_root(leaves[split:]))


class Subtrees:
    def __init__(self, leaves: list[bytes]) -> None:
        self._leaves = leaves

    def __call__(self, level: int, position: int) -> bytes:
        return defined_root(self._leaves[position << level : position + 1 << level])


def grown(leaves: list[bytes]) -> Frontier:
    return Frontier().extend(leaves)[0]


@pytest.mark.parametrize("size", range(9))
def test_roots_are_those_of_the_reference(size: int) -> None:
    assert grown(LEAVES[:size]).root().hex() == ROOTS[size]


@pytest.mark.parametrize(("index", "size", "path"), INCLUSION)
def test_inclusion_paths_are_those_of_the_reference(index: int, size: int, path: list[str]) -> None:
    computed = inclusion_path(index, size, Subtrees(LEAVES))
    assert [step.hex() for step in computed] == path
    assert verify_inclusion(index, size, LEAVES[index], computed, bytes.fromhex(ROOTS[size]))


@pytest.mark.parametrize(("old", "new", "path"), CONSISTENCY)
def test_consistency_paths_are_those_of_the_reference(old: int, new: int, path: list[str]) -> None:
    computed = consistency_path(old, new, Subtrees(LEAVES))
    assert [step.hex() for step in computed] == path
    assert verify_consistency(old, new, bytes.fromhex(ROOTS[old]), bytes.fromhex(ROOTS[new]), computed)


def test_growing_in_any_steps_gives_the_defined_root() -> None:
    for size in range(131):
        leaves = [leaf_hash(bytes([number])) for number in range(size)]
        for first in {0, 1, size // 3, size // 2, size}:
            frontier = grown(leaves[:first]).extend(leaves[first:])[0]
            assert frontier.root() == defined_root(leaves)
            assert Frontier.from_bytes(size, frontier.to_bytes()) == frontier


def test_stored_subtrees_are_reported_once_with_their_hash_whatever_the_steps() -> None:
    leaves = [leaf_hash(number.to_bytes(2)) for number in range(1100)]
    for step in (1, 7, 256, 300, 1100):
        frontier, found = Frontier(), {}
        for start in range(0, len(leaves), step):
            frontier, completed = frontier.extend(leaves[start : start + step])
            found |= {(node.level, node.position): node.hash for node in completed}
        assert found == {(8, position): Subtrees(leaves)(8, position) for position in range(4)}


def test_every_leaf_of_every_tree_is_proven_and_nothing_else() -> None:
    for size in range(1, SIZE + 1):
        leaves = MANY[:size]
        root, subtrees = defined_root(leaves), Subtrees(leaves)
        for index in range(size):
            path = inclusion_path(index, size, subtrees)
            assert verify_inclusion(index, size, leaves[index], path, root)
            assert not verify_inclusion(index, size, leaf_hash(b"other"), path, root)
            assert not verify_inclusion(index, size, leaves[index], [*path, root], root)
            assert not verify_inclusion(index + 1, size, leaves[index], path, root)
            assert not path or not verify_inclusion(index, size, leaves[index], path[:-1], root)


def test_every_tree_is_proven_to_continue_every_smaller_one_and_no_other() -> None:
    roots = [defined_root(MANY[:size]) for size in range(SIZE + 1)]
    for new in range(1, SIZE + 1):
        for old in range(1, new + 1):
            path = consistency_path(old, new, Subtrees(MANY))
            assert verify_consistency(old, new, roots[old], roots[new], path)
            assert not verify_consistency(old, new, leaf_hash(b"other"), roots[new], path)
            assert not verify_consistency(old, new, roots[old], leaf_hash(b"other"), path)
            assert not verify_consistency(old, new, roots[old], roots[new], [*path, roots[old]])
            assert not path or not verify_consistency(old, new, roots[old], roots[new], path[:-1])


@pytest.mark.parametrize(("index", "size"), [(-1, 3), (3, 3), (0, 0)])
def test_a_leaf_outside_the_tree_has_no_path(index: int, size: int) -> None:
    with pytest.raises(ValueError, match="not in a tree"):
        inclusion_path(index, size, Subtrees(MANY))
    assert not verify_inclusion(index, size, MANY[0], [], MANY[0])


@pytest.mark.parametrize(("size", "packed"), [(1, b""), (2, b"x" * 64), (3, b"x" * 63), (-1, b"x" * 32)])
def test_a_frontier_of_the_wrong_length_is_refused(size: int, packed: bytes) -> None:
    with pytest.raises(ValueError, match="frontier"):
        Frontier.from_bytes(size, packed)

"""Sets that grow together: what is the same as the same thing is the same."""

from collections import defaultdict
from collections.abc import Hashable, Iterable
from typing import Generic, TypeVar

T = TypeVar("T", bound=Hashable)


class DisjointSets(Generic[T]):
    """Union-find with path halving; an item that was never joined is a set of its own.

    Source: Tarjan and van Leeuwen, "Worst-case Analysis of Set Union Algorithms", JACM 1984.
    """

    def __init__(self) -> None:
        self._parents: dict[T, T] = {}

    def root(self, item: T) -> T:
        """The item that stands for the set of ``item``; which one it is depends on the order of joining."""
        parents = self._parents
        while (parent := parents.get(item, item)) != item:
            parents[item] = item = parents.get(parent, parent)
        return item

    def join(self, left: T, right: T) -> None:
        """Make one set of two."""
        self._parents[self.root(left)] = self.root(right)

    def sets(self, items: Iterable[T]) -> list[list[T]]:
        """``items`` by their sets, both in the order of ``items``."""
        members: defaultdict[T, list[T]] = defaultdict(list)
        for item in items:
            members[self.root(item)].append(item)
        return list(members.values())

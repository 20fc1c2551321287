"""The services as a graph of calls. Requests flow downstream; what breaks is felt upstream."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from sys import intern
from typing import Self

from opsloom.analysis.dependencies import Ends, ends_of, merge
from opsloom.model.topology import Dependency, DependencySource

_Neighbours = Mapping[str, tuple[str, ...]]


class ServiceGraph:
    """Built once from edges in any order; cycles are fine, and a name that is not in it has no neighbours.

    Plain sets of interned names, which compare by identity: on 10,000 services and 100,000 edges fast enough without
    a graph library (``bench/graph.py`` measures three of them beside it).
    """

    def __init__(self, edges: Mapping[Ends, Dependency]) -> None:
        self._edges = edges
        callers: defaultdict[str, list[str]] = defaultdict(list)
        callees: defaultdict[str, list[str]] = defaultdict(list)
        for caller, callee in ((intern(caller), intern(callee)) for caller, callee in edges):
            callees[caller].append(callee)
            callers[callee].append(caller)
        self._callers = _sorted(callers)
        self._callees = _sorted(callees)
        self.services = frozenset(callers.keys() | callees.keys())
        heard = {caller for (caller, _), edge in edges.items() if edge.source is not DependencySource.DECLARED}
        external = {callee for (_, callee), edge in edges.items() if edge.external}
        self.uninstrumented = frozenset(external - heard)
        """Ends that are seen only from their clients: what goes wrong in or behind them is not seen."""

    @classmethod
    def of(cls, edges: Iterable[Dependency]) -> Self:
        """The graph of ``edges``; several of the same caller and callee become one."""
        return cls({ends_of(edge): edge for edge in merge(edges)})

    @property
    def edges(self) -> Iterable[Dependency]:
        """All edges, each once."""
        return self._edges.values()

    def edge(self, caller: str, callee: str) -> Dependency | None:
        """What is known about this call."""
        return self._edges.get((caller, callee))

    def callers(self, name: str) -> tuple[str, ...]:
        """Who calls ``name``, sorted."""
        return self._callers.get(name, ())

    def callees(self, name: str) -> tuple[str, ...]:
        """Whom ``name`` calls, sorted."""
        return self._callees.get(name, ())

    def upstream(self, name: str, depth: int | None = None) -> dict[str, int]:
        """Who depends on ``name``, nearest first, with the number of calls between: its blast radius.

        ``depth`` is the longest distance wanted, ``None`` for any.
        """
        return _reached(self._callers, name, depth)

    def downstream(self, name: str, depth: int | None = None) -> dict[str, int]:
        """On whom ``name`` depends; otherwise as :meth:`upstream`."""
        return _reached(self._callees, name, depth)

    def path(self, start: str, end: str) -> tuple[str, ...]:
        """A shortest chain of calls from ``start`` to ``end``, both included; empty if there is none."""
        distances = {**self.upstream(end), end: 0}
        if start not in distances or start not in self.services:
            return ()
        chain = [start]
        while chain[-1] != end:
            nearer = distances[chain[-1]] - 1
            chain.append(next(name for name in self.callees(chain[-1]) if distances.get(name) == nearer))
        return tuple(chain)

    def distance(self, start: str, end: str) -> int | None:
        """How many calls lead from ``start`` to ``end`` at least; ``None`` if none do."""
        if start == end:
            return 0 if start in self.services else None
        return self.downstream(start).get(end)


def _sorted(neighbours: Mapping[str, list[str]]) -> _Neighbours:
    return {name: tuple(sorted(others)) for name, others in neighbours.items()}


def _reached(neighbours: _Neighbours, name: str, depth: int | None) -> dict[str, int]:
    """Breadth first, a level at a time: the union of whole tuples is where plain Python is fast."""
    reached: dict[str, int] = {}
    seen = {name}
    level: Iterable[str] = (name,)
    distance = 0
    while level and distance != depth:
        distance += 1
        level = sorted(set().union(*(neighbours.get(one, ()) for one in level)) - seen)
        seen.update(level)
        reached.update(dict.fromkeys(level, distance))
    return reached

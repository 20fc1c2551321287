"""The graph of services at scale: building it and asking it for a blast radius, beside graph libraries.

The libraries are no dependencies of opsloom. Those that are not installed are left out by name.
"""

import importlib
import random
import statistics
import time
from collections.abc import Callable, Sequence
from typing import Any

from bench.table import print_table
from opsloom.analysis.graph import ServiceGraph
from opsloom.model.topology import Dependency, DependencySource

SERVICES = 10_000
EDGES = 100_000
ROUNDS = 5
ASKED = 40

Pairs = Sequence[tuple[str, str]]
Ask = Callable[[str], int]


def drawn_pairs() -> list[tuple[str, str]]:
    """Random callers and callees, cycles included: the worst case, where nearly everything reaches everything."""
    generator = random.Random(7)  # noqa: S311 the same graph in every run
    pairs: set[tuple[int, int]] = set()
    while len(pairs) < EDGES:
        caller, callee = generator.randrange(SERVICES), generator.randrange(SERVICES)
        if caller != callee:
            pairs.add((caller, callee))
    return [(f"service-{caller}", f"service-{callee}") for caller, callee in sorted(pairs)]


def _opsloom(pairs: Pairs) -> Callable[[], Ask]:
    edges = [
        Dependency(caller=caller, callee=callee, source=DependencySource.OBSERVED, request_rate=1.0)
        for caller, callee in pairs
    ]

    def build() -> Ask:
        graph = ServiceGraph.of(edges)
        return lambda name: len(graph.upstream(name))

    return build


def _networkx(library: Any, pairs: Pairs) -> Callable[[], Ask]:
    def build() -> Ask:
        graph = library.DiGraph(pairs)
        upwards = library.reverse_view(graph)
        return lambda name: len(library.single_source_shortest_path_length(upwards, name)) - 1

    return build


def _rustworkx(library: Any, pairs: Pairs) -> Callable[[], Ask]:
    def build() -> Ask:
        graph = library.PyDiGraph()
        names = sorted({name for pair in pairs for name in pair})
        ids = dict(zip(names, graph.add_nodes_from(names), strict=True))
        graph.add_edges_from_no_data([(ids[callee], ids[caller]) for caller, callee in pairs])

        def ask(name: str) -> int:
            lengths = library.dijkstra_shortest_path_lengths(graph, ids[name], lambda _edge: 1.0)
            return len({graph[node]: round(length) for node, length in lengths.items()})

        return ask

    return build


def _igraph(library: Any, pairs: Pairs) -> Callable[[], Ask]:
    def build() -> Ask:
        graph = library.Graph.TupleList(pairs, directed=True)
        names = graph.vs["name"]

        def ask(name: str) -> int:
            (lengths,) = graph.distances(name, mode="in")
            return len({names[node]: length for node, length in enumerate(lengths) if 0 < length < len(names)})

        return ask

    return build


def _others(pairs: Pairs) -> tuple[dict[str, tuple[float, Callable[[], Ask]]], list[str]]:
    """Import seconds and builder of each library that is here, and the names of those that are not."""
    found: dict[str, tuple[float, Callable[[], Ask]]] = {}
    absent = []
    for name, prepare in (("networkx", _networkx), ("rustworkx", _rustworkx), ("igraph", _igraph)):
        start = time.perf_counter()
        try:
            library = importlib.import_module(name)
        except ImportError:
            absent.append(name)
        else:
            found[name] = time.perf_counter() - start, prepare(library, pairs)
    return found, absent


def _seconds(action: Callable[[], object]) -> float:
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def _figures(build: Callable[[], Ask], names: Sequence[str]) -> tuple[float, float, float, list[int]]:
    """Seconds to build, median and worst milliseconds of a blast radius, and how many services each reaches."""
    building = statistics.median(_seconds(build) for _ in range(ROUNDS))
    ask = build()
    asking = [1_000 * _seconds(lambda name=name: ask(name)) for name in names]  # type: ignore[misc]
    return building, statistics.median(asking), max(asking), [ask(name) for name in names]


def run() -> None:
    """One table; all sides must reach the same services."""
    pairs = drawn_pairs()
    names = sorted({name for pair in pairs for name in pair})[:: SERVICES // ASKED]
    *own, reached = _figures(_opsloom(pairs), names)
    rows: list[tuple[object, ...]] = [("opsloom", 0.0, *own)]
    others, absent = _others(pairs)
    for name, (importing, build) in others.items():
        *figures, same = _figures(build, names)
        assert same == reached, name
        rows.append((name, importing, *figures))
    title = f"Service graph: {SERVICES:,} services, {EDGES:,} edges"
    print_table(title, ("side", "import s", "build s (target 1)", "blast ms (target 20)", "worst ms"), rows)
    if absent:
        print(f"\nNot installed, so not measured: {', '.join(absent)}.")

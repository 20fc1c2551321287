"""The services as a graph of calls."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsloom.analysis.graph import ServiceGraph
from opsloom.model.topology import Dependency, DependencySource

NAMES = st.sampled_from("abcdefgh")
PAIRS = st.lists(st.tuples(NAMES, NAMES), max_size=30)


def graph_of(*pairs: tuple[str, str]) -> ServiceGraph:
    return ServiceGraph.of(seen(caller, callee) for caller, callee in pairs)


def seen(caller: str, callee: str, *, external: bool = False) -> Dependency:
    return Dependency(caller=caller, callee=callee, source=DependencySource.OBSERVED, external=external)


SHOP = (("web", "checkout"), ("checkout", "payments"), ("checkout", "stock"), ("stock", "db"), ("payments", "db"))


def test_neighbours_are_those_of_one_call() -> None:
    graph = graph_of(*SHOP)
    assert graph.callees("checkout") == ("payments", "stock")
    assert graph.callers("db") == ("payments", "stock")
    assert graph.services == {"web", "checkout", "payments", "stock", "db"}


def test_the_blast_radius_is_everybody_upstream_with_the_least_distance() -> None:
    assert graph_of(*SHOP, ("web", "db")).upstream("db") == {"payments": 1, "stock": 1, "web": 1, "checkout": 2}


def test_the_reach_is_everybody_downstream() -> None:
    assert graph_of(*SHOP).downstream("checkout") == {"payments": 1, "stock": 1, "db": 2}


@pytest.mark.parametrize(("depth", "reached"), [(0, set()), (1, {"checkout"}), (2, {"checkout", "payments", "stock"})])
def test_depth_ends_the_way(depth: int, reached: set[str]) -> None:
    assert set(graph_of(*SHOP).downstream("web", depth)) == reached


def test_a_cycle_ends_and_a_service_is_not_in_its_own_blast_radius() -> None:
    graph = graph_of(("a", "b"), ("b", "c"), ("c", "a"), ("a", "a"))
    assert graph.upstream("a") == {"c": 1, "b": 2}
    assert graph.downstream("a") == {"b": 1, "c": 2}


def test_a_service_that_nobody_drew_has_no_neighbours() -> None:
    graph = graph_of(*SHOP)
    assert (graph.callers("x"), graph.callees("x"), graph.upstream("x"), graph.downstream("x")) == ((), (), {}, {})
    assert (graph.path("x", "db"), graph.path("x", "x"), graph.distance("x", "x")) == ((), (), None)


def test_a_path_follows_the_calls_and_never_goes_against_them() -> None:
    graph = graph_of(*SHOP)
    assert graph.path("web", "db") == ("web", "checkout", "payments", "db")
    assert graph.path("db", "web") == ()
    assert graph.path("web", "web") == ("web",)
    assert (graph.distance("web", "db"), graph.distance("db", "web"), graph.distance("db", "db")) == (3, None, 0)


def test_an_end_without_telemetry_is_one_that_only_clients_see() -> None:
    graph = ServiceGraph.of(
        [seen("web", "bank", external=True), seen("web", "cart", external=True), seen("cart", "db")]
    )
    assert graph.uninstrumented == {"bank"}


def test_a_declaration_is_no_telemetry_of_the_caller() -> None:
    declared = Dependency(caller="bank", callee="ledger", source=DependencySource.DECLARED)
    assert ServiceGraph.of([seen("web", "bank", external=True), declared]).uninstrumented == {"bank"}


@given(pairs=PAIRS, name=NAMES)
def test_who_is_upstream_of_one_has_it_downstream_at_the_same_distance(pairs: list[tuple[str, str]], name: str) -> None:
    graph = graph_of(*pairs)
    for other, distance in graph.upstream(name).items():
        assert graph.downstream(other)[name] == graph.distance(other, name) == distance


@given(pairs=PAIRS, start=NAMES, end=NAMES)
def test_a_path_is_made_of_calls_and_as_long_as_the_distance(
    pairs: list[tuple[str, str]], start: str, end: str
) -> None:
    graph = graph_of(*pairs)
    path, distance = graph.path(start, end), graph.distance(start, end)
    assert (len(path) - 1 if path else None) == distance
    assert all(callee in graph.callees(caller) for caller, callee in pairwise(path))
    assert not path or (path[0], path[-1]) == (start, end)


@given(pairs=PAIRS, name=NAMES, data=st.data())
def test_the_order_of_edges_and_their_repetition_change_nothing(
    pairs: list[tuple[str, str]], name: str, data: st.DataObject
) -> None:
    shuffled = data.draw(st.permutations(pairs + pairs[:3]))
    one, other = graph_of(*pairs), graph_of(*shuffled)
    assert list(one.upstream(name).items()) == list(other.upstream(name).items())
    assert one.services == other.services


@given(pairs=PAIRS, name=NAMES)
def test_renaming_services_renames_the_blast_radius(pairs: list[tuple[str, str]], name: str) -> None:
    renamed = {letter: f"service-{ord('z') - ord(letter)}" for letter in "abcdefgh"}
    other = graph_of(*((renamed[caller], renamed[callee]) for caller, callee in pairs))
    expected = {renamed[one]: distance for one, distance in graph_of(*pairs).upstream(name).items()}
    assert other.upstream(renamed[name]) == expected

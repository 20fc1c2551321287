"""Edges of several sources as one, and where they disagree."""

from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import permutations

from opsloom.analysis.dependencies import disagreement_of, ends_of, merge, within
from opsloom.model.topology import Dependency, DependencyKind, DependencySource, NodeKind
from opsloom.model.window import Window

NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)
HOUR = Window(start=NOON - timedelta(hours=1), end=NOON)
seen = partial(Dependency, caller="web", callee="cart", source=DependencySource.OBSERVED)
declared = partial(Dependency, caller="web", callee="cart", source=DependencySource.DECLARED)


def minutes(count: int) -> datetime:
    return HOUR.start + timedelta(minutes=count)


def test_edges_with_the_same_ends_are_one_and_others_stay_apart() -> None:
    edges = merge([seen(), declared(), seen(callee="stock"), seen(caller="cart", callee="web")])
    assert {ends_of(edge): edge.source for edge in edges} == {
        ("web", "cart"): DependencySource.BOTH,
        ("web", "stock"): DependencySource.OBSERVED,
        ("cart", "web"): DependencySource.OBSERVED,
    }


def test_what_one_source_leaves_open_another_one_tells() -> None:
    (edge,) = merge(
        [
            seen(first_seen=minutes(5), last_seen=minutes(20), request_rate=3.0, error_rate=1.0, external=True),
            seen(first_seen=minutes(9), last_seen=minutes(50), caller_kind=NodeKind.JOB),
            declared(kind=DependencyKind.ASYNC, callee_kind=NodeKind.QUEUE),
        ]
    )
    assert (edge.first_seen, edge.last_seen) == (minutes(5), minutes(50))
    assert (edge.request_rate, edge.error_rate) == (3.0, 1.0)
    assert (edge.kind, edge.caller_kind, edge.callee_kind) == (DependencyKind.ASYNC, NodeKind.JOB, NodeKind.QUEUE)


def test_the_source_that_saw_more_requests_is_believed_on_rates_and_they_are_never_added() -> None:
    (edge,) = merge([seen(request_rate=10.0, error_rate=0.0), seen(request_rate=4.0, error_rate=3.0)])
    assert (edge.request_rate, edge.error_rate) == (10.0, 0.0)


def test_a_callee_that_any_telemetry_hears_from_is_not_external() -> None:
    assert merge([seen(external=True), seen()])[0].external is False
    assert merge([seen(external=True), declared()])[0].external is True
    assert merge([declared(), declared()])[0].external is False


def test_the_order_of_sources_changes_nothing() -> None:
    edges = [
        seen(external=True, request_rate=1.0, error_rate=0.5, callee_kind=NodeKind.VENDOR),
        seen(request_rate=1.0, error_rate=0.0, first_seen=minutes(3), callee_kind=NodeKind.SERVICE),
        declared(kind=DependencyKind.DATA),
        seen(last_seen=minutes(8), kind=DependencyKind.ASYNC),
    ]
    assert len({merge(order)[0] for order in permutations(edges)}) == 1


def test_an_edge_holds_in_a_window_that_its_requests_touch() -> None:
    before = seen(first_seen=HOUR.start - timedelta(hours=2), last_seen=HOUR.start - timedelta(seconds=1))
    across = seen(first_seen=HOUR.start - timedelta(hours=2), last_seen=HOUR.start)
    after = seen(first_seen=HOUR.end, last_seen=HOUR.end + timedelta(hours=1))
    assert within([before, across, after, declared()], HOUR) == [across, declared()]


def test_disagreement_is_an_edge_that_one_side_knows_and_the_other_one_should() -> None:
    edges = merge([seen(), declared(), seen(callee="stock"), declared(callee="fax")])
    found = disagreement_of(edges)
    assert found.never_seen == {("web", "fax")}
    assert found.not_declared == {("web", "stock")}


def test_a_caller_of_which_one_side_says_nothing_is_no_disagreement() -> None:
    found = disagreement_of([seen(caller="job"), declared(caller="batch")])
    assert (found.never_seen, found.not_declared) == (frozenset(), frozenset())

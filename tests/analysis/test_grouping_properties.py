"""What must not change a grouping: names, the clock, the order, what is unrelated, and what is told twice."""

import random
from collections.abc import Mapping, Sequence
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from opsloom.analysis.graph import ServiceGraph
from opsloom.analysis.grouping import group_alerts
from opsloom.model.alerts import Alert, AlertStatus, Severity
from opsloom.model.metrics import MetricKind
from opsloom.model.refs import Ref, RefKind
from opsloom.model.topology import Dependency, DependencySource
from tests.analysis.alerting import NOW, after, alert

SERVICES = [f"s{number}" for number in range(12)]
SIGNALS = [MetricKind.ERRORS, MetricKind.LATENCY, MetricKind.TRAFFIC, None]
Edge = tuple[str, str]

edges = st.lists(st.tuples(st.sampled_from(SERVICES), st.sampled_from(SERVICES)), max_size=40, unique=True)


@st.composite
def one_alert(draw: st.DrawFn) -> Alert:
    minutes = draw(st.integers(-90, 20))
    ended = draw(st.none() | st.integers(minutes, 25))
    return alert(
        draw(st.sampled_from(SERVICES) | st.none()),
        minutes,
        draw(st.sampled_from(["HighErrorRate", "Slow", "NoRequests", "RequestSurge"])),
        signal=draw(st.sampled_from(SIGNALS)),
        severity=draw(st.sampled_from(Severity)),
        status=AlertStatus.FIRING if ended is None else AlertStatus.RESOLVED,
        ends_at=None if ended is None else after(ended),
        labels={"env": draw(st.sampled_from(["", "production", "staging"]))},
    )


@st.composite
def many_alerts(draw: st.DrawFn) -> list[Alert]:
    found = draw(st.lists(one_alert(), max_size=25))
    numbers = draw(st.permutations(range(len(found))))
    return [
        one.model_copy(update={"ref": Ref(RefKind.ALERT, "am", f"{number:03}")})
        for one, number in zip(found, numbers, strict=True)
    ]


def graph_of(pairs: Sequence[Edge]) -> ServiceGraph:
    return ServiceGraph.of(
        Dependency(caller=caller, callee=callee, source=DependencySource.OBSERVED) for caller, callee in pairs
    )


def shape(alerts: Sequence[Alert], pairs: Sequence[Edge], shift: timedelta = timedelta(0)) -> list[object]:
    """The groups by the ids of their alerts, the primary one first, with all relations."""
    return [
        (
            group.primary.key,
            group.severity,
            [(one.folded.key, one.relation, one.distance) for one in group.secondary],
        )
        for group in group_alerts(alerts, graph_of(pairs), NOW + shift)
    ]


@given(many_alerts(), edges, st.randoms(use_true_random=False))
def test_the_order_of_the_alerts_and_edges_does_not_matter(
    alerts: list[Alert], pairs: list[Edge], choose: random.Random
) -> None:
    shuffled, turned = choose.sample(alerts, len(alerts)), choose.sample(pairs, len(pairs))
    assert shape(shuffled, turned) == shape(alerts, pairs)


@given(many_alerts(), edges, st.permutations(SERVICES))
def test_the_names_of_services_do_not_matter(alerts: list[Alert], pairs: list[Edge], names: list[str]) -> None:
    new: Mapping[str | None, str] = {old: f"{name}-renamed" for old, name in zip(SERVICES, names, strict=True)}
    renamed = [one.model_copy(update={"service": new.get(one.service)}) for one in alerts]
    assert shape(renamed, [(new[caller], new[callee]) for caller, callee in pairs]) == shape(alerts, pairs)


@given(many_alerts(), edges, st.integers(-10_000_000, 10_000_000))
def test_when_it_happens_does_not_matter(alerts: list[Alert], pairs: list[Edge], seconds: int) -> None:
    by = timedelta(seconds=seconds)
    shifted = [
        one.model_copy(update={"starts_at": one.starts_at + by, "ends_at": one.ends_at and one.ends_at + by})
        for one in alerts
    ]
    assert shape(shifted, pairs, by) == shape(alerts, pairs)


@given(many_alerts(), edges, st.integers(-90, 20), st.sampled_from(Severity))
def test_an_unrelated_service_makes_a_group_of_its_own(
    alerts: list[Alert], pairs: list[Edge], minutes: int, severity: Severity
) -> None:
    lone = alert("elsewhere", minutes, "Lone", severity=severity)
    with_it = shape([*alerts, lone], [*pairs, ("elsewhere", "further")])
    groups = shape(alerts, pairs)
    assert [one for one in with_it if one in groups] == groups
    assert len(with_it) == len(groups) + 1


@given(many_alerts(), edges, st.integers(0, 24), st.sampled_from(["am", "zz"]))
def test_an_identical_duplicate_changes_nothing(
    alerts: list[Alert], pairs: list[Edge], index: int, instance: str
) -> None:
    again = [
        one.model_copy(update={"ref": Ref(RefKind.ALERT, instance, one.ref.native_id)})
        for one in alerts[index : index + 1]
    ]
    assert shape([*alerts, *again], pairs) == shape(alerts, pairs)


@given(many_alerts(), edges)
def test_every_record_is_in_exactly_one_group(alerts: list[Alert], pairs: list[Edge]) -> None:
    groups = group_alerts(alerts, graph_of(pairs), NOW)
    told = [ref for group in groups for folded in group.alerts for ref in folded.refs]
    assert sorted(told) == sorted(one.ref for one in alerts)

"""From what an indicator measured to good and bad events."""

import pytest

from opsloom.analysis.sli_events import SliEvents, ratio_events, threshold_events
from opsloom.model.metrics import Series
from opsloom.model.slo import Comparison, RatioIndicator, ThresholdIndicator


def series(*points: tuple[float, float], unit: str = "") -> Series:
    return Series(metric="m", unit=unit, points=points)


def ratio(*, good: bool = False, counter: bool = False) -> RatioIndicator:
    return RatioIndicator(numerator="n", counts_good=good, total="t", counter=counter)


def test_counts_are_events_and_good_ones_leave_the_bad() -> None:
    some, every = series((60, 3), (120, 5)), series((60, 10), (120, 10))
    assert ratio_events(ratio(), some, every) == [SliEvents(60, 3, 10), SliEvents(120, 5, 10)]
    assert ratio_events(ratio(good=True), some, every) == [SliEvents(60, 7, 10), SliEvents(120, 5, 10)]


def test_running_totals_become_increases_also_over_a_restart() -> None:
    bad, every = series((0, 5), (60, 7), (120, 1)), series((0, 100), (60, 150), (120, 20))
    assert ratio_events(ratio(counter=True), bad, every) == [SliEvents(60, 2, 50), SliEvents(120, 1, 20)]


def test_rates_per_second_count_for_the_time_since_the_point_before() -> None:
    bad, every = series((0, 1), (30, 2), unit="1/s"), series((0, 10), (30, 10), unit="1/s")
    assert ratio_events(ratio(), bad, every) == [SliEvents(30, 60, 300)]


def test_only_times_that_both_series_have_are_counted() -> None:
    assert ratio_events(ratio(), series((60, 1), (120, 1)), series((60, 9), (180, 9))) == [SliEvents(60, 1, 9)]


def test_series_that_were_read_at_different_instants_never_give_impossible_events() -> None:
    assert ratio_events(ratio(), series((60, 11)), series((60, 10))) == [SliEvents(60, 10, 10)]
    assert ratio_events(ratio(good=True), series((60, 11)), series((60, 10))) == [SliEvents(60, 0, 10)]


@pytest.mark.parametrize(
    ("comparison", "bad"),
    [
        (Comparison.LESS, [0, 1, 1]),
        (Comparison.LESS_OR_EQUAL, [0, 0, 1]),
        (Comparison.GREATER, [1, 1, 0]),
        (Comparison.GREATER_OR_EQUAL, [1, 0, 0]),
    ],
)
def test_each_measured_latency_is_good_or_bad(comparison: Comparison, bad: list[int]) -> None:
    indicator = ThresholdIndicator(query="q", comparison=comparison, value=0.3)
    found = threshold_events(indicator, series((1, 0.2), (2, 0.3), (3, 0.4)))
    assert [one.bad for one in found] == bad
    assert [one.total for one in found] == [1, 1, 1]

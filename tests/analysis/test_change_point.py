"""What counts as a step from one level to another, and what does not."""

import random

import pytest

from opsloom.analysis.change_point import SEGMENT_POINTS_MIN, find_change_point


def noise(level: float, deviation: float, count: int, seed: int) -> list[float]:
    choose = random.Random(seed)  # noqa: S311  nothing is protected
    return [choose.gauss(level, deviation) for _ in range(count)]


@pytest.mark.parametrize(("before", "after"), [(1.0, 9.0), (9.0, 1.0), (0.0, 0.3), (-4.0, 4.0), (100.0, 110.0)])
@pytest.mark.parametrize("index", [SEGMENT_POINTS_MIN, 20, 40 - SEGMENT_POINTS_MIN])
def test_a_step_is_found_at_its_first_point_with_both_levels(before: float, after: float, index: int) -> None:
    change = find_change_point([before] * index + [after] * (40 - index))
    assert change is not None
    assert (change.index, change.before, change.after) == (index, before, after)


@pytest.mark.parametrize("seed", range(10))
def test_a_step_is_found_in_noise(seed: int) -> None:
    change = find_change_point(noise(10, 1, 40, seed) + noise(20, 1, 20, seed + 1))
    assert change is not None
    assert change.index == 40
    assert change.before == pytest.approx(10, abs=1)
    assert change.after == pytest.approx(20, abs=1)


def test_the_larger_of_two_steps_is_the_one_that_is_named() -> None:
    change = find_change_point([1.0] * 20 + [2.0] * 10 + [9.0] * 20)
    assert change is not None
    assert change.index == 30


@pytest.mark.parametrize("level", [0.0, 1.0, 42.5, -3.0])
def test_a_flat_line_has_no_step(level: float) -> None:
    assert find_change_point([level] * 60) is None


@pytest.mark.parametrize("count", [8, 9, 10, 33, 60, 61, 240])
@pytest.mark.parametrize("slope", [1.0, -0.5])
def test_a_ramp_has_no_step(count: int, slope: float) -> None:
    assert find_change_point([100 + slope * index for index in range(count)]) is None


@pytest.mark.parametrize("place", [0, 1, 15, 28, 29])
@pytest.mark.parametrize("value", [50.0, 0.0])
def test_a_single_outlier_is_no_step_wherever_it_is(place: int, value: float) -> None:
    values = [10.0] * 30
    values[place] = value
    assert find_change_point(values) is None


def test_noise_has_no_step() -> None:
    found = [seed for seed in range(200) if find_change_point(noise(10, 1, 60, seed)) is not None]
    assert found == []


@pytest.mark.parametrize("values", [[], [1.0], [1.0, 9.0], [1.0] * 2 + [9.0] * 2, [1.0] * 2 + [9.0] * 3])
def test_a_series_too_short_for_two_levels_has_no_step(values: list[float]) -> None:
    assert find_change_point(values) is None


@pytest.mark.parametrize("dip", [[0.999], [0.97], [0.5, 0.5], [0.0]])
def test_a_short_dip_of_an_availability_of_exactly_1_is_no_step(dip: list[float]) -> None:
    assert find_change_point([1.0] * 20 + dip + [1.0] * 20) is None


def test_a_lasting_loss_of_availability_is_a_step() -> None:
    change = find_change_point([1.0] * 30 + [0.9, 0.91, 0.89, 0.9, 0.9])
    assert change is not None
    assert (change.index, change.before, change.after) == (30, 1.0, 0.9)


def test_a_flicker_of_a_level_without_any_deviation_is_no_step() -> None:
    assert find_change_point([100.0] * 20 + [100.5] * 20) is None

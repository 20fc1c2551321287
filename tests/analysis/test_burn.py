"""Error budgets: what is spent, how fast, who must come, and how long it lasts."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsloom.analysis.burn import RULES, BurnUrgency, ErrorBudget, error_budget
from opsloom.analysis.sli_events import SliEvents
from opsloom.model.slo import RatioIndicator, Slo

NOW = datetime(2026, 3, 3, 9, 14, tzinfo=UTC)
HOUR, DAY = 3_600, 86_400
STEP = 60
WINDOW = 30 * DAY


def slo(objective: float = 0.999, **fields: object) -> Slo:
    indicator = RatioIndicator(numerator="bad", counts_good=False, total="all")
    told = {"name": "availability", "service": "checkout", "objective": objective, "window_seconds": WINDOW}
    return Slo.model_validate({**told, "indicator": indicator, **fields})


def events(
    share_of_bad: Callable[[float], float], seconds: float = WINDOW, each: float = 100, step: int = STEP
) -> list[SliEvents]:
    """``each`` events a step back from now; ``share_of_bad`` is of the age in seconds."""
    ages = range(0, round(seconds), step)
    return [SliEvents(NOW.timestamp() - age, each * share_of_bad(age), each) for age in ages]


def since(seconds: float, share: float) -> Callable[[float], float]:
    """Bad from so many seconds ago until now, good before."""
    return lambda age: share if age < seconds else 0.0


def judged(told: Iterable[SliEvents], objective: float = 0.999, **fields: object) -> ErrorBudget:
    return error_budget(slo(objective, **fields), told, NOW)


def fired(budget: ErrorBudget) -> list[float]:
    return [burn.rule.factor for burn in budget.burns if burn.fires]


def test_the_rules_are_those_of_the_workbook() -> None:
    assert [(rule.factor, rule.long_seconds, rule.short_seconds, rule.urgency) for rule in RULES] == [
        (14.4, HOUR, 300, BurnUrgency.PAGE),
        (6, 6 * HOUR, 1_800, BurnUrgency.PAGE),
        (3, DAY, 2 * HOUR, BurnUrgency.TICKET),
        (1, 3 * DAY, 6 * HOUR, BurnUrgency.TICKET),
    ]


def test_a_rate_of_1_spends_the_budget_within_the_window() -> None:
    budget = judged(events(lambda _: 0.001))
    assert budget.spent == pytest.approx(1)
    assert [burn.long_rate for burn in budget.burns] == [pytest.approx(1)] * 4
    assert budget.covered_seconds == WINDOW
    assert budget.notes == ()


@pytest.mark.parametrize(
    ("seconds", "share", "factors", "urgency"),
    [
        (HOUR, 0.015, [14.4], BurnUrgency.PAGE),
        (HOUR, 0.014, [], None),
        (6 * HOUR, 0.0061, [6], BurnUrgency.PAGE),
        (DAY, 0.0031, [3, 1], BurnUrgency.TICKET),
        (3 * DAY, 0.0011, [1], BurnUrgency.TICKET),
        (3 * DAY, 0.0009, [], None),
        (DAY, 1.0, [14.4, 6, 3, 1], BurnUrgency.PAGE),
    ],
)
def test_each_rule_fires_over_its_factor(
    seconds: float, share: float, factors: list[float], urgency: BurnUrgency | None
) -> None:
    budget = judged(events(since(seconds, share)))
    assert fired(budget) == factors
    assert budget.urgency is urgency


def test_what_is_over_does_not_page_although_the_long_window_still_burns() -> None:
    budget = judged(events(lambda age: 0.5 if 600 <= age < 1_800 else 0.0))
    page = budget.burns[0]
    assert page.long_rate is not None
    assert page.long_rate > page.rule.factor
    assert (page.short_rate, page.fires) == (0, False)


def test_a_spike_of_minutes_does_not_page_on_a_busy_service() -> None:
    assert judged(events(since(60, 0.5))).burns[0].fires is False


def test_a_single_failure_at_night_is_no_burn_and_a_note_says_so() -> None:
    night = [SliEvents(NOW.timestamp() - 60, 1, 1), *events(lambda _: 0, each=1, step=900)[1:]]
    budget = judged(night)
    assert budget.urgency is None
    assert "too few events" in " ".join(budget.notes)
    outage = events(since(DAY, 1.0), each=1)
    assert judged(outage).urgency is BurnUrgency.PAGE


def test_the_least_traffic_can_be_set() -> None:
    few = events(since(DAY, 1.0), each=1, step=600)
    assert judged(few).burns[0].fires is False
    assert error_budget(slo(), few, NOW, events_min=5).burns[0].fires is True


def test_no_events_are_no_rate_no_alarm_and_no_sign_of_health() -> None:
    budget = judged([])
    assert (budget.spent, budget.exhausted_in_seconds, budget.urgency) == (None, None, None)
    assert "that is no sign of health" in " ".join(budget.notes)
    stopped = judged(events(lambda age: 0.5)[30:])
    assert stopped.burns[0].fires is False
    assert "no events in the last 30 minutes" in " ".join(stopped.notes)


def test_time_to_exhaustion_is_what_is_left_at_the_rate_of_the_last_hour() -> None:
    budget = judged(events(since(HOUR, 0.0144)))
    assert budget.spent == pytest.approx(0.02)
    assert budget.exhausted_in_seconds == pytest.approx(0.98 * WINDOW / 14.4)


@pytest.mark.parametrize("share", [0.0, 0.0004])
def test_a_budget_that_outlasts_its_window_has_no_time_of_exhaustion(share: float) -> None:
    assert judged(events(lambda _: share)).exhausted_in_seconds is None


def test_a_spent_budget_is_exhausted_now() -> None:
    budget = judged(events(lambda _: 0.002))
    assert budget.spent == pytest.approx(2)
    assert budget.exhausted_in_seconds == 0


def test_a_short_history_says_so_and_counts_only_what_it_knows() -> None:
    budget = judged(events(lambda _: 0.001, seconds=3 * DAY))
    assert budget.spent == pytest.approx(0.1)
    assert budget.notes == ("known are 3.0 of the 30.0 days of the SLO's window",)


def test_a_calendar_window_is_told_to_be_taken_as_a_rolling_one() -> None:
    assert "follows a calendar" in judged(events(lambda _: 0), rolling=False).notes[0]


def test_what_is_older_than_the_window_or_not_yet_does_not_count() -> None:
    at = NOW.timestamp()
    budget = judged([SliEvents(at - WINDOW, 9, 9), SliEvents(at + 1, 9, 9), *events(lambda _: 0)])
    assert budget.bad == 0


@given(st.floats(0.01, 1000), st.permutations(range(120)), st.integers(-10_000_000, 10_000_000))
def test_the_amount_of_traffic_the_order_and_the_time_change_no_rate(
    factor: float, order: list[int], shift: int
) -> None:
    told = events(lambda age: 0.01 if age % 120 else 0.002, seconds=120 * STEP)
    scaled = [SliEvents(told[n].at + shift, told[n].bad * factor, told[n].total * factor) for n in order]
    base = error_budget(slo(), told, NOW)
    other = error_budget(slo(), scaled, datetime.fromtimestamp(NOW.timestamp() + shift, UTC))
    assert other.spent == pytest.approx(base.spent)
    assert [one.long_rate for one in other.burns] == [pytest.approx(one.long_rate) for one in base.burns]

"""How fast an error budget burns, whether somebody must come, and how long it lasts.

Source: "Alerting on SLOs", chapter 5 of the Google SRE workbook: https://sre.google/workbook/alerting-on-slos/
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from opsloom.analysis.sli_events import EventCounts, SliEvents
from opsloom.model.limits import BURN_BAD_EVENTS_MIN, BURN_EVENTS_MIN
from opsloom.model.slo import Slo

_HOUR = 3_600
_DAY = 24 * _HOUR
_COVERED_SHARE_MIN = 0.95


class BurnUrgency(StrEnum):
    """What a burn calls for: a person now, or a ticket."""

    PAGE = "page"
    TICKET = "ticket"


@dataclass(frozen=True, slots=True)
class BurnRule:
    """Fires while the burn rate is over ``factor`` in a long window (it matters) and a short one (it goes on)."""

    factor: float
    long_seconds: int
    short_seconds: int
    urgency: BurnUrgency


# For a budget of 30 days the four spend 2, 5, 10 and 10 per cent of it before they fire.
RULES = (
    BurnRule(14.4, _HOUR, 5 * 60, BurnUrgency.PAGE),
    BurnRule(6, 6 * _HOUR, 30 * 60, BurnUrgency.PAGE),
    BurnRule(3, _DAY, 2 * _HOUR, BurnUrgency.TICKET),
    BurnRule(1, 3 * _DAY, 6 * _HOUR, BurnUrgency.TICKET),
)


@dataclass(frozen=True, slots=True)
class Burn:
    """One rule's measurement. A rate of 1 spends the budget exactly within the SLO's window; ``None``: no events.

    ``bad`` and ``total`` are the events of the long window. ``enough`` is false where they are too few to judge.
    """

    rule: BurnRule
    long_rate: float | None
    short_rate: float | None
    bad: float
    total: float
    enough: bool

    @property
    def fires(self) -> bool:
        rates = (self.long_rate, self.short_rate)
        return self.enough and all(rate is not None and rate > self.rule.factor for rate in rates)


@dataclass(frozen=True, slots=True)
class ErrorBudget:
    """The budget of one SLO at one time.

    ``bad`` and ``total`` are the events of the SLO's window as far as they are known, ``covered_seconds`` how far that
    is. ``spent`` is the share of the budget, over 1 if more than all; ``None`` where there were no events.
    ``exhausted_in_seconds`` is 0 if it is spent, ``None`` if it outlasts the window at the rate of the last hour.
    """

    slo: Slo
    bad: float
    total: float
    covered_seconds: float
    spent: float | None
    exhausted_in_seconds: float | None
    burns: tuple[Burn, ...]
    notes: tuple[str, ...]

    @property
    def urgency(self) -> BurnUrgency | None:
        """The most urgent of the rules that fire."""
        return next((burn.rule.urgency for burn in self.burns if burn.fires), None)


def error_budget(
    slo: Slo,
    events: Iterable[SliEvents],
    now: datetime,
    *,
    events_min: float = BURN_EVENTS_MIN,
    bad_events_min: float = BURN_BAD_EVENTS_MIN,
) -> ErrorBudget:
    """The budget and its burn at ``now``.

    A rule needs ``events_min`` events and ``bad_events_min`` bad ones in its long window: of five requests at night a
    single failure would burn at a rate of hundreds. A history shorter than the SLO's window is taken to be what is
    known of it: what was before counts as nothing spent, at the same traffic, and a note says so.
    """
    counts, end = EventCounts(events), now.timestamp()
    burns = tuple(_burn(rule, slo, counts, end, (events_min, bad_events_min)) for rule in RULES)
    bad, total = counts.within(end - slo.window_seconds, end)
    covered = _covered(slo, counts, end)
    rate = _rate(slo, bad, total)
    spent = None if rate is None else rate * covered / slo.window_seconds
    return ErrorBudget(
        slo=slo,
        bad=bad,
        total=total,
        covered_seconds=covered,
        spent=spent,
        exhausted_in_seconds=_exhausted_in(slo, spent, burns[0].long_rate),
        burns=burns,
        notes=tuple(_notes(slo, covered, burns)),
    )


def _burn(rule: BurnRule, slo: Slo, counts: EventCounts, end: float, least: tuple[float, float]) -> Burn:
    bad, total = counts.within(end - rule.long_seconds, end)
    short = counts.within(end - rule.short_seconds, end)
    enough = total >= least[0] and bad >= least[1]
    return Burn(rule, _rate(slo, bad, total), _rate(slo, *short), bad, total, enough)


def _rate(slo: Slo, bad: float, total: float) -> float | None:
    return bad / total / slo.error_budget if total > 0 else None


def _covered(slo: Slo, counts: EventCounts, end: float) -> float:
    """The time since the first events began to be counted, which is as long before them as the next ones are after."""
    known = [at for at in counts.times[:2] if at <= end]
    step = known[1] - known[0] if len(known) > 1 else 0.0
    return min(float(slo.window_seconds), end - known[0] + step) if known else 0.0


def _exhausted_in(slo: Slo, spent: float | None, rate: float | None) -> float | None:
    if spent is None or spent >= 1:
        return None if spent is None else 0.0
    if not rate or 1 - spent >= rate:
        return None
    return (1 - spent) / rate * slo.window_seconds


def _notes(slo: Slo, covered: float, burns: Iterable[Burn]) -> Iterable[str]:
    if covered < _COVERED_SHARE_MIN * slo.window_seconds:
        yield f"known are {covered / _DAY:.1f} of the {slo.window_seconds / _DAY:.1f} days of the SLO's window"
    if not slo.rolling:
        yield "the SLO's window follows a calendar; what is told is of the same length and ends now"
    silent = [burn for burn in burns if burn.short_rate is None]
    if silent:
        yield f"no events in the last {silent[-1].rule.short_seconds // 60} minutes: that is no sign of health"
    if any(not burn.enough and (burn.long_rate or 0) > burn.rule.factor for burn in burns):
        yield "some burn rates are high and rest on too few events to count"

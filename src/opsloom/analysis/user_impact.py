"""How much of what users asked for failed: a line with numerator, denominator and query, or no line at all."""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from opsloom.analysis.grouping import AlertGroup
from opsloom.model.alerts import Alert
from opsloom.model.metrics import MetricKind, Series

_COMPARED = re.compile(r"(?P<left>.+?)\s*>=?\s*[-+.\deE]+")
_PER_SECOND = "/s"


@dataclass(frozen=True, slots=True)
class UserImpact:
    """``ratio`` of the requests to ``service`` failed.

    ``numerator`` and ``denominator`` are mean rates per second where they were measured, and ``None`` where a provider
    told the ratio only; ``expressions`` are what they are of: a metric with its labels, or PromQL of the alert's rule.
    """

    service: str
    ratio: float
    numerator: float | None
    denominator: float | None
    expressions: tuple[str, str]

    @property
    def line(self) -> str:
        """One line for a person."""
        counted = "" if self.numerator is None else f" ({self.numerator:.3g} of {self.denominator:.3g} per second)"
        above, below = self.expressions
        return f"{self.ratio:.2%} of requests to {self.service} fail{counted}: {above} / {below}"


def user_impact(group: AlertGroup, series: Iterable[Series] = (), until: datetime | None = None) -> UserImpact | None:
    """What the incident costs users, as far as somebody measured it; ``None`` rather than a guess.

    Measured series come first: failed and all requests of one service per second, told in one unit, with the same
    labels and at the same times, from the group's start to ``until``. Else an alert whose expression divides failures
    by requests. The service farthest from the cause is told, since it is the nearest to users.
    """
    farthest = {service: place for place, service in enumerate(group.services)}
    found = [*_measured(group, series, until), *_alerted(group)]
    if not found:
        return None
    return max(found, key=lambda one: (one.numerator is not None, farthest[one.service], one.ratio))


def _measured(group: AlertGroup, series: Iterable[Series], until: datetime | None) -> list[UserImpact]:
    rates = [one for one in series if one.service in group.services and one.unit.endswith(_PER_SECOND)]
    traffic = {(one.service, one.unit, _labels(one)): one for one in rates if one.kind is MetricKind.TRAFFIC}
    start, end = group.started_at.timestamp(), float("inf") if until is None else until.timestamp()
    found = []
    for failed in (one for one in rates if one.kind is MetricKind.ERRORS):
        every = traffic.get((failed.service, failed.unit, _labels(failed)))
        if every is not None:
            totals = dict(every.points)
            pairs = [(value, totals[at]) for at, value in failed.points if start <= at < end and at in totals]
            found += _impact_of(failed, every, pairs)
    return found


def _impact_of(failed: Series, every: Series, pairs: Sequence[tuple[float, float]]) -> list[UserImpact]:
    above, below = sum(pair[0] for pair in pairs), sum(pair[1] for pair in pairs)
    if not (below > 0 and 0 <= above <= below):
        return []
    expressions = (_selector(failed), _selector(every))
    count = len(pairs)
    return [UserImpact(failed.service or "", above / below, above / count, below / count, expressions)]


def _alerted(group: AlertGroup) -> list[UserImpact]:
    return [impact for folded in group.alerts if (impact := _told_by(folded.alert)) is not None]


def _told_by(alert: Alert) -> UserImpact | None:
    ratio, expression = alert.observed, alert.expression
    if alert.service is None or alert.signal is not MetricKind.ERRORS or ratio is None or not 0 <= ratio <= 1:
        return None
    compared = _COMPARED.fullmatch(" ".join(expression.split()))
    parts = _unwrapped(compared["left"]).split(" / ") if compared else []
    # Several divisions, or a factor of 100: what the ratio is of cannot be told without a parser of PromQL.
    if len(parts) != 2 or " * " in expression or not all(_is_balanced(part) for part in parts):
        return None
    return UserImpact(alert.service, ratio, None, None, (parts[0].strip(), parts[1].strip()))


def _unwrapped(text: str) -> str:
    """Without a pair of parentheses around the whole."""
    inner = text[1:-1]
    return inner if text.startswith("(") and text.endswith(")") and _is_balanced(inner) else text


def _is_balanced(text: str) -> bool:
    depth = 0
    for character in text:
        depth += (character == "(") - (character == ")")
        if depth < 0:
            return False
    return depth == 0


def _labels(series: Series) -> frozenset[tuple[str, str]]:
    return frozenset(series.labels.items())


def _selector(series: Series) -> str:
    labels = ",".join(f"{name}={json.dumps(value)}" for name, value in sorted(series.labels.items()))
    return f"{series.metric}{{{labels}}}" if labels else series.metric

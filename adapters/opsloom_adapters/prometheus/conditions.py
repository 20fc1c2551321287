"""What an alerting rule compares with what, where its expression has the plain form ``... > number``."""

import re
from dataclasses import dataclass

from opsloom.model.metrics import MetricKind
from opsloom_adapters.prometheus.conventions import kind_of

_MATCHERS = re.compile(r'\{(?:[^{}"]|"(?:[^"\\]|\\.)*")*\}')
_AGAINST_NUMBER = re.compile(r"(?:==|!=|>=|<=|>|<)\s*([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)\s*$")
_SEVERAL_CONDITIONS = re.compile(r"==|!=|[<>]|\b(?:and|or|unless)\b")
_NAME = r"[a-zA-Z_:][a-zA-Z0-9_:]*"
_SELECTED = re.compile(rf"({_NAME})\s*(?=[{{\[])")


@dataclass(frozen=True, slots=True)
class Condition:
    """``None`` wherever the expression does not say it beyond doubt."""

    metric: str | None = None
    threshold: float | None = None
    signal: MetricKind | None = None


def condition_of(expression: str) -> Condition:
    """Read a rule's expression; one with several comparisons has no single threshold."""
    bare = _MATCHERS.sub("{}", expression)
    comparison = _AGAINST_NUMBER.search(bare)
    left = bare[: comparison.start()].strip() if comparison else bare
    if _SEVERAL_CONDITIONS.search(left):
        return Condition()
    selected = set(_SELECTED.findall(left))
    if re.fullmatch(_NAME, left):
        selected.add(left)
    metric = selected.pop() if len(selected) == 1 else None
    return Condition(metric, float(comparison[1]) if comparison else None, _signal_of(metric, expression))


def _signal_of(metric: str | None, expression: str) -> MetricKind | None:
    """A count of requests may be narrowed to the failed ones by its matchers, so it stays open."""
    if metric is None:
        return None
    if "histogram_quantile" in expression:
        metric = metric.removesuffix("_bucket")
    kind = kind_of(metric)
    return None if kind is MetricKind.TRAFFIC else kind

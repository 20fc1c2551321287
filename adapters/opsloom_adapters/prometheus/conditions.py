"""What an alerting rule compares with what, where its expression has the plain form ``... > number``."""

import re
from dataclasses import dataclass

from opsloom.model.metrics import MetricKind
from opsloom_adapters.prometheus.conventions import kind_of

_MATCHERS = re.compile(r'\{(?:[^{}"]|"(?:[^"\\]|\\.)*")*\}')
_AGAINST_NUMBER = re.compile(r"(==|!=|>=|<=|>|<)\s*([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)\s*$")
_SEVERAL_CONDITIONS = re.compile(r"==|!=|[<>]|\b(?:and|or|unless)\b")
_SERVER_ERRORS = re.compile(r'\b\w*(?:code|status)\s*=~?\s*"5')
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
    return Condition(
        metric,
        float(comparison[2]) if comparison else None,
        _signal_of(metric, expression, upwards=comparison is not None and comparison[1].startswith(">")),
    )


def _signal_of(metric: str | None, expression: str, *, upwards: bool) -> MetricKind | None:
    """Requests narrowed to the failed ones, where too many of them are bad, are a signal of errors."""
    if metric is None:
        return None
    if "histogram_quantile" in expression:
        metric = metric.removesuffix("_bucket")
    kind = kind_of(metric)
    if kind is not MetricKind.TRAFFIC:
        return kind
    return MetricKind.ERRORS if upwards and _SERVER_ERRORS.search(expression) else None

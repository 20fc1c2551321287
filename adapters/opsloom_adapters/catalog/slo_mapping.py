"""From OpenSLO documents to the shared model."""

import re
from collections.abc import Mapping

from pydantic import ValidationError

from opsloom.model.slo import Comparison, RatioIndicator, Slo, ThresholdIndicator
from opsloom_adapters.catalog.slo_wire import IndicatorSpec, Metric, ObjectiveWire, RatioMetric, SloWire

_DURATION = re.compile(r"([1-9]\d{0,5})([mhdwMQY])")
# OpenSLO's shorthand; months, quarters and years differ in length and are taken as whole days.
_UNIT_SECONDS = {
    "m": 60,
    "h": 3_600,
    "d": 86_400,
    "w": 604_800,
    "M": 30 * 86_400,
    "Q": 90 * 86_400,
    "Y": 365 * 86_400,
}


class UnreadableSloError(Exception):
    """The document says what cannot be read here; the text is a sentence about it."""


def slos_of(wire: SloWire, service: str, indicators: Mapping[str, IndicatorSpec]) -> tuple[Slo, ...]:
    """One SLO for each objective; ``indicators`` are the documents of kind `SLI` by name.

    :raises UnreadableSloError: a part is missing, or of a kind that is not supported.
    """
    spec = wire.spec
    if spec.budgeting_method != "Occurrences":
        raise UnreadableSloError("its budgetingMethod is not supported; Occurrences is")
    indicator = spec.indicator.spec if spec.indicator else indicators.get(spec.indicator_ref)
    if indicator is None:
        raise UnreadableSloError("its indicator is not in the catalogue")
    window = spec.time_window[0]
    metric_source = next((metric.source.type for metric in _metrics(indicator) if metric.source.type), "")
    try:
        return tuple(
            Slo(
                name=wire.metadata.name,
                title=objective.title or wire.metadata.title,
                service=service,
                objective=_share(objective),
                window_seconds=_seconds(window.duration),
                rolling=window.rolling,
                indicator=_indicator(indicator, objective),
                metric_source=metric_source,
            )
            for objective in spec.objectives
        )
    except ValidationError:
        raise UnreadableSloError("its target must lie between 0 and 1, or 0 and 100 per cent") from None


def _metrics(indicator: IndicatorSpec) -> list[Metric]:
    ratio = indicator.ratio or RatioMetric()
    return [metric for metric in (ratio.good, ratio.bad, ratio.total, indicator.threshold) if metric is not None]


def _share(objective: ObjectiveWire) -> float:
    if objective.target_percent is None:
        return objective.target or 0.0
    # A share of 0.999 must not become 0.9990000000000001.
    return round(objective.target_percent / 100, 12)


def _seconds(duration: str) -> int:
    match = _DURATION.fullmatch(duration)
    if match is None:
        raise UnreadableSloError("its time window must be a duration such as 28d")
    return int(match[1]) * _UNIT_SECONDS[match[2]]


def _indicator(indicator: IndicatorSpec, objective: ObjectiveWire) -> RatioIndicator | ThresholdIndicator:
    if indicator.threshold is not None:
        if objective.value is None or objective.op not in list(Comparison):
            raise UnreadableSloError("its objective needs op (lt, lte, gt or gte) and value for a thresholdMetric")
        return ThresholdIndicator(
            query=_query(indicator.threshold), comparison=Comparison(objective.op), value=objective.value
        )
    ratio = indicator.ratio
    if ratio is None or ratio.total is None or (ratio.good is None) == (ratio.bad is None):
        raise UnreadableSloError(
            "its indicator must be a thresholdMetric, or good or bad of total; raw is not supported"
        )
    return RatioIndicator(
        numerator=_query(ratio.good or ratio.bad),
        counts_good=ratio.good is not None,
        total=_query(ratio.total),
        counter=ratio.counter,
    )


def _query(metric: Metric | None) -> str:
    if metric is None or not metric.source.query:
        raise UnreadableSloError("its metricSource has no query in its spec")
    return metric.source.query

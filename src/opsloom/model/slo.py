"""Service level objectives, in the words of OpenSLO v1.

Source: https://github.com/OpenSLO/OpenSLO#slo
"""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from opsloom.model.record import Noun


class Comparison(StrEnum):
    """How a measured value must stand to the objective's value to be good."""

    LESS = "lt"
    LESS_OR_EQUAL = "lte"
    GREATER = "gt"
    GREATER_OR_EQUAL = "gte"

    def holds(self, measured: float, value: float) -> bool:
        """Whether ``measured`` is good."""
        if measured == value:
            return self in (Comparison.LESS_OR_EQUAL, Comparison.GREATER_OR_EQUAL)
        return (measured < value) is (self in (Comparison.LESS, Comparison.LESS_OR_EQUAL))


class RatioIndicator(Noun):
    """Good or bad events of all events. Queries are as the metric source takes them.

    ``counter``: the queries give running totals; otherwise each value counts what came since the one before.
    """

    kind: Literal["ratio"] = "ratio"
    numerator: str
    counts_good: bool
    total: str
    counter: bool = False


class ThresholdIndicator(Noun):
    """Each measured value is one event, good if it compares with ``value`` as ``comparison`` says."""

    kind: Literal["threshold"] = "threshold"
    query: str
    comparison: Comparison
    value: float


class Slo(Noun):
    """``objective`` is the share of good events that is promised over ``window_seconds``, between 0 and 1.

    ``metric_source`` is the kind of provider that the queries are for, such as ``Prometheus``, if it is told.
    """

    name: str
    title: str = ""
    service: str
    objective: Annotated[float, Field(gt=0, lt=1)]
    window_seconds: Annotated[int, Field(gt=0)]
    rolling: bool = True
    indicator: Annotated[RatioIndicator | ThresholdIndicator, Field(discriminator="kind")]
    metric_source: str = ""

    @property
    def error_budget(self) -> float:
        """The share of events that may be bad."""
        return 1 - self.objective

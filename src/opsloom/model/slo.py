"""Service level objectives, in the words of OpenSLO v1.

Source: https://github.com/OpenSLO/OpenSLO#slo
"""

from datetime import datetime
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


class SloStatus(Noun):
    """How a service stands against an objective, as its provider computed it.

    ``objective`` and ``measured`` are shares of good events (or of good time) between 0 and 1 over ``window_seconds``;
    ``budget_left`` is the share of the error budget that is left, negative when it is overspent. ``measured`` and
    ``budget_left`` are ``None`` where the provider does not tell. ``status_raw`` is its own word.
    """

    name: str
    title: str = ""
    service: str | None = None
    objective: float
    window_seconds: int
    measured: float | None = None
    budget_left: float | None = None
    status_raw: str = ""
    at: datetime
    link: str | None = None


class SloQuery(Noun):
    """Which objectives: those of ``service``, or all; ``text`` is searched in their names."""

    at: datetime
    service: str | None = None
    text: str | None = None
    limit: int

    def matches(self, slo: SloStatus) -> bool:
        """Whether ``slo`` is asked for; adapters use it for whatever their provider cannot filter."""
        return self.service in (None, slo.service) and (
            self.text is None or self.text.casefold() in f"{slo.name}\n{slo.title}".casefold()
        )

"""OpenSLO documents, as far as they are needed here: https://github.com/OpenSLO/OpenSLO#specification."""

from typing import Annotated, Any, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from opsloom_adapters.catalog.wire import Text


class _Wire(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class SloMetadata(_Wire):
    """`metadata` of any document; its labels may be lists, other than those of Backstage."""

    name: Annotated[Text, Field(min_length=1)]
    title: Text = Field("", alias="displayName")


class MetricSource(_Wire):
    """`spec` is free: each kind of source has fields of its own."""

    type: Text = ""
    spec: dict[str, Any] = Field(default_factory=dict)

    @property
    def query(self) -> str:
        """The query, under the name that OpenSLO's own examples use."""
        return str(self.spec.get("query") or "").strip()


class Metric(_Wire):
    """Where one number comes from."""

    source: MetricSource = Field(alias="metricSource")


class RatioMetric(_Wire):
    """`good` or `bad` of `total`."""

    counter: bool = False
    good: Metric | None = None
    bad: Metric | None = None
    total: Metric | None = None


class IndicatorSpec(_Wire):
    """What is measured."""

    ratio: RatioMetric | None = Field(None, alias="ratioMetric")
    threshold: Metric | None = Field(None, alias="thresholdMetric")


class IndicatorWire(_Wire):
    """An `SLI`, in a document of its own or within an SLO."""

    metadata: SloMetadata
    spec: IndicatorSpec


class TimeWindow(_Wire):
    """How long, and whether it ends now."""

    duration: Text
    rolling: bool = Field(False, alias="isRolling")


class ObjectiveWire(_Wire):
    """What is promised: exactly one of `target` and `targetPercent`."""

    title: Text = Field("", alias="displayName")
    target: float | None = None
    target_percent: float | None = Field(None, alias="targetPercent")
    op: Text = ""
    value: float | None = None

    @model_validator(mode="after")
    def _has_one_target(self) -> Self:
        if (self.target is None) == (self.target_percent is None):
            raise ValueError("give either target or targetPercent")
        return self


class _SloSpec(_Wire):
    service: Text
    indicator: IndicatorWire | None = None
    indicator_ref: Text = Field("", alias="indicatorRef")
    time_window: Annotated[
        tuple[TimeWindow, ...],
        BeforeValidator(lambda value: value if isinstance(value, list) else [value]),
        Field(alias="timeWindow", min_length=1, max_length=1),
    ]
    budgeting_method: Text = Field("Occurrences", alias="budgetingMethod")
    objectives: Annotated[tuple[ObjectiveWire, ...], Field(min_length=1)]


class SloWire(_Wire):
    """An `SLO`."""

    metadata: SloMetadata
    spec: _SloSpec

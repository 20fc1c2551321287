"""The data of an answer of Prometheus, as far as it is kept; the envelope around it is read by each adapter.

Source: https://prometheus.io/docs/prometheus/latest/querying/api/
"""

from typing import Annotated, Any, Literal

from pydantic import Field

from opsloom.adapter_api.json_shapes import CamelWire, Labels

Sample = tuple[float, float]  # unix seconds and the value, which is sent as text: "0.5", "NaN", "+Inf"


class HeardSeries(CamelWire):
    """``values`` of a range, ``value`` of an instant; native histograms have neither."""

    metric: Labels = Field(default_factory=dict)
    values: tuple[Sample, ...] = ()
    value: Sample | None = None
    histograms: tuple[Any, ...] = ()
    histogram: tuple[Any, ...] = ()


class SeriesData(CamelWire):
    result_type: Literal["matrix", "vector"]
    result: tuple[HeardSeries, ...]


class ScalarData(CamelWire):
    result_type: Literal["scalar"]
    result: Sample


class StringData(CamelWire):
    result_type: Literal["string"]


AnyData = SeriesData | ScalarData | StringData
QueryData = Annotated[AnyData, Field(discriminator="result_type")]


class Metadata(CamelWire):
    type: str = ""
    help: str = ""
    unit: str = ""

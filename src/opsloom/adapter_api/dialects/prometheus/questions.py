"""The one expression that answers a question about a metric, or in PromQL."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from opsloom.adapter_api.call import Call
from opsloom.adapter_api.dialects.prometheus import wire
from opsloom.adapter_api.dialects.prometheus.metric_names import family_of
from opsloom.adapter_api.dialects.prometheus.promql import Selection, expression_of
from opsloom.model.metrics import Aggregate, MetricQuery


class KnowsMetadata(Protocol):
    """What an adapter asks with."""

    async def metadata(self, call: Call, metric: str | None = None) -> Mapping[str, Sequence[wire.Metadata]]:
        """Of one metric or of all, by family name; empty where it is not offered."""
        ...


@dataclass(frozen=True, slots=True)
class Question:
    """``rated``: the expression gives rates of the metric that is asked for."""

    expression: str
    rated: bool = False
    notes: tuple[str, ...] = ()


async def question_of(client: KnowsMetadata, query: MetricQuery, selection: Selection, call: Call) -> Question:
    """A counter without an aggregate is asked for as its rate, and a note says so."""
    if query.metric is None:
        return Question(query.promql or "")
    if query.aggregate is None and await _is_counter(client, query.metric, call):
        note = "the metric is a counter, so its rate per second is shown"
        return Question(selection.rates(query.metric), rated=True, notes=(note,))
    return Question(expression_of(query.metric, query, selection), rated=query.aggregate is Aggregate.RATE)


async def _is_counter(client: KnowsMetadata, metric: str, call: Call) -> bool:
    """By metadata; by the ending ``_total`` where the server has none for it."""
    family = family_of(metric)
    known = (await client.metadata(call, family)).get(family)
    if not known:
        return metric.endswith("_total")
    part_of_family = family != metric
    return known[0].type in (("histogram", "summary") if part_of_family else ("counter",))

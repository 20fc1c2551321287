"""MetricReader on Prometheus: which metrics exist, and their values."""

from dataclasses import dataclass

from opsloom.adapter_api.call import Call
from opsloom.model import limits
from opsloom.model.errors import InvalidRequestError, UnexpectedAnswerError
from opsloom.model.metrics import Aggregate, MetricQuery, Series
from opsloom.model.page import Page
from opsloom_adapters.prometheus import wire
from opsloom_adapters.prometheus.answers import data_of, notes_of, refusal_in
from opsloom_adapters.prometheus.client import PrometheusClient
from opsloom_adapters.prometheus.config import PrometheusConfig
from opsloom_adapters.prometheus.conventions import family_of
from opsloom_adapters.prometheus.links import graph_link
from opsloom_adapters.prometheus.mapping import SeriesReader
from opsloom_adapters.prometheus.promql import check_question, expression_of, rate_of
from opsloom_adapters.prometheus.service_reading import ServiceReading
from opsloom_adapters.prometheus.steps import notes_on_step, rate_range_seconds, step_of


@dataclass(frozen=True, slots=True)
class _Question:
    expression: str
    rated: bool = False
    notes: tuple[str, ...] = ()


async def query_metrics(
    client: PrometheusClient, config: PrometheusConfig, query: MetricQuery, call: Call
) -> Page[Series]:
    """The series of ``query``; a step as long as the window asks for the one value at its end.

    :raises InvalidRequestError: bad names or times, or PromQL that the server refuses.
    """
    check_question(query)
    step_seconds = step_of(query)
    if query.metric is None and query.promql is None:
        return await ServiceReading(client, config, query, step_seconds, call).page()
    question = await _question_of(client, config, query, step_seconds, call)
    link = graph_link(config.web_url or config.base_url, question.expression, query.window)
    most = min(query.limit, limits.METRIC_SERIES_MAX)
    envelope = await _ask(client, query, question.expression, step_seconds, most + 1, link, call)
    data = data_of(envelope, call.instance)
    series, notes = SeriesReader(query, config, question.rated).read(data)
    cut = isinstance(data, wire.SeriesData) and len(data.result) > most
    return Page(
        rows=tuple(series[:most]),
        total=None if cut else len(series),
        complete=not cut and not envelope.is_partial,
        query=question.expression,
        link=link,
        notes=(*question.notes, *notes_on_step(query, step_seconds), *notes, *notes_of(envelope)),
    )


async def _question_of(
    client: PrometheusClient, config: PrometheusConfig, query: MetricQuery, step_seconds: int, call: Call
) -> _Question:
    if query.metric is None:
        return _Question(query.promql or "")
    range_seconds = rate_range_seconds(step_seconds, config.scrape_interval_seconds)
    if query.aggregate is None and await _is_counter(client, query.metric, call):
        return _Question(
            rate_of(query.metric, query.service, config.service_labels, range_seconds),
            rated=True,
            notes=("the metric is a counter, so its rate per second is shown",),
        )
    expression = expression_of(query.metric, query, config.service_labels, range_seconds)
    return _Question(expression, rated=query.aggregate is Aggregate.RATE)


async def _is_counter(client: PrometheusClient, metric: str, call: Call) -> bool:
    """By metadata; by the ending ``_total`` where the server has none for it."""
    family = family_of(metric)
    known = (await client.metadata(call, family)).get(family)
    if not known:
        return metric.endswith("_total")
    part_of_family = family != metric
    return known[0].type in (("histogram", "summary") if part_of_family else ("counter",))


async def _ask(
    client: PrometheusClient,
    query: MetricQuery,
    expression: str,
    step_seconds: int,
    limit: int,
    link: str,
    call: Call,
) -> wire.Envelope[wire.QueryData]:
    try:
        return await client.values(call, expression, query.window, step_seconds=step_seconds, limit=limit, link=link)
    except UnexpectedAnswerError as error:
        refusal = refusal_in(error)
        if query.promql is None or refusal is None:
            raise
        raise InvalidRequestError(
            f"{call.instance} refuses this promql; correct it as the quoted reason says", upstream=refusal
        ) from error

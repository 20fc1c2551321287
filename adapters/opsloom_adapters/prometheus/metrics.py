"""MetricReader on Prometheus: which metrics exist, and their values."""

from opsloom.adapter_api.call import Call
from opsloom.adapter_api.dialects.prometheus.promql import Selection, check_question
from opsloom.adapter_api.dialects.prometheus.questions import question_of
from opsloom.adapter_api.dialects.prometheus.series import SeriesReader
from opsloom.adapter_api.dialects.prometheus.steps import notes_on_step, rate_range_seconds, step_of
from opsloom.adapter_api.dialects.prometheus.wire import QueryData, SeriesData
from opsloom.model import limits
from opsloom.model.errors import InvalidRequestError, UnexpectedAnswerError
from opsloom.model.metrics import MetricQuery, Series
from opsloom.model.page import Page
from opsloom_adapters.prometheus.answers import data_of, notes_of, refusal_in
from opsloom_adapters.prometheus.client import PrometheusClient
from opsloom_adapters.prometheus.config import PrometheusConfig
from opsloom_adapters.prometheus.conventions import kind_of
from opsloom_adapters.prometheus.links import graph_link
from opsloom_adapters.prometheus.service_reading import ServiceReading
from opsloom_adapters.prometheus.wire import Envelope


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
    range_seconds = rate_range_seconds(step_seconds, config.scrape_interval_seconds)
    selection = Selection(query.service, config.service_labels, range_seconds)
    question = await question_of(client, query, selection, call)
    link = graph_link(config.web_url or config.base_url, question.expression, query.window)
    most = min(query.limit, limits.METRIC_SERIES_MAX)
    envelope = await _ask(client, query, question.expression, step_seconds, most + 1, link, call)
    data = data_of(envelope, call.instance)
    series, notes = SeriesReader(query, config.service_labels, kind_of, question.rated).read(data)
    cut = isinstance(data, SeriesData) and len(data.result) > most
    return Page(
        rows=tuple(series[:most]),
        total=None if cut else len(series),
        complete=not cut and not envelope.is_partial,
        query=question.expression,
        link=link,
        notes=(*question.notes, *notes_on_step(query, step_seconds), *notes, *notes_of(envelope)),
    )


async def _ask(
    client: PrometheusClient,
    query: MetricQuery,
    expression: str,
    step_seconds: int,
    limit: int,
    link: str,
    call: Call,
) -> Envelope[QueryData]:
    try:
        return await client.values(call, expression, query.window, step_seconds=step_seconds, limit=limit, link=link)
    except UnexpectedAnswerError as error:
        refusal = refusal_in(error)
        if query.promql is None or refusal is None:
            raise
        raise InvalidRequestError(
            f"{call.instance} refuses this promql; correct it as the quoted reason says", upstream=refusal
        ) from error

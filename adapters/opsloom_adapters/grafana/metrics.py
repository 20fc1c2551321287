"""MetricReader on a Prometheus data source of Grafana: the values of metrics."""

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
from opsloom_adapters.grafana.config import GrafanaConfig
from opsloom_adapters.grafana.data_sources import DataSources
from opsloom_adapters.grafana.links import explore_link
from opsloom_adapters.grafana.metric_catalog import notes_on_warnings
from opsloom_adapters.grafana.metric_kinds import kind_of
from opsloom_adapters.grafana.prometheus_client import PrometheusClient
from opsloom_adapters.grafana.prometheus_wire import Envelope
from opsloom_adapters.grafana.service_signals import ServiceSignals


async def query_metrics(sources: DataSources, config: GrafanaConfig, query: MetricQuery, call: Call) -> Page[Series]:
    """The series of ``query``; a step as long as the window asks for the one value at its end.

    :raises InvalidRequestError: bad names or times, or PromQL that the data source refuses.
    """
    check_question(query)
    step_seconds = step_of(query)
    selection = Selection(
        query.service, config.service_labels, rate_range_seconds(step_seconds, config.scrape_interval_seconds)
    )
    uid, source = await sources.prometheus(call)
    client = PrometheusClient(source)
    if query.metric is None and query.promql is None:
        return await ServiceSignals(client, config, uid, query, selection, step_seconds, call).page()
    question = await question_of(client, query, selection, call)
    link = explore_link(config, "prometheus", uid, [question.expression], query.window)
    most = min(query.limit, limits.METRIC_SERIES_MAX)
    envelope = await _ask(client, query, question.expression, step_seconds, most + 1, link, call)
    series, notes = SeriesReader(query, config.service_labels, kind_of, question.rated).read(envelope.data)
    cut = isinstance(envelope.data, SeriesData) and len(envelope.data.result) > most
    return Page(
        rows=tuple(series[:most]),
        total=None if cut else len(series),
        complete=not cut and not envelope.warnings,
        query=question.expression,
        link=link,
        notes=(
            *question.notes,
            *notes_on_step(query, step_seconds),
            *notes,
            *notes_on_warnings(len(envelope.warnings)),
        ),
    )


async def _ask(
    client: PrometheusClient, query: MetricQuery, expression: str, step_seconds: int, limit: int, link: str, call: Call
) -> Envelope[QueryData]:
    try:
        return await client.values(call, expression, query.window, step_seconds=step_seconds, limit=limit, link=link)
    except UnexpectedAnswerError as error:
        # Grafana's own refusals are 400, too: those of Prometheus tell an errorType.
        if query.promql is None or error.status not in (400, 422) or "errorType" not in error.upstream:
            raise
        raise InvalidRequestError(
            f"{call.instance} refuses this promql; correct it as the quoted reason says", upstream=error.upstream
        ) from error

"""Which metrics exist, as Prometheus can tell."""

from opsloom.adapter_api.call import Call
from opsloom.adapter_api.dialects.prometheus.metric_names import descriptor_of
from opsloom.adapter_api.dialects.prometheus.promql import Selection, name_matcher
from opsloom.model.limits import PROVIDER_ROWS_MAX
from opsloom.model.metrics import MetricCatalogQuery, MetricDescriptor
from opsloom.model.page import Page
from opsloom_adapters.prometheus.answers import data_of, notes_of
from opsloom_adapters.prometheus.client import PrometheusClient
from opsloom_adapters.prometheus.config import PrometheusConfig
from opsloom_adapters.prometheus.conventions import kind_of


async def list_metrics(
    client: PrometheusClient, config: PrometheusConfig, query: MetricCatalogQuery, call: Call
) -> Page[MetricDescriptor]:
    """The metrics with data in the window, by name."""
    selectors = _selectors(query, config)
    envelope = await client.metric_names(call, selectors, query.window)
    wanted = (query.text or "").casefold()
    names = sorted(name for name in data_of(envelope, call.instance) if wanted in name.casefold())
    shown = names[: min(query.limit, PROVIDER_ROWS_MAX)]
    metadata = await client.metadata(call) if shown else {}
    return Page(
        rows=tuple(descriptor_of(name, query.service, kind_of(name), metadata) for name in shown),
        total=len(names),
        complete=len(shown) == len(names) and not envelope.is_partial,
        query="metric names of " + (" or ".join(selectors) or "all series"),
        link=config.web_url or config.base_url,
        notes=tuple(notes_of(envelope)),
    )


def _selectors(query: MetricCatalogQuery, config: PrometheusConfig) -> list[str]:
    """Which together fit every series of the service whose metric's name holds the text; none for all."""
    name = [name_matcher(query.text)] if query.text else []
    every = [[*name, *matchers] for matchers in Selection(query.service, config.service_labels).service_matchers()]
    return ["{" + ",".join(matchers) + "}" for matchers in every if matchers]

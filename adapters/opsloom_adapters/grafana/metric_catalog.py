"""Which metrics a Prometheus data source has."""

from opsloom.adapter_api.call import Call
from opsloom.adapter_api.dialects.prometheus.metric_names import descriptor_of
from opsloom.adapter_api.dialects.prometheus.promql import Selection, name_matcher
from opsloom.model.limits import PROVIDER_ROWS_MAX
from opsloom.model.metrics import MetricCatalogQuery, MetricDescriptor
from opsloom.model.page import Page
from opsloom_adapters.grafana.config import GrafanaConfig
from opsloom_adapters.grafana.data_sources import DataSources
from opsloom_adapters.grafana.links import explore_link
from opsloom_adapters.grafana.metric_kinds import kind_of
from opsloom_adapters.grafana.prometheus_client import PrometheusClient


async def list_metrics(
    sources: DataSources, config: GrafanaConfig, query: MetricCatalogQuery, call: Call
) -> Page[MetricDescriptor]:
    """The metrics with data in the window, by name."""
    uid, source = await sources.prometheus(call)
    client = PrometheusClient(source)
    selectors = _selectors(query, config)
    envelope = await client.metric_names(call, selectors, query.window)
    wanted = (query.text or "").casefold()
    names = sorted(name for name in envelope.data if wanted in name.casefold())
    shown = names[: min(query.limit, PROVIDER_ROWS_MAX)]
    metadata = await client.metadata(call) if shown else {}
    return Page(
        rows=tuple(descriptor_of(name, query.service, kind_of(name), metadata) for name in shown),
        total=len(names),
        complete=len(shown) == len(names) and not envelope.warnings,
        query="metric names of " + (" or ".join(selectors) or "all series"),
        link=explore_link(config, "prometheus", uid, selectors, query.window),
        notes=notes_on_warnings(len(envelope.warnings)),
    )


def _selectors(query: MetricCatalogQuery, config: GrafanaConfig) -> list[str]:
    """Which together fit every series of the service whose metric's name holds the text; none for all."""
    name = [name_matcher(query.text)] if query.text else []
    return [one for one in Selection(query.service, config.service_labels).selectors("", name) if one]


def notes_on_warnings(count: int) -> tuple[str, ...]:
    """Our sentence about what the data source says beside its data; its own words are in the evidence."""
    return (f"warnings of the data source: {count}; the answer may be incomplete",) if count else ()

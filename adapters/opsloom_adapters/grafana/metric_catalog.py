"""Which metrics a Prometheus data source has."""

from collections.abc import Mapping, Sequence

from opsloom.adapter_api.call import Call
from opsloom.model.limits import PROVIDER_ROWS_MAX
from opsloom.model.metrics import MetricCatalogQuery, MetricDescriptor
from opsloom.model.page import Page
from opsloom_adapters.grafana import prometheus_wire as wire
from opsloom_adapters.grafana.config import GrafanaConfig
from opsloom_adapters.grafana.data_sources import DataSources
from opsloom_adapters.grafana.links import explore_link
from opsloom_adapters.grafana.metric_names import family_of, kind_of, unit_of
from opsloom_adapters.grafana.prometheus_client import PrometheusClient
from opsloom_adapters.grafana.promql import Selection, name_selectors


async def list_metrics(
    sources: DataSources, config: GrafanaConfig, query: MetricCatalogQuery, call: Call
) -> Page[MetricDescriptor]:
    """The metrics with data in the window, by name."""
    uid, source = await sources.prometheus(call)
    client = PrometheusClient(source)
    selectors = name_selectors(query.text, Selection(query.service, config.service_labels, range_seconds=0))
    envelope = await client.metric_names(call, selectors, query.window)
    wanted = (query.text or "").casefold()
    names = sorted(name for name in envelope.data if wanted in name.casefold())
    shown = names[: min(query.limit, PROVIDER_ROWS_MAX)]
    metadata = await client.metadata(call) if shown else {}
    return Page(
        rows=tuple(_descriptor_of(name, query.service, metadata) for name in shown),
        total=len(names),
        complete=len(shown) == len(names) and not envelope.warnings,
        query="metric names of " + (" or ".join(selectors) or "all series"),
        link=explore_link(config, "prometheus", uid, selectors, query.window),
        notes=notes_on_warnings(len(envelope.warnings)),
    )


def notes_on_warnings(count: int) -> tuple[str, ...]:
    """Our sentence about what the data source says beside its data; its own words are in the evidence."""
    return (f"warnings of the data source: {count}; the answer may be incomplete",) if count else ()


def _descriptor_of(name: str, service: str | None, metadata: Mapping[str, Sequence[wire.Metadata]]) -> MetricDescriptor:
    known = metadata.get(name) or metadata.get(family_of(name)) or (wire.Metadata(),)
    return MetricDescriptor(
        name=name,
        service=service,
        kind=kind_of(name),
        unit=known[0].unit or unit_of(name),
        type_raw=known[0].type,
        help=known[0].help,
    )

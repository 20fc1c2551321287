"""Which metrics exist, as Prometheus can tell."""

from collections.abc import Mapping, Sequence

from opsloom.adapter_api.call import Call
from opsloom.model.limits import PROVIDER_ROWS_MAX
from opsloom.model.metrics import MetricCatalogQuery, MetricDescriptor
from opsloom.model.page import Page
from opsloom_adapters.prometheus import wire
from opsloom_adapters.prometheus.answers import data_of, notes_of
from opsloom_adapters.prometheus.client import PrometheusClient
from opsloom_adapters.prometheus.config import PrometheusConfig
from opsloom_adapters.prometheus.conventions import family_of, kind_of, unit_of
from opsloom_adapters.prometheus.promql import name_selectors


async def list_metrics(
    client: PrometheusClient, config: PrometheusConfig, query: MetricCatalogQuery, call: Call
) -> Page[MetricDescriptor]:
    """The metrics with data in the window, by name."""
    selectors = name_selectors(query.service, query.text, config.service_labels)
    envelope = await client.metric_names(call, selectors, query.window)
    wanted = (query.text or "").casefold()
    names = sorted(name for name in data_of(envelope, call.instance) if wanted in name.casefold())
    shown = names[: min(query.limit, PROVIDER_ROWS_MAX)]
    metadata = await client.metadata(call) if shown else {}
    return Page(
        rows=tuple(_descriptor_of(name, query.service, metadata) for name in shown),
        total=len(names),
        complete=len(shown) == len(names) and not envelope.is_partial,
        query="metric names of " + (" or ".join(selectors) or "all series"),
        link=config.web_url or config.base_url,
        notes=tuple(notes_of(envelope)),
    )


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

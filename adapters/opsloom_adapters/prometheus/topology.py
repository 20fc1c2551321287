"""TopologyReader on the metrics that tracing back ends and service meshes make of the calls that they see."""

import math
from dataclasses import dataclass, field

from opsloom.adapter_api.call import Call
from opsloom.adapter_api.dialects.prometheus.wire import HeardSeries, SeriesData
from opsloom.model import limits
from opsloom.model.errors import InvalidRequestError
from opsloom.model.page import Page
from opsloom.model.topology import Dependency, DependencyQuery
from opsloom_adapters.prometheus.answers import data_of, notes_of
from opsloom_adapters.prometheus.client import PrometheusClient
from opsloom_adapters.prometheus.config import PrometheusConfig
from opsloom_adapters.prometheus.edge_mapping import EdgeCounts
from opsloom_adapters.prometheus.edge_metrics import EdgeMetric
from opsloom_adapters.prometheus.edge_promql import rates_of, times_of
from opsloom_adapters.prometheus.links import graph_link

_STEPS = 240  # of the window, at which it is looked for the first and last request
_NO_LIMIT = 0  # half an answer about errors or times would read as none


@dataclass
class _Answer:
    """What was heard, over all metrics; ``answered`` and ``silent`` are the questions for requests."""

    edges: list[Dependency] = field(default_factory=list)
    answered: list[str] = field(default_factory=list)
    silent: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    complete: bool = True


async def get_dependencies(
    client: PrometheusClient, config: PrometheusConfig, query: DependencyQuery, call: Call
) -> Page[Dependency]:
    """The edges that carried requests in the window, busiest first.

    :raises InvalidRequestError: the window is too long, or the service has no name.
    """
    if query.window.seconds > limits.METRIC_WINDOW_MAX_SECONDS:
        most_days = limits.METRIC_WINDOW_MAX_SECONDS // 86_400
        raise InvalidRequestError(f"dependencies can be asked for windows up to {most_days} days")
    answer = _Answer()
    for metric in config.edge_metrics:
        await _Reading(client, config, query, call, metric, answer).read()
    if not answer.edges:
        answer.notes.extend(await _notes_on_nothing(client, config, query, call))
    found = sorted(answer.edges, key=lambda edge: (-(edge.request_rate or 0.0), edge.caller, edge.callee))
    shown = found[: min(query.limit, limits.DEPENDENCIES_MAX)]
    expressions = answer.answered or answer.silent
    return Page(
        rows=tuple(shown),
        total=len(found) if answer.complete else None,
        complete=answer.complete and len(shown) == len(found),
        query="; ".join(expressions),
        link=graph_link(config.web_url or config.base_url, expressions[0], query.window),
        notes=tuple(dict.fromkeys(answer.notes)),
    )


async def _notes_on_nothing(
    client: PrometheusClient, config: PrometheusConfig, query: DependencyQuery, call: Call
) -> list[str]:
    """No edges, or nothing that could tell any: the first is an answer, the second is none."""
    selectors = [metric.requests for metric in config.edge_metrics]
    if data_of(await client.metric_names(call, selectors, query.window), call.instance):
        return []
    return [f"this server has none of the metrics that tell who calls whom: {', '.join(selectors)}"]


@dataclass(frozen=True)
class _Reading:
    """One metric: how often, how often in vain, since when and until when."""

    client: PrometheusClient
    config: PrometheusConfig
    query: DependencyQuery
    call: Call
    metric: EdgeMetric
    answer: _Answer

    async def read(self) -> None:
        """Add to the answer; without requests nothing more is asked."""
        counts = EdgeCounts(self.metric)
        requests = self._rates(self.metric.requests)
        # Not the limit of the question: the server cuts anywhere, we cut the least busy.
        heard = await self._ask(requests, limits.DEPENDENCIES_MAX + 1)
        counts.add_requests(heard)
        self.answer.notes.extend(counts.notes())
        if not counts.ends:
            self.answer.silent.append(requests)
            return
        self.answer.answered.append(requests)
        self.answer.complete &= len(heard) <= limits.DEPENDENCIES_MAX
        for selector in self.metric.failed:
            counts.add_failed(await self._ask(self._rates(selector), _NO_LIMIT))
        times = self._times()
        counts.add_first_seen(await self._ask(f"min_over_time({times})", _NO_LIMIT))
        counts.add_last_seen(await self._ask(f"max_over_time({times})", _NO_LIMIT))
        self.answer.edges.extend(counts.edges())
        self.answer.notes.append(f"first_seen and last_seen are late by up to {self._range} s")

    async def _ask(self, expression: str, limit: int) -> tuple[HeardSeries, ...]:
        link = graph_link(self.config.web_url or self.config.base_url, expression, self.query.window)
        envelope = await self.client.query(self.call, expression, self.query.window, limit=limit, link=link)
        data = data_of(envelope, self.call.instance)
        self.answer.notes.extend(notes_of(envelope))
        self.answer.complete &= not envelope.is_partial
        return data.result if isinstance(data, SeriesData) else ()

    def _rates(self, selector: str) -> str:
        return rates_of(self.metric, selector, self.query.service, self._seconds)

    def _times(self) -> str:
        return times_of(self.metric, self.query.service, self._range, self._seconds, self._step)

    @property
    def _seconds(self) -> int:
        return math.ceil(self.query.window.seconds)

    @property
    def _step(self) -> int:
        return max(self.config.scrape_interval_seconds, math.ceil(self._seconds / _STEPS))

    @property
    def _range(self) -> int:
        """Four scrapes at least, and no gap between two steps."""
        return max(4 * self.config.scrape_interval_seconds, self._step + self.config.scrape_interval_seconds)

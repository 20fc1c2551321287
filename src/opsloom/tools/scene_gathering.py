"""Gathering what is known around an alert or a service, from every source that serves any of it."""

import difflib
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import anyio

from opsloom.adapter_api.capabilities import AlertReader, DeployReader, LogReader, MetricReader, TopologyReader
from opsloom.analysis.graph import ServiceGraph
from opsloom.analysis.scene import Cited, Scene
from opsloom.model import limits
from opsloom.model.alerts import Alert, AlertQuery
from opsloom.model.deploys import Deploy, DeployQuery
from opsloom.model.errors import OpsloomError
from opsloom.model.logs import LogQuery, LogSeverity
from opsloom.model.metrics import MetricCatalogQuery, MetricQuery
from opsloom.model.topology import DependencyQuery
from opsloom.model.window import Window
from opsloom.providers.operations import (
    GET_DEPENDENCIES,
    GET_DEPLOY,
    LIST_METRICS,
    QUERY_METRICS,
    SEARCH_ALERTS,
    SEARCH_DEPLOYS,
    SEARCH_LOGS,
    Operation,
)
from opsloom.tools.answer import Source
from opsloom.tools.context import ToolContext
from opsloom.tools.gather import collect


@dataclass
class Gathering:
    """What was found, and how each instance fared; ``gaps`` are our sentences about what was not seen."""

    context: ToolContext
    window: Window
    sources: dict[str, Source] = field(default_factory=dict)
    gaps: list[str] = field(default_factory=list)
    alerts: tuple[Cited[Any], ...] = ()
    series: tuple[Cited[Any], ...] = ()
    changes: tuple[Cited[Any], ...] = ()
    edges: tuple[Cited[Any], ...] = ()
    logs: tuple[Cited[Any], ...] = ()

    @property
    def now(self) -> datetime:
        return self.window.end

    async def ask(
        self, what: str, capability: type, operation: Operation[Any, Any], query: object
    ) -> tuple[Cited[Any], ...]:
        """All rows of all sources, each with the evidence of its question. A silent source is a gap, with its name."""
        hub = self.context.hub
        if not hub.capable(capability) and not hub.misconfigured(capability):
            self._gap(f"{what}: no source is configured")
            return ()
        found = await collect(self.context, operation, query)
        for source in found.sources:
            known = self.sources.get(source.instance)
            if known is None or known.status == "ok":
                self.sources[source.instance] = Source(
                    source.instance, source.status, source.duration_ms, message=source.message
                )
            if source.status != "ok":
                self._gap(f"{what}: NOT heard from {source.instance} ({source.status})")
        if found.cut:
            self._gap(f"{what}: {', '.join(sorted(found.cut))} holds more than was read")
        evidence = tuple(dict.fromkeys(found.evidence))
        return tuple(Cited(row, evidence) for _, row in found.rows)

    def scene(self, focus: Alert | None, service: str | None) -> Scene:
        """As the analysis sees it."""
        return Scene(
            now=self.now,
            window=self.window,
            alerts=self.alerts,
            series=self.series,
            changes=self.changes,
            edges=self.edges,
            logs=self.logs,
            focus=focus,
            service=service,
            gaps=tuple(self.gaps),
        )

    def _gap(self, sentence: str) -> None:
        if sentence not in self.gaps:
            self.gaps.append(sentence)


async def gather_scene(context: ToolContext, window: Window, focus: Alert | None, service: str | None) -> Gathering:
    """Ask for the neighbourhood first, then for everything in it; all at once where nothing depends on anything."""
    found = Gathering(context, window)
    began = focus.starts_at if focus is not None else window.end
    await context.report(0, 4, "who calls whom, alerts, changes")
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(_edges, found)
        tasks.start_soon(_alerts, found)
        tasks.start_soon(_changes, found, began)
    services = await _services(found, service)
    await context.report(1, 4, f"metrics of {len(services)} services")
    await _metrics(found, services)
    await context.report(2, 4, "logs")
    await _logs(found, began, service)
    if service is not None and focus is None:
        _look_for_name(found, service)
    await context.report(3, 4, "weighing it")
    return found


def _look_for_name(found: Gathering, service: str) -> None:
    """A name that nobody uses is likelier a slip than a service that is well."""
    rows = [cited.value for cited in (*found.alerts, *found.series, *found.changes, *found.logs)]
    heard = {row.service for row in rows if row.service}.union(
        ServiceGraph.of(cited.value for cited in found.edges).services
    )
    if service.casefold() in {name.casefold() for name in heard}:
        return
    near = difflib.get_close_matches(service, heard, 1)
    meant = f"; did you mean {near[0]}?" if near else ""
    found.gaps.insert(0, f"{service}: nothing that was heard names a service so{meant}")


async def add_diffs(found: Gathering, changes: Iterable[Deploy]) -> bool:
    """Read what the likeliest changes changed, where the list left that out; whether there was any."""
    bare = [one for one in changes if not one.diff][: limits.INVESTIGATE_DIFFS_MAX]
    read: dict[str, Cited[Any]] = {}

    async def read_one(change: Deploy) -> None:
        try:
            outcome = await found.context.hub.fetch(GET_DEPLOY, change.ref.instance, change.ref.native_id)
        except OpsloomError:
            return
        found.context.seen.extend(outcome.evidence)
        if outcome.value is not None:
            read[str(change.ref)] = Cited(outcome.value, outcome.evidence)

    async with anyio.create_task_group() as tasks:
        for change in bare:
            tasks.start_soon(read_one, change)
    found.changes = tuple(read.get(str(cited.value.ref), cited) for cited in found.changes)
    return bool(read)


async def _edges(found: Gathering) -> None:
    query = DependencyQuery(window=found.window, limit=limits.DEPENDENCIES_MAX)
    found.edges = await found.ask("who calls whom", TopologyReader, GET_DEPENDENCIES, query)


async def _alerts(found: Gathering) -> None:
    query = AlertQuery(window=found.window, limit=limits.PROVIDER_ROWS_MAX)
    found.alerts = await found.ask("alerts", AlertReader, SEARCH_ALERTS, query)


async def _changes(found: Gathering, began: datetime) -> None:
    start = min(found.window.start, began - timedelta(seconds=limits.INVESTIGATE_CHANGES_SECONDS))
    query = DeployQuery(window=Window(start=start, end=found.now), limit=limits.PROVIDER_ROWS_MAX)
    found.changes = await found.ask("changes", DeployReader, SEARCH_DEPLOYS, query)


async def _services(found: Gathering, service: str | None) -> list[str]:
    """Whose metrics to read: the nearest to ``service`` first, then those that alert, then all that have any."""
    graph = ServiceGraph.of(cited.value for cited in found.edges)
    near = {**graph.upstream(service), **graph.downstream(service), service: 0} if service else {}
    alerting = [cited.value.service for cited in found.alerts if cited.value.service]
    query = MetricCatalogQuery(window=found.window, limit=limits.PROVIDER_ROWS_MAX)
    known = [cited.value.service for cited in await found.ask("metrics", MetricReader, LIST_METRICS, query)]
    ordered = dict.fromkeys([*sorted(near, key=lambda name: (near[name], name)), *alerting, *graph.services, *known])
    names = [name for name in ordered if name]
    if len(names) > limits.INVESTIGATE_SERVICES_MAX:
        found.gaps.append(f"metrics: of the {limits.INVESTIGATE_SERVICES_MAX} nearest of {len(names)} services only")
    return names[: limits.INVESTIGATE_SERVICES_MAX]


async def _metrics(found: Gathering, services: Sequence[str]) -> None:
    series: dict[str, tuple[Cited[Any], ...]] = {}
    limiter = anyio.CapacityLimiter(limits.INVESTIGATE_ASKING_MAX)
    finer = math.ceil(found.window.seconds / limits.INVESTIGATE_POINTS)  # somebody asked for a short window
    step_seconds = min(limits.INVESTIGATE_STEP_SECONDS, max(limits.METRIC_STEP_MIN_SECONDS, finer))

    async def ask(name: str) -> None:
        query = MetricQuery(
            window=found.window, step_seconds=step_seconds, service=name, limit=limits.METRIC_SERIES_MAX,
        )  # fmt: skip
        async with limiter:
            series[name] = await found.ask("metrics", MetricReader, QUERY_METRICS, query)

    if not found.context.hub.capable(MetricReader):
        return
    with anyio.move_on_after(limits.INVESTIGATE_METRICS_SECONDS):
        async with anyio.create_task_group() as tasks:
            for name in services:
                tasks.start_soon(ask, name)
    if missing := len(services) - len(series):
        found.gaps.append(f"metrics: {missing} of {len(services)} services were not read in time")
    found.series = tuple(cited for name in services for cited in series.get(name, ()))


async def _logs(found: Gathering, began: datetime, service: str | None) -> None:
    """Errors of everybody, and everything that the service itself says, from shortly before the alert on."""
    start = max(found.window.start, began - timedelta(seconds=limits.INVESTIGATE_LOGS_BEFORE_SECONDS))
    window = Window(start=start, end=found.now)
    ask = partial(found.ask, "logs", LogReader, SEARCH_LOGS)
    most = limits.INVESTIGATE_LOG_ENTRIES
    logs = await ask(LogQuery(window=window, severity=LogSeverity.WARN, limit=most))
    if service is not None and found.context.hub.capable(LogReader):
        logs += await ask(LogQuery(window=window, service=service, limit=most))
    unique = {(cited.value.at, cited.value.service, cited.value.message): cited for cited in logs}
    found.logs = tuple(unique.values())

"""Alerts grouped into incidents: CPU seconds, and how the cost grows."""

import math
import random
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice

from bench.table import print_table
from opsloom.analysis.graph import ServiceGraph
from opsloom.analysis.grouping import group_alerts
from opsloom.model.alerts import Alert, AlertStatus, Severity
from opsloom.model.metrics import MetricKind
from opsloom.model.refs import Ref, RefKind
from opsloom.model.topology import Dependency, DependencySource

SIZES = ((1_000, 2_000), (10_000, 2_000), (10_000, 200))
HOURS = (168, 24, 1)
VICTIMS_MAX = 12
NOW = datetime(2026, 3, 3, 9, 14, tzinfo=UTC)
RUNS = 5


def run() -> None:
    """Incidents of one root each, over a week, a day and an hour; in the last, nearly everything alerts at once."""
    rows: list[tuple[object, ...]] = []
    for hours in HOURS:
        small = 0.0
        for alerts, services in SIZES:
            incidents, groups, seconds = _measure(alerts, services, hours)
            growth = f"{seconds / small:.1f}" if small else ""
            small = small or seconds
            rows.append((alerts, services, hours, incidents, groups, seconds, growth))
    (few, _), (many, _), _ = SIZES
    allowed = many * math.log(many) / (few * math.log(few))
    growth = f"growth (n log n: {allowed:.1f})"
    columns = ("alerts", "services", "hours", "incidents", "groups", "CPU s (target 1)", growth)
    print_table("Alerts grouped into incidents", columns, rows)


def _measure(count: int, services: int, hours: int) -> tuple[int, int, float]:
    choose = random.Random(count)  # noqa: S311  nothing is protected
    names = [f"service-{number}" for number in range(services)]
    graph = ServiceGraph.of(_edges(names, choose))
    incidents: list[list[Alert]] = []
    while sum(map(len, incidents)) < count:
        incidents.append(list(_incident(graph, choose.choice(names), hours * 60, choose)))
    told = [one for incident in incidents for one in incident][:count]
    choose.shuffle(told)
    best, groups = math.inf, 0
    for _ in range(RUNS):
        began = time.process_time()
        groups = len(group_alerts(told, graph, NOW))
        best = min(best, time.process_time() - began)
    return len(incidents), groups, best


def _incident(graph: ServiceGraph, root: str, minutes: int, choose: random.Random) -> Iterator[Alert]:
    """The root, and those nearest who depend on it, later with each call between; all for half an hour."""
    start = NOW - timedelta(minutes=choose.randrange(minutes))
    affected = {root: 0, **dict(islice(graph.upstream(root, 3).items(), VICTIMS_MAX))}
    for service, distance in affected.items():
        for pod in range(choose.randint(1, 3)):
            yield _alert(service, pod, start + timedelta(minutes=distance), choose)


def _edges(names: list[str], choose: random.Random) -> list[Dependency]:
    """Calls go to services further down, as they do in layers; the last two are called by everybody."""
    pairs = [
        (name, callee)
        for place, name in enumerate(names[:-10])
        for callee in (*choose.sample(names[place + 1 : -2], 5), *names[-2:])
    ]
    return [Dependency(caller=caller, callee=callee, source=DependencySource.OBSERVED) for caller, callee in pairs]


def _alert(service: str, pod: int, start: datetime, choose: random.Random) -> Alert:
    labels = {"alertname": "HighErrorRate", "service": service, "pod": f"{service}-{pod}"}
    return Alert(
        ref=Ref(RefKind.ALERT, choose.choice(["am-eu", "prom-eu"]), f"{choose.getrandbits(64):016x}"),
        name="HighErrorRate",
        status=AlertStatus.RESOLVED,
        severity=choose.choice([Severity.CRITICAL, Severity.WARNING]),
        service=service,
        starts_at=start,
        ends_at=start + timedelta(minutes=30),
        labels=labels,
        signal=MetricKind.ERRORS,
    )

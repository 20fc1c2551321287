"""A made-up incident of many services over a day, as a recording: nothing in it is measured."""

import gzip
import json
import random
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

from opsloom.analysis.graph import ServiceGraph
from opsloom.model.topology import Dependency, DependencySource
from opsloom.model.window import format_time

SERVICES = 200
METRICS = {"latency_ms": "latency", "errors_pct": "errors", "rps": "traffic", "cpu_pct": "saturation"}
HOURS = 24
STEP_SECONDS = 60
CALLS_EACH = 3
CHANGES = 100
NOW = datetime(2026, 3, 3, 9, 21, tzinfo=UTC)
ONSET = NOW - timedelta(minutes=20)
ALERTED = NOW - timedelta(minutes=7)

_LEVELS = {"latency_ms": 40.0, "errors_pct": 0.4, "rps": 120.0, "cpu_pct": 35.0}
_NOISE = 0.05
_WORSE = {"latency_ms": 8.0, "errors_pct": 20.0}  # times its level, of what the root takes with it


def write_recording(folder: Path, services: int = SERVICES) -> None:
    """Layered calls; the root is deep in them, and errors and latency reach everybody who depends on it."""
    choose = random.Random(services)  # noqa: S311  nothing is protected
    names = [f"s{number:03}" for number in range(services)]
    edges = list(_edges(names, choose))
    root = names[services // 2]
    graph = ServiceGraph.of(
        Dependency(caller=caller, callee=callee, source=DependencySource.OBSERVED) for caller, callee in edges
    )
    affected = {root: 0, **graph.upstream(root)}
    _write(folder / "recording.json", {"id": "large", "now": format_time(NOW), "licence": "Apache-2.0"})
    _write(folder / "topology.json", {"edges": edges, "external": []})
    described = [
        {"service": name, "metric": metric, "kind": kind} for name in names for metric, kind in METRICS.items()
    ]
    _write(folder / "metrics.json", described)
    _write(folder / "alerts.jsonl", _alert(max(affected, key=lambda name: (affected[name], name))))
    changes = (json.dumps(one) for one in _changes(names, root, choose))
    (folder / "changes.jsonl").write_text("\n".join(changes), "utf-8")
    with gzip.open(folder / "series.csv.gz", "wt", compresslevel=1) as file:
        file.write("service,metric,ts,value\n")
        for name in names:
            file.writelines(_lines(name, affected, choose))


def _edges(names: list[str], choose: random.Random) -> Iterator[tuple[str, str]]:
    for place, name in enumerate(names[:-CALLS_EACH]):
        yield from ((name, callee) for callee in choose.sample(names[place + 1 :], CALLS_EACH))


def _alert(service: str) -> dict[str, str]:
    return {
        "id": "alert-1", "name": "SlowRequests", "service": service, "status": "firing", "severity": "critical",
        "signal": "latency", "starts_at": format_time(ALERTED), "summary": "requests are slow",
    }  # fmt: skip


def _changes(names: list[str], root: str, choose: random.Random) -> Iterator[dict[str, object]]:
    """The guilty one, and others over the day; all tell about as much."""
    minutes = [choose.randrange(25, HOURS * 60) for _ in range(CHANGES)]
    told = [(choose.choice(names), NOW - timedelta(minutes=minute), "2.1.0", "routine release") for minute in minutes]
    told.append((root, ONSET - timedelta(minutes=3), "3.0.0", "query the pool for each item"))
    for number, (service, at, version, title) in enumerate(sorted(told, key=lambda one: one[1])):
        yield {
            "id": f"change-{number}", "kind": "deploy", "service": service, "at": format_time(at), "version": version,
            "title": title, "diff": "-pool.size = 20\n+pool.size = 2\n", "files": [f"{service}/pool.py"], "actor": "ci",
        }  # fmt: skip


def _lines(name: str, affected: Mapping[str, int], choose: random.Random) -> Iterator[str]:
    """Each call between a service and the root takes a third of the damage away, and a minute until it arrives."""
    start = NOW - timedelta(hours=HOURS)
    hurt = 0.67 ** affected[name] if name in affected else 0.0
    from_second = (ONSET + timedelta(minutes=affected.get(name, 0))).timestamp()
    for metric, level in _LEVELS.items():
        worse = 1 + (_WORSE.get(metric, 1.0) - 1) * hurt
        for step in range(HOURS * 3_600 // STEP_SECONDS):
            at = int(start.timestamp()) + step * STEP_SECONDS
            value = level * choose.gauss(1, _NOISE) * (worse if at >= from_second else 1.0)
            yield f"{name},{metric},{at},{value:.2f}\n"


def _write(path: Path, document: object) -> None:
    path.write_text(json.dumps(document) + "\n", "utf-8")

"""A recorded incident as the analysis sees it, read straight from its files."""

import csv
import gzip
import json
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from opsloom.analysis.scene import Cited, Scene
from opsloom.model.alerts import AlertStatus
from opsloom.model.metrics import Series
from opsloom.model.topology import Dependency, DependencySource
from opsloom.model.window import Window
from opsloom_adapters.recording.links import Links
from opsloom_adapters.recording.mapping import alert_of, deploy_of, log_entry_of, metric_kind_of
from opsloom_adapters.recording.wire import AlertLine, ChangeLine, LogLine

INSTANCE = "recorded"


def read_scene(folder: Path) -> Scene:
    """Everything in ``folder`` until its clock, with its first alert that is not over as the one asked about.

    The evidence ids are the places in the files: this way round the server nothing is captured.
    """
    now = datetime.fromisoformat(_json(folder / "recording.json")["now"])
    series = _series(folder)
    alerts = tuple(
        Cited(alert_of(AlertLine.model_validate(line), INSTANCE, Links({})), ("alerts.jsonl",))
        for line in _lines(folder / "alerts.jsonl")
    )
    first = min((cited.value.points[0][0] for cited in series), default=now.timestamp())
    focus = next((cited.value for cited in alerts if cited.value.status is not AlertStatus.RESOLVED), None)
    return Scene(
        now=now,
        window=Window(start=datetime.fromtimestamp(first, now.tzinfo), end=now),
        alerts=alerts,
        series=series,
        changes=tuple(
            Cited(deploy_of(ChangeLine.model_validate(line), INSTANCE, Links({})), (f"changes.jsonl#{line['id']}",))
            for line in _lines(folder / "changes.jsonl")
        ),
        edges=_edges(folder),
        logs=tuple(
            Cited(log_entry_of(LogLine.model_validate(line)), ("logs.jsonl",))
            for line in _lines(folder / "logs.jsonl.gz")
        ),
        focus=focus,
        service=focus.service if focus else None,
    )


def _json(path: Path) -> Any:
    return json.loads(path.read_text())


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    if path.exists():
        text = gzip.decompress(path.read_bytes()).decode() if path.suffix == ".gz" else path.read_text()
        yield from (json.loads(line) for line in text.splitlines() if line.strip())


def _series(folder: Path) -> tuple[Cited[Series], ...]:
    kinds = {(entry["service"], entry["metric"]): entry["kind"] for entry in _json(folder / "metrics.json")}
    points: defaultdict[tuple[str, str], list[tuple[float, float]]] = defaultdict(list)
    with gzip.open(folder / "series.csv.gz", "rt", newline="") as file:
        for row in csv.DictReader(file):
            points[row["service"], row["metric"]].append((float(row["ts"]), float(row["value"])))
    return tuple(
        Cited(
            Series(
                metric=metric,
                service=service,
                kind=metric_kind_of(kinds.get((service, metric), "")),
                points=tuple(sorted(values)),
            ),
            (f"series.csv#{service}/{metric}",),
        )
        for (service, metric), values in points.items()
    )


def _edges(folder: Path) -> tuple[Cited[Dependency], ...]:
    topology = _json(folder / "topology.json")
    return tuple(
        Cited(
            Dependency(
                caller=caller,
                callee=callee,
                source=DependencySource.OBSERVED,
                external=callee in topology["external"],
            ),
            ("topology.json",),
        )
        for caller, callee in topology["edges"]
    )

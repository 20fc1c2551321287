"""Small incidents, made of steps in series, for tests of the verdict."""

import random
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from opsloom.analysis.scene import Cited, Scene
from opsloom.model.alerts import Alert, AlertStatus
from opsloom.model.deploys import ChangeKind, Deploy
from opsloom.model.logs import LogEntry, LogSeverity
from opsloom.model.metrics import MetricKind, Series
from opsloom.model.refs import Ref, RefKind
from opsloom.model.topology import Dependency, DependencySource
from opsloom.model.window import Window

ALERTED_AT = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)
NOW = ALERTED_AT + timedelta(minutes=10)
START = ALERTED_AT - timedelta(hours=2)
STEP_SECONDS = 60


def series(
    service: str,
    normal: float,
    present: float | None = None,
    *,
    metric: str = "latency_seconds",
    kind: MetricKind = MetricKind.LATENCY,
    since: datetime = ALERTED_AT,
    flicker: float = 0.02,
) -> Cited[Series]:
    """A value that flickers by a share around ``normal``, and from ``since`` on around ``present``."""
    choose = random.Random(f"{service} {metric}")  # noqa: S311  nothing is protected
    points = []
    at = START
    while at <= NOW:
        level = normal if present is None or at < since else present
        points.append((at.timestamp(), level * (1 + choose.uniform(-flicker, flicker))))
        at += timedelta(seconds=STEP_SECONDS)
    return Cited(Series(metric=metric, service=service, kind=kind, points=tuple(points)), (f"ev_{service}_{metric}",))


def requests(service: str, normal: float, present: float | None = None) -> Cited[Series]:
    return series(service, normal, present, metric="requests", kind=MetricKind.TRAFFIC)


def edges(*pairs: tuple[str, str], external: Iterable[str] = ()) -> tuple[Cited[Dependency], ...]:
    external = set(external)
    return tuple(
        Cited(
            Dependency(caller=caller, callee=callee, source=DependencySource.OBSERVED, external=callee in external),
            ("ev_edges",),
        )
        for caller, callee in pairs
    )


def change(
    name: str,
    service: str | None = "shop",
    *,
    minutes_before: float = 5,
    kind: ChangeKind = ChangeKind.DEPLOY,
    title: str = "release",
    files: tuple[str, ...] = ("src/pool.py",),
    diff: str = "",
) -> Cited[Deploy]:
    return Cited(
        Deploy(
            ref=Ref(RefKind.DEPLOY, "cd", name),
            kind=kind,
            at=ALERTED_AT - timedelta(minutes=minutes_before),
            service=service,
            title=title,
            files=files,
            diff=diff,
        ),
        (f"ev_{name}",),
    )


def log(service: str, message: str, *, minutes_after: float = 1) -> Cited[LogEntry]:
    at = ALERTED_AT + timedelta(minutes=minutes_after)
    return Cited(LogEntry(at=at, service=service, severity=LogSeverity.ERROR, message=message), ("ev_logs",))


def scene(
    measured: Iterable[Cited[Series]],
    calls: tuple[Cited[Dependency], ...] = (),
    changes: Iterable[Cited[Deploy]] = (),
    logs: Iterable[Cited[LogEntry]] = (),
    *,
    alerted: str | None = "shop",
    signal: MetricKind = MetricKind.LATENCY,
    summary: str = "",
) -> Scene:
    """An incident that ``alerted`` felt; without that, nobody did."""
    focus = None
    if alerted is not None:
        focus = Alert(
            ref=Ref(RefKind.ALERT, "am", "1"),
            name="Slow",
            status=AlertStatus.FIRING,
            service=alerted,
            signal=signal,
            starts_at=ALERTED_AT,
            summary=summary,
        )
    return Scene(
        now=NOW,
        window=Window(start=START, end=NOW),
        alerts=() if focus is None else (Cited(focus, ("ev_alerts",)),),
        series=tuple(measured),
        changes=tuple(changes),
        edges=calls,
        logs=tuple(logs),
        focus=focus,
        service=alerted,
    )

"""Who calls whom."""

from datetime import datetime
from enum import StrEnum

from opsloom.model.record import Noun
from opsloom.model.window import Window


class DependencyKind(StrEnum):
    """How the caller needs the callee."""

    SYNC = "sync"
    ASYNC = "async"
    DATA = "data"


class DependencySource(StrEnum):
    """Whether the edge was seen in telemetry or written down by somebody."""

    OBSERVED = "observed"
    DECLARED = "declared"


class Dependency(Noun):
    """One edge. ``external`` marks a callee that is seen only from its clients; rates are per second."""

    caller: str
    callee: str
    kind: DependencyKind = DependencyKind.SYNC
    source: DependencySource
    external: bool = False
    first_seen: datetime | None = None
    last_seen: datetime | None = None
    request_rate: float | None = None
    error_rate: float | None = None


class DependencyQuery(Noun):
    """The edges seen in ``window``, of one service or of all."""

    window: Window
    service: str | None = None
    limit: int

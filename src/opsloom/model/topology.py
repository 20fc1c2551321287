"""Who calls whom, and what kind of thing each end is."""

from datetime import datetime
from enum import StrEnum

from opsloom.model.record import Noun
from opsloom.model.window import Window


class DependencyKind(StrEnum):
    """How the caller needs the callee; ``sync`` is what is assumed where nobody says it."""

    SYNC = "sync"
    ASYNC = "async"
    DATA = "data"


class DependencySource(StrEnum):
    """Whether the edge was seen in telemetry or written down by somebody; adapters say one of the two, never both."""

    OBSERVED = "observed"
    DECLARED = "declared"
    BOTH = "both"


class NodeKind(StrEnum):
    """What one end of an edge is. ``vendor`` is run by somebody else, ``batch`` includes what runs on a mainframe."""

    SERVICE = "service"
    JOB = "job"
    DATASTORE = "datastore"
    QUEUE = "queue"
    VENDOR = "vendor"
    BATCH = "batch"


class Dependency(Noun):
    """One edge.

    ``external`` marks a callee that is seen only from its clients: it sends no telemetry of its own. The kind of an
    end is ``None`` where nobody tells it. ``first_seen`` and ``last_seen`` are the first and last request in the window
    that was asked for; rates are means over that window, per second.
    """

    caller: str
    callee: str
    kind: DependencyKind = DependencyKind.SYNC
    source: DependencySource
    external: bool = False
    caller_kind: NodeKind | None = None
    callee_kind: NodeKind | None = None
    first_seen: datetime | None = None
    last_seen: datetime | None = None
    request_rate: float | None = None
    error_rate: float | None = None


class DependencyQuery(Noun):
    """The edges seen in ``window``, of one service or of all; what is declared holds for every window."""

    window: Window
    service: str | None = None
    limit: int

"""Which metrics of a service are about requests: a counter and durations of the same work belong together."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from opsloom.adapter_api.dialects.prometheus.metric_names import (
    DURATION_WORDS,
    ERROR_WORDS,
    TIME_UNITS,
    WORK_WORDS,
    unit_of,
    words_of,
)
from opsloom.model.metrics import MetricKind
from opsloom_adapters.prometheus.conventions import kind_of

_CLASSIC_NAME = re.compile(r"[a-zA-Z_:][a-zA-Z0-9_:]*")
# Of the exposition, the runtime and the edges between services, not of the work of a service.
_NOT_ITS_WORK = ("scrape_", "promhttp_", "go_gc_", "go_sched_", "jvm_gc_", "python_gc_", "traces_service_graph_")
_ISTIO = "istio_"
_ISTIO_SERVICE_LABELS = ("destination_canonical_service",)
_MADE_WORDS = frozenset(("client", "outbound", "outgoing", "upstream", "egress", "dialer"))
_REQUEST_WORDS = WORK_WORDS | {"request", "http", "grpc", "rpc", "server", "handling"}
_MEASURE_WORDS = WORK_WORDS | DURATION_WORDS | TIME_UNITS | {"request", "handling", "total"}
_NO_WORK_WORDS = frozenset(("age", "timestamp", "interval"))


@dataclass(frozen=True, slots=True)
class Durations:
    """``name`` is without ``_bucket``, ``_sum`` and ``_count``; a summary has no buckets."""

    name: str
    has_buckets: bool

    @property
    def unit(self) -> str:
        return unit_of(self.name)


@dataclass(frozen=True, slots=True)
class RequestFamily:
    """Requests of one sort: what counts them and, where it is known, how long they took."""

    counter: str
    durations: Durations | None = None

    @property
    def name(self) -> str:
        """What a reader knows it by."""
        return self.counter.removesuffix("_count")

    @property
    def work(self) -> str:
        """What is counted, in the plural, as the name says: requests, calls, messages."""
        return min(words_of(self.counter) & (WORK_WORDS - {"handled"}), default="requests")

    @property
    def is_made(self) -> bool:
        """Whether the service made these requests rather than answered them."""
        return bool(words_of(self.counter) & _MADE_WORDS)

    @property
    def rank(self) -> tuple[bool, bool, str]:
        """The requests of users first: those that are answered, and surely are requests."""
        return self.is_made, not words_of(self.counter) & _REQUEST_WORDS, self.counter

    def service_labels(self, configured: Sequence[str]) -> Sequence[str]:
        """Istio's proxies carry the labels of whoever made the request as well; the label of the callee decides."""
        return _ISTIO_SERVICE_LABELS if self.counter.startswith(_ISTIO) else configured


def mesh_selector(service: str) -> str:
    """Finds what proxies of other services tell about ``service``, which is given as a quoted literal."""
    return f'{{__name__=~"{_ISTIO}request.+",{_ISTIO_SERVICE_LABELS[0]}={service}}}'


def names_of_work(names: Iterable[str]) -> frozenset[str]:
    """The names that PromQL can be written with, without those that say nothing about the work of a service."""
    classic = (name for name in names if _CLASSIC_NAME.fullmatch(name))
    return frozenset(name for name in classic if not name.startswith(_NOT_ITS_WORK))


def request_families(names: frozenset[str]) -> list[RequestFamily]:
    """Most telling first. Durations without a counter of the same work count themselves."""
    timed = list(_durations(names))
    found = []
    for name in sorted(names):
        if name.endswith("_total") and kind_of(name) is MetricKind.TRAFFIC:
            own = next((durations for durations in timed if _subject(durations.name) == _subject(name)), None)
            if own is not None:
                timed.remove(own)
            found.append(RequestFamily(name, own))
    found += (RequestFamily(f"{durations.name}_count", durations) for durations in timed)
    return sorted(found, key=lambda family: family.rank)


def _durations(names: frozenset[str]) -> Iterator[Durations]:
    for name in sorted(names):
        family = name.removesuffix("_count")
        if family == name or f"{family}_sum" not in names or not _is_duration(family):
            continue
        yield Durations(family, f"{family}_bucket" in names)


def _is_duration(family: str) -> bool:
    """A distribution in seconds is one of durations, but for the few that tell an age."""
    words = words_of(family)
    return unit_of(family) in TIME_UNITS and not words & (_NO_WORK_WORDS | ERROR_WORDS)


def _subject(name: str) -> frozenset[str]:
    """``http_requests_total`` and ``http_request_duration_seconds`` are both about ``http``."""
    return words_of(name) - _MEASURE_WORDS

"""The same alert, told more than once: by several providers, for several replicas, again and again."""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from opsloom.analysis.disjoint_sets import DisjointSets
from opsloom.model.alerts import Alert, AlertStatus
from opsloom.model.refs import Ref

FOLD_GAP_SECONDS = 3_600  # a start that comes later after the one before is news, not a repetition
FLAPPING_STARTS_MIN = 3

# Labels of whoever evaluated the rule: two Prometheus servers of a pair tell the same alert.
_OBSERVER_LABELS = frozenset(
    ("prometheus", "prometheus_replica", "replica", "__replica__", "receive_replica", "monitor")
)
# Labels of one of several equal copies of a service.
_REPLICA_LABELS = frozenset(
    (
        "instance", "pod", "pod_name", "pod_uid", "container_id", "host", "hostname", "node", "ip",
        "host.name", "k8s.pod.name", "k8s.node.name", "service.instance.id", "service_instance_id",
    )
)  # fmt: skip
_OF_ALL_COPIES = _OBSERVER_LABELS | _REPLICA_LABELS

AlertKey = tuple[str, str]


@dataclass(frozen=True, slots=True)
class FoldedAlert:
    """One alert and all ``records`` of it, 1 if it was told once.

    ``alert`` is the record to show: one that is still active, the worst, the earliest. ``replicas`` counts the
    copies of the service that it fired for, ``active_until`` is the last moment at which any record was active.
    ``flapping`` means that one provider saw it start ``FLAPPING_STARTS_MIN`` times or more.
    """

    alert: Alert
    refs: tuple[Ref, ...]
    records: int
    replicas: int
    started_at: datetime
    active_until: datetime
    flapping: bool

    @property
    def key(self) -> AlertKey:
        """A name for ordering that moves with no other alert."""
        return min(key_of(ref) for ref in self.refs)


def key_of(ref: Ref) -> AlertKey:
    """The native id comes first: the same alert has the same one at several providers, and no service's name in it."""
    return ref.native_id, ref.instance


def fold_alerts(alerts: Iterable[Alert], now: datetime) -> list[FoldedAlert]:
    """Each alert once, by start.

    Records are of the same alert if they have the same fingerprint, or the same name, service and labels, labels of
    the observer and of replicas left aside; and if they started at most ``FOLD_GAP_SECONDS`` after one another.
    Where no service is known a label such as ``host`` is all that tells two things apart, so it counts.
    """
    distinct = {(alert.ref, alert.starts_at): alert for alert in sorted(alerts, key=_heard_last)}
    by_identity: defaultdict[Hashable, list[Alert]] = defaultdict(list)
    same: DisjointSets[Hashable] = DisjointSets()
    first_of_fingerprint: dict[str, Hashable] = {}
    for alert in distinct.values():
        identity = _identity(alert)
        by_identity[identity].append(alert)
        if alert.fingerprint:
            same.join(identity, first_of_fingerprint.setdefault(alert.fingerprint, identity))
    folded = [
        _fold(spell, now)
        for identities in same.sets(by_identity)
        for spell in _spells([alert for identity in identities for alert in by_identity[identity]])
    ]
    return sorted(folded, key=lambda one: (one.started_at, one.key))


def active_until(alert: Alert, now: datetime) -> datetime:
    """The end, where it is known; a resolved alert that tells no end was over when it was last heard of."""
    if alert.ends_at is not None:
        return alert.ends_at
    return (alert.updated_at or alert.starts_at) if alert.status is AlertStatus.RESOLVED else now


def _identity(alert: Alert) -> Hashable:
    ignored = _OBSERVER_LABELS if alert.service is None else _OF_ALL_COPIES
    return alert.name, alert.service, frozenset(item for item in alert.labels.items() if item[0] not in ignored)


def _spells(alerts: Iterable[Alert]) -> Iterator[Sequence[Alert]]:
    ordered = sorted(alerts, key=lambda alert: (alert.starts_at, key_of(alert.ref)))
    begin = 0
    for index, (earlier, later) in enumerate(pairwise(ordered), start=1):
        if later.starts_at - earlier.starts_at > timedelta(seconds=FOLD_GAP_SECONDS):
            yield ordered[begin:index]
            begin = index
    yield ordered[begin:]


def _fold(spell: Sequence[Alert], now: datetime) -> FoldedAlert:
    starts: defaultdict[Hashable, set[datetime]] = defaultdict(set)
    replicas = set()
    for alert in spell:
        replica = frozenset(item for item in alert.labels.items() if item[0] not in _OBSERVER_LABELS)
        replicas.add(replica)
        starts[alert.ref.instance, replica].add(alert.starts_at)
    return FoldedAlert(
        alert=min(spell, key=_most_telling),
        refs=tuple(dict.fromkeys(alert.ref for alert in spell)),
        records=len(spell),
        replicas=len(replicas),
        started_at=spell[0].starts_at,
        active_until=max(active_until(alert, now) for alert in spell),
        flapping=max(map(len, starts.values())) >= FLAPPING_STARTS_MIN,
    )


def _heard_last(alert: Alert) -> tuple[datetime, bool, int]:
    """Of two states of one record the later one counts, and of those the one that is over."""
    return alert.updated_at or alert.starts_at, alert.status is AlertStatus.RESOLVED, -alert.severity.rank


def _most_telling(alert: Alert) -> tuple[bool, int, datetime, AlertKey]:
    return alert.status is AlertStatus.RESOLVED, alert.severity.rank, alert.starts_at, key_of(alert.ref)

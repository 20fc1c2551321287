"""LogReader: what the control plane and the kubelets say of objects, as core/v1 events.

https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/event-v1/
"""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta

from opsloom.adapter_api.call import Call
from opsloom.model.logs import LogEntry, LogQuery, LogSeverity
from opsloom.model.page import Page
from opsloom_adapters.kubernetes import wire
from opsloom_adapters.kubernetes.client import DEPLOYMENTS, EVENTS, NOT_ALL_READ, KubernetesClient
from opsloom_adapters.kubernetes.config import KubernetesConfig
from opsloom_adapters.kubernetes.mapping import severity_of
from opsloom_adapters.kubernetes.naming import service_of_deployment
from opsloom_adapters.kubernetes.selectors import places_of, shown

_KEPT = timedelta(hours=1)
_RANDOM = "bcdfghjklmnpqrstvwxz2456789"
"""The characters of which Kubernetes makes up the ends of names (k8s.io/apimachinery/pkg/util/rand)."""
_END_OF_POD = re.compile(rf"-([{_RANDOM}]{{5}}|[0-9]+)")
_END_OF_REPLICA_SET = re.compile(rf"-[{_RANDOM}0-9]{{1,10}}")
_WORKLOADS = frozenset({"Pod", "ReplicaSet", "Deployment", "StatefulSet", "DaemonSet", "Job", "CronJob"})
_NOTHING_WORSE = "Kubernetes' events are Normal or Warning: none is worse than a warning"
_FORGOTTEN = "a cluster keeps events for about an hour (--event-ttl): what was before that is gone"
_REPEATED = "a repeated event stands once, at the time when it was seen last"


async def search_logs(
    client: KubernetesClient, config: KubernetesConfig, query: LogQuery, call: Call
) -> Page[LogEntry]:
    """The events of ``query``, newest first."""
    deployments = await client.objects(call, DEPLOYMENTS, places_of(config))
    services = {
        (one.metadata.namespace, one.metadata.name): service_of_deployment(one, config) for one in deployments.rows
    }
    warnings = query.severity is not None and query.severity.rank >= LogSeverity.WARN.rank
    field_selector = "type=Warning" if warnings else ""
    events = await client.objects(call, EVENTS, places_of(config), field_selector=field_selector, window=query.window)
    entries = (_entry_of(event, services) for event in events.rows)
    found = sorted((entry for entry in entries if query.matches(entry)), key=lambda entry: entry.at, reverse=True)
    read_all = deployments.complete and events.complete
    return Page(
        rows=tuple(found[: query.limit]),
        total=len(found) if read_all else None,
        complete=read_all and len(found) <= query.limit,
        query=f"events {shown(places_of(config))} {field_selector}".rstrip(),
        notes=(
            _REPEATED,
            *((_FORGOTTEN,) if query.window.start < call.now - _KEPT else ()),
            *((_NOTHING_WORSE,) if query.severity in (LogSeverity.ERROR, LogSeverity.FATAL) else ()),
            *(() if read_all else (NOT_ALL_READ,)),
        ),
    )


def _entry_of(event: wire.Event, services: Mapping[tuple[str, str], str]) -> LogEntry:
    about = event.involved_object
    namespace = about.namespace or event.metadata.namespace
    count = max(event.count, event.series.count if event.series else 0)
    said = {
        "namespace": namespace,
        "object": f"{about.kind}/{about.name}",
        "source": event.reporting_component or event.source.component,
        "node": event.source.host,
        "count": str(count) if count > 1 else "",
    }
    return LogEntry(
        at=_last_seen(event),
        service=_service_of(about, namespace, services),
        severity=severity_of(event.type),
        severity_raw=event.type,
        message=f"{event.reason}: {event.message}" if event.reason else event.message,
        cursor=event.metadata.uid,
        attributes={name: value for name, value in said.items() if value},
    )


def _last_seen(event: wire.Event) -> datetime:
    series = event.series.last_observed_time if event.series else None
    return (
        series or event.last_timestamp or event.event_time or event.first_timestamp or event.metadata.creation_timestamp
    )


def _service_of(about: wire.ObjectReference, namespace: str, services: Mapping[tuple[str, str], str]) -> str | None:
    """An event names its object and not whose it is: the service of the Deployment after which the object is named,
    else the workload's own name."""
    name = about.name
    if about.kind == "Pod":
        name = _without(_END_OF_POD, name)
    if about.kind in ("Pod", "ReplicaSet"):
        deployment = _without(_END_OF_REPLICA_SET, name)
        name = deployment if (namespace, deployment) in services else name
    named_after = name if about.kind in _WORKLOADS else ""
    return services.get((namespace, name)) or named_after or None


def _without(end: re.Pattern[str], name: str) -> str:
    head, dash, tail = name.rpartition("-")
    return head if dash and end.fullmatch(dash + tail) else name

"""Monitor groups as alerts: each group of a monitor alerts on its own."""

from collections.abc import Iterable
from datetime import UTC, datetime

from opsloom.model.alerts import Alert, AlertStatus
from opsloom.model.refs import Ref, RefKind
from opsloom_adapters.datadog import wire
from opsloom_adapters.datadog.links import monitor_link
from opsloom_adapters.datadog.mapping import severity_of, severity_word, status_of
from opsloom_adapters.datadog.tags import labels_of, value_in

WHOLE = frozenset({"total", "*"})
"""What Datadog calls the only group of a monitor that is not broken down."""
MONITOR_ID = "monitor_id"


def found_alert(
    heard: wire.MonitorGroup, instance: str, site_url: str, since: datetime, service: str | None = None
) -> Alert:
    """A group as the search tells it; ``since`` is when it counts from where Datadog does not say.

    A tag of the group says more than one of its monitor. ``service`` is the one asked for, which counts where several
    tags name one.
    """
    severity_raw = severity_word(heard.status, heard.priority)
    own = group_tags(heard)
    return Alert(
        ref=Ref(RefKind.ALERT, instance, f"{heard.monitor_id}:{heard.group}"),
        link=monitor_link(site_url, heard.monitor_id, "" if heard.group in WHOLE else heard.group),
        name=heard.monitor_name,
        status=status_of(heard.status, muted=bool(heard.muted)),
        status_raw=heard.status,
        severity=severity_of(severity_raw),
        severity_raw=severity_raw,
        service=value_in(own, "service", service) or value_in(heard.all_tags, "service", service),
        team=value_in(own, "team") or value_in(heard.all_tags, "team"),
        starts_at=time_of(heard.last_triggered_ts) or time_of(heard.last_nodata_ts) or since,
        fingerprint=f"{heard.monitor_id}:{heard.group}",
        labels={MONITOR_ID: str(heard.monitor_id), **labels_of(own)},
        annotations=labels_of(heard.all_tags),
        attributes={} if heard.muted is None else {"muted": str(heard.muted).lower()},
    )


def read_alert(monitor: wire.Monitor, group: str, state: wire.GroupState, instance: str, site_url: str) -> Alert:
    """A group as its monitor tells it."""
    said = state.status or monitor.overall_state
    as_found = wire.MonitorGroup(
        monitor_id=monitor.id,
        monitor_name=monitor.name,
        group=group,
        group_tags=tuple(group.split(",")),
        all_tags=monitor.tags,
        status=said,
        priority=monitor.priority,
        muted=_is_muted(monitor, group),
        last_triggered_ts=state.last_triggered_ts,
        last_nodata_ts=state.last_nodata_ts,
    )
    since = monitor.overall_state_modified or monitor.modified or datetime.fromtimestamp(0, UTC)
    alert = found_alert(as_found, instance, site_url, since.astimezone(UTC))
    thresholds = (monitor.options and monitor.options.thresholds) or wire.Thresholds()
    resolved = alert.status is AlertStatus.RESOLVED
    return alert.model_copy(
        update={
            "summary": monitor.message,
            "ends_at": time_of(state.last_resolved_ts) if resolved else None,
            "threshold": thresholds.warning if said == "Warn" else thresholds.critical,
            "expression": monitor.query,
            "attributes": {**alert.attributes, "monitor_type": monitor.type},
        }
    )


def group_tags(heard: wire.MonitorGroup) -> tuple[str, ...]:
    """The tags of the group itself; none of a monitor that is not broken down."""
    return () if heard.group in WHOLE else heard.group_tags


def time_of(seconds: int | None) -> datetime | None:
    """Unix seconds; 0 means never."""
    return datetime.fromtimestamp(seconds, UTC) if seconds else None


def _is_muted(monitor: wire.Monitor, group: str) -> bool:
    mine = WHOLE | {group}
    silenced: Iterable[str] = (monitor.options and monitor.options.silenced) or ()
    return bool(mine & set(silenced)) or any(
        not one.groups or mine & set(one.groups) for one in monitor.matching_downtimes
    )

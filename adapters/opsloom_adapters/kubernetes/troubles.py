"""What is wrong with a pod or a Deployment, by its own status: Kubernetes has no alerts.

https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/
https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#deployment-status
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from opsloom.model.alerts import Severity
from opsloom_adapters.kubernetes import wire

STARTING = frozenset({"ContainerCreating", "PodInitializing"})
"""Reasons for which a container waits while nothing is wrong."""
_OUT_OF_MEMORY = "OOMKilled"


@dataclass(frozen=True)
class Trouble:
    """``name`` is Kubernetes' reason; ``ends_at`` is there when it is over."""

    name: str
    severity: Severity
    summary: str
    starts_at: datetime
    ends_at: datetime | None = None
    container: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict)


def trouble_of_pod(pod: wire.Pod, now: datetime, not_ready_seconds: int) -> Trouble | None:
    """The worst that can be seen of a pod; nothing of one that is being deleted."""
    if pod.metadata.deletion_timestamp is not None or pod.status.phase == "Succeeded":
        return None
    if pod.status.phase == "Failed":
        return _failure(pod)
    return _waiting(pod) or _not_ready(pod, now - timedelta(seconds=not_ready_seconds)) or _out_of_memory(pod)


def trouble_of_deployment(deployment: wire.Deployment) -> Trouble | None:
    """What its conditions complain of, the worst first. Fewer replicas than wanted are none by themselves: as long as
    its strategy allows for them, the Deployment is available."""
    bad = (("Available", "False"), ("ReplicaFailure", "True"), ("Progressing", "False"))
    for kind, status in bad:
        condition = deployment.condition(kind)
        if condition is not None and condition.status == status:
            return _of_condition(deployment, condition)
    return None


def _of_condition(deployment: wire.Deployment, condition: wire.Condition) -> Trouble:
    wanted, status = deployment.spec.replicas, deployment.status
    severity = Severity.WARNING
    if condition.type == "Available":
        severity = Severity.ERROR if status.available_replicas else Severity.CRITICAL
    return Trouble(
        name=condition.reason or f"{condition.type}{condition.status}",
        severity=severity,
        summary=f"{status.available_replicas} of {wanted} replicas are available. {condition.message}".strip(),
        starts_at=condition.last_transition_time
        or condition.last_update_time
        or deployment.metadata.creation_timestamp,
        attributes={
            "condition": f"{condition.type}={condition.status}",
            "replicas_wanted": str(wanted),
            "replicas_available": str(status.available_replicas),
            "replicas_updated": str(status.updated_replicas),
        },
    )


def _failure(pod: wire.Pod) -> Trouble:
    """It is over: a failed pod never runs again, whatever replaced it is another one."""
    ended = [one.state.terminated for one in pod.status.container_statuses if one.state.terminated]
    times = [one.finished_at for one in ended if one.finished_at is not None]
    at = max(times, default=_since(pod, "Ready"))
    causes = [f"{one.reason} (exit code {one.exit_code})" for one in ended if one.exit_code]
    return Trouble(
        name=pod.status.reason or "PodFailed",
        severity=Severity.WARNING,
        summary=pod.status.message or ", ".join(causes) or "the pod failed",
        starts_at=at,
        ends_at=at,
    )


def _waiting(pod: wire.Pod) -> Trouble | None:
    for one in (*pod.status.init_container_statuses, *pod.status.container_statuses):
        waiting = one.state.waiting
        if waiting is not None and waiting.reason and waiting.reason not in STARTING:
            last = _last_end(one)
            return Trouble(
                name=waiting.reason,
                severity=Severity.ERROR,
                summary=". ".join(part for part in (waiting.message, f"Last ended: {last}" if last else "") if part),
                starts_at=_since(pod, "Ready"),
                container=one.name,
                attributes=_of_container(one),
            )
    return None


def _not_ready(pod: wire.Pod, latest: datetime) -> Trouble | None:
    ready, scheduled = pod.condition("Ready"), pod.condition("PodScheduled")
    is_waiting = scheduled is not None and scheduled.status == "False"
    condition = scheduled if is_waiting else ready
    since = _since(pod, "PodScheduled" if is_waiting else "Ready")
    if condition is None or condition.status == "True" or since > latest:
        return None
    restarts = sum(one.restart_count for one in pod.status.container_statuses)
    return Trouble(
        name=(condition.reason or "Unschedulable") if is_waiting else "PodNotReady",
        severity=Severity.WARNING,
        summary=condition.message or condition.reason,
        starts_at=since,
        attributes={"reason": condition.reason, "restarts": str(restarts)},
    )


def _out_of_memory(pod: wire.Pod) -> Trouble | None:
    """A kill that the container came back from. It is over since it runs again."""
    for one in (*pod.status.init_container_statuses, *pod.status.container_statuses):
        killed = one.last_state.terminated
        if killed is not None and killed.reason == _OUT_OF_MEMORY and killed.finished_at is not None:
            running = one.state.running
            return Trouble(
                name=_OUT_OF_MEMORY,
                severity=Severity.WARNING,
                summary=f"the container {one.name} took more memory than its limit; {one.restart_count} restarts",
                starts_at=killed.finished_at,
                ends_at=running.started_at if running else None,
                container=one.name,
                attributes=_of_container(one),
            )
    return None


def _since(pod: wire.Pod, kind: str) -> datetime:
    condition = pod.condition(kind)
    moved = condition.last_transition_time if condition is not None and condition.status != "True" else None
    return moved or pod.metadata.creation_timestamp


def _last_end(status: wire.ContainerStatus) -> str:
    end = status.last_state.terminated
    return f"{end.reason or 'unknown'} (exit code {end.exit_code}), {status.restart_count} restarts" if end else ""


def _of_container(status: wire.ContainerStatus) -> dict[str, str]:
    end = status.last_state.terminated
    said = {"restarts": str(status.restart_count), "image": status.image}
    return {**said, "last_ended": end.reason, "exit_code": str(end.exit_code)} if end else said

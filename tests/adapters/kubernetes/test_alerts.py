"""Pods and Deployments in trouble, from canned replies."""

from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from opsloom.model.alerts import Alert, AlertQuery, AlertStatus, Severity
from opsloom.model.errors import NotFoundError
from opsloom.model.page import Page
from tests.adapters.kubernetes.asking import DEPLOYMENTS, INSTANCE, PODS, Cluster, call_at, connected, window
from tests.adapters.kubernetes.objects import Json, condition, container, crashing, deployment, listed, meta, pod


def at(hour: int, minute: int) -> datetime:
    return datetime(2026, 3, 3, hour, minute, tzinfo=UTC)


async def search(
    pods: list[Json], *deployments: Json, settings: Any = None, transport: Cluster | None = None, **asked: Any
) -> Page[Alert]:
    at_the_edge = transport or Cluster({DEPLOYMENTS: listed(*deployments), PODS: listed(*pods)})
    async with connected(at_the_edge, **(settings or {})) as adapter:
        return await adapter.search_alerts(AlertQuery(**{"window": window(1), "limit": 10, **asked}), call_at())


async def alert_of(one: Json) -> Alert | None:
    rows = (await search([one])).rows if "containers" in one["spec"] else (await search([], one)).rows
    return rows[0] if rows else None


def not_ready(since: str, reason: str = "ContainersNotReady", **said: Any) -> Json:
    return {"conditions": [condition("Ready", "False", reason, since)], **said}


async def test_a_crashing_pod_fires_since_it_is_not_ready() -> None:
    (alert,) = (await search([crashing()])).rows
    assert (alert.name, alert.status, alert.severity) == ("CrashLoopBackOff", AlertStatus.FIRING, Severity.ERROR)
    assert (alert.starts_at, alert.ends_at) == (at(9, 2), None)
    assert alert.summary == (
        "back-off 5m0s restarting failed container. Last ended: OOMKilled (exit code 137), 6 restarts"
    )
    assert str(alert.ref) == f"alert:{INSTANCE}/pod%2Fshop%2Fcheckout-142-x2x7p"
    assert (alert.service, alert.team) == ("checkout", "payments")
    assert alert.labels == {
        "namespace": "shop",
        "pod": "checkout-142-x2x7p",
        "container": "app",
        "node": "node-1",
    }
    assert (alert.attributes["restarts"], alert.attributes["last_ended"]) == ("6", "OOMKilled")


@pytest.mark.parametrize("reason", ["ImagePullBackOff", "CreateContainerConfigError", "SomethingNew"])
@pytest.mark.parametrize("kind", ["containerStatuses", "initContainerStatuses"])
async def test_whatever_a_container_waits_for_in_vain_is_named(reason: str, kind: str) -> None:
    waiting = container(ready=False, state={"waiting": {"reason": reason, "message": "no"}})
    alert = await alert_of(pod(status={**not_ready("2026-03-03T09:15:00Z"), kind: [waiting]}))
    assert alert is not None
    assert (alert.name, alert.summary, alert.starts_at) == (reason, "no", at(9, 15))


@pytest.mark.parametrize("reason", ["ContainerCreating", "PodInitializing"])
async def test_a_pod_that_starts_is_in_no_trouble(reason: str) -> None:
    waiting = container(ready=False, state={"waiting": {"reason": reason}})
    started = not_ready("2026-03-03T09:18:00Z", containerStatuses=[waiting], phase="Pending")
    assert await alert_of(pod(status=started)) is None


async def test_a_pod_that_is_not_ready_for_long_fires_since_then() -> None:
    alert = await alert_of(pod(status=not_ready("2026-03-03T09:15:00Z")))
    assert alert is not None
    assert (alert.name, alert.severity, alert.starts_at) == ("PodNotReady", Severity.WARNING, at(9, 15))
    assert await alert_of(pod(status=not_ready("2026-03-03T09:15:01Z"))) is None
    late = await search([pod(status=not_ready("2026-03-03T09:19:00Z"))], settings={"not_ready_seconds": 60})
    assert len(late.rows) == 1


async def test_a_pod_that_no_node_takes_fires() -> None:
    unscheduled = condition("PodScheduled", "False", "Unschedulable", "2026-03-03T09:01:00Z", "0/9 nodes: memory")
    alert = await alert_of(pod(status={"phase": "Pending", "conditions": [unscheduled], "containerStatuses": []}))
    assert alert is not None
    assert (alert.name, alert.summary, alert.starts_at) == ("Unschedulable", "0/9 nodes: memory", at(9, 1))


async def test_a_kill_that_the_container_came_back_from_is_over() -> None:
    killed = {"terminated": {"exitCode": 137, "reason": "OOMKilled", "finishedAt": "2026-03-03T08:59:00Z"}}
    alert = await alert_of(pod(status={"containerStatuses": [container(lastState=killed, restartCount=1)]}))
    assert alert is not None
    assert (alert.name, alert.status) == ("OOMKilled", AlertStatus.RESOLVED)
    assert alert.starts_at == at(8, 59)
    assert alert.ends_at == datetime(2026, 3, 3, 9, 0, 10, tzinfo=UTC)
    ended = {"terminated": {"exitCode": 1, "reason": "Error", "finishedAt": "2026-03-03T08:59:00Z"}}
    assert await alert_of(pod(status={"containerStatuses": [container(lastState=ended)]})) is None


async def test_a_failed_pod_is_over_when_it_failed() -> None:
    failed = {"exitCode": 3, "reason": "Error", "finishedAt": "2026-03-03T09:10:00Z"}
    status = {"phase": "Failed", "containerStatuses": [container(state={"terminated": failed})]}
    alert = await alert_of(pod(status=status))
    assert alert is not None
    assert (alert.name, alert.status, alert.summary) == ("PodFailed", AlertStatus.RESOLVED, "Error (exit code 3)")
    assert alert.starts_at == alert.ends_at == at(9, 10)
    evicted = await alert_of(pod(status={**status, "reason": "Evicted", "message": "low on memory"}))
    assert evicted is not None
    assert (evicted.name, evicted.summary) == ("Evicted", "low on memory")


GOING = pod(status=not_ready("2026-03-03T08:00:00Z"), deletionTimestamp="2026-03-03T09:19:00Z")


@pytest.mark.parametrize("well", [pod(), pod(status={"phase": "Succeeded"}), GOING])
async def test_pods_that_are_well_done_or_going_are_in_no_trouble(well: Json) -> None:
    assert await alert_of(well) is None


@pytest.mark.parametrize(
    ("one", "available", "severity"),
    [
        (condition("Available", "False", "MinimumReplicasUnavailable"), 0, Severity.CRITICAL),
        (condition("Available", "False", "MinimumReplicasUnavailable"), 1, Severity.ERROR),
        (condition("Progressing", "False", "ProgressDeadlineExceeded"), 3, Severity.WARNING),
        (condition("ReplicaFailure", "True", "FailedCreate"), 3, Severity.WARNING),
    ],
)
async def test_a_deployment_fires_for_its_conditions(one: Json, available: int, severity: Severity) -> None:
    alert = await alert_of(deployment(conditions=[one], status={"availableReplicas": available}))
    assert alert is not None
    assert (alert.name, alert.severity, alert.status) == (one["reason"], severity, AlertStatus.FIRING)
    assert alert.summary == f"{available} of 3 replicas are available. {one['message']}"
    assert alert.starts_at == at(9, 0)
    assert alert.ref.native_id == "deployment/shop/checkout"


async def test_a_deployment_that_is_available_is_in_no_trouble() -> None:
    assert await alert_of(deployment(status={"availableReplicas": 2, "unavailableReplicas": 1})) is None
    assert await alert_of(deployment(conditions=[])) is None


async def test_the_worst_come_first_and_a_limit_says_what_it_cut() -> None:
    down = deployment(conditions=[condition("Available", "False", "Down")], status={"availableReplicas": 0})
    pods = [pod(status=not_ready("2026-03-03T09:01:00Z")), crashing()]
    page = await search(pods, down)
    assert [one.name for one in page.rows] == ["Down", "CrashLoopBackOff", "PodNotReady"]
    assert "no alerts" in page.notes[0]
    cut = await search(pods, down, limit=2)
    assert (len(cut.rows), cut.complete, cut.total) == (2, False, 3)


async def test_filters_are_kept() -> None:
    assert (await search([crashing()], severity=Severity.CRITICAL)).rows == ()
    assert (await search([crashing()], team="search")).rows == ()
    assert len((await search([crashing()], text="oomkilled")).rows) == 1
    assert (await search([crashing()], statuses=frozenset({AlertStatus.RESOLVED}))).rows == ()
    assert (await search([crashing()], service="payments")).rows == ()


async def test_a_service_is_asked_for_by_its_labels_and_by_its_name_where_there_are_none() -> None:
    def pods(request: httpx.Request) -> Any:
        unlabelled = crashing()
        unlabelled["metadata"] = meta("checkout-142-aaaaa", ownerReferences=crashing()["metadata"]["ownerReferences"])
        unlabelled["metadata"]["labels"] = {"pod-template-hash": "142"}
        return listed(unlabelled) if request.url.params["labelSelector"] == "!app,!x/y" else listed()

    transport = Cluster({DEPLOYMENTS: listed(), PODS: pods})
    page = await search([], transport=transport, service="checkout", settings={"service_labels": ["app", "x/y"]})
    asked = [one.url.params["labelSelector"] for one in transport.requests[1:]]
    assert asked == ["app=checkout", "!app,x/y=checkout", "!app,!x/y"]
    assert [one.ref.native_id for one in page.rows] == ["pod/shop/checkout-142-aaaaa"]


@pytest.mark.parametrize("service", ["a=b", "a,b", "x) or (y", "-a", "a\nb", "a" * 64, "café", ""])
async def test_what_can_be_no_label_is_never_written_into_a_selector(service: str) -> None:
    transport = Cluster({DEPLOYMENTS: listed(), PODS: listed(crashing())})
    page = await search([], transport=transport, service=service)
    assert page.rows == ()
    assert [one.url.params["labelSelector"] for one in transport.requests[1:]] == ["!app.kubernetes.io/name,!app"]


async def test_an_alert_is_read_by_its_id_with_one_request() -> None:
    transport = Cluster({f"{PODS}/checkout-142-x2x7p": crashing(), f"{PODS}/well": pod("well")})
    async with connected(transport) as adapter:
        alert = await adapter.get_alert("pod/shop/checkout-142-x2x7p", call_at())
        assert alert == (await search([crashing()])).rows[0]
        with pytest.raises(NotFoundError, match="it is well now"):
            await adapter.get_alert("pod/shop/well", call_at())
        for native_id in ("", "pod", "pod/shop", "node/shop/x", "pod/shop/a/b", "pod/../x", "pod/shop/A"):
            with pytest.raises(NotFoundError):
                await adapter.get_alert(native_id, call_at())
    assert len(transport.requests) == 2

"""Restarting and scaling a Deployment, from canned replies."""

from collections.abc import Mapping
from typing import Any

import httpx
import pytest

from opsloom.model.changes import (
    ChangePlan,
    ChangeRevision,
    Effect,
    Observation,
    RestartService,
    ScaleService,
    Sight,
    SyncService,
)
from opsloom.model.errors import ConflictError, InvalidRequestError, UnavailableError, UnsupportedError
from tests.adapters.canned import MARKER, order_of
from tests.adapters.kubernetes.asking import AUTOSCALERS, DEPLOYMENTS, Cluster, call_at, connected
from tests.adapters.kubernetes.objects import SCALE, Json, autoscaler, deployment, listed, template

IMAGE = "registry.example.com/shop/checkout:1.4.2"
RESTART = RestartService(service="checkout")
SCALE_UP = ScaleService(service="checkout", replicas=5)


def cluster(of: Json | None = None, replies: Mapping[str, Any] | None = None) -> Cluster:
    one = of or deployment()
    return Cluster(
        {
            DEPLOYMENTS: listed(one),
            f"{DEPLOYMENTS}/checkout": one,
            AUTOSCALERS: listed(),
            f"PATCH {DEPLOYMENTS}/checkout": one,
            f"PATCH {DEPLOYMENTS}/checkout/scale": SCALE,
            **(replies or {}),
        }
    )


async def plan(transport: Cluster, change: Any) -> ChangePlan:
    async with connected(transport) as adapter:
        return await adapter.plan_service_operation(change, call_at())


async def apply(transport: Cluster, planned: ChangePlan) -> None:
    async with connected(transport) as adapter:
        await adapter.apply_service_operation(order_of(planned), call_at())


async def observe(planned: ChangePlan, of: Json) -> Observation:
    async with connected(cluster(of)) as adapter:
        return await adapter.observe_service_operation(order_of(planned), call_at())


async def test_a_restart_says_how_many_pods_it_replaces_and_that_nothing_brings_them_back() -> None:
    planned = await plan(cluster(), RESTART)
    assert planned.change == RestartService(service="checkout", environment="shop")
    assert planned.effects[0] == Effect(what="pods", before="3 running", after="3 new ones of the same template")
    assert planned.effects[1].before == "never"
    assert (planned.inverse, planned.conditional) == (None, True)
    assert planned.irreversible.startswith("pods that were replaced do not come back")


async def test_a_restart_is_one_conditional_patch_of_the_template() -> None:
    planned = await plan(cluster(), RESTART)
    transport = cluster(deployment(resourceVersion="5000", status={"availableReplicas": 0}))
    await apply(transport, planned)
    what, _, body = transport.sent()
    assert what == f"PATCH {DEPLOYMENTS}/checkout"
    assert body == {
        "metadata": {"resourceVersion": "5000"},
        "spec": {
            "template": {
                "metadata": {
                    "annotations": {
                        "opsloom/action": MARKER,
                        "opsloom/requested-by": "oncall-a",
                        "opsloom/approved-by": "lead-b",
                        "kubectl.kubernetes.io/restartedAt": "2026-03-03T09:20:00Z",
                    }
                }
            }
        },
    }


async def test_a_restart_is_seen_by_its_marker_on_the_template() -> None:
    planned = await plan(cluster(), RESTART)
    marks = {"opsloom/action": MARKER, "kubectl.kubernetes.io/restartedAt": "2026-03-03T09:20:00Z"}
    done = await observe(planned, deployment(spec={"template": template(IMAGE, **marks)}, generation=8))
    assert done.sight is Sight.PRESENT
    assert dict(done.state)["taken up"] == "not yet"
    by_somebody = {"kubectl.kubernetes.io/restartedAt": "2026-03-03T09:20:00Z"}
    assert (await observe(planned, deployment(spec={"template": template(IMAGE, **by_somebody)}))).sight is Sight.ABSENT
    assert (await observe(planned, deployment())).sight is Sight.ABSENT


@pytest.mark.parametrize(
    ("spec", "words"), [({"paused": True}, "is paused; resume it first"), ({"replicas": 0}, "runs no pod")]
)
async def test_what_cannot_be_restarted_is_refused(spec: Json, words: str) -> None:
    with pytest.raises(InvalidRequestError, match=words):
        await plan(cluster(deployment(spec=spec)), RESTART)


async def test_a_scaling_says_what_becomes_what() -> None:
    planned = await plan(cluster(), SCALE_UP)
    assert planned.summary == "Scale shop/checkout from 3 to 5 replicas"
    assert planned.effects == (Effect(what="replicas", before="3", after="5"),)
    assert planned.inverse == ScaleService(service="checkout", replicas=3, environment="shop")
    stopped = await plan(cluster(), ScaleService(service="checkout", replicas=0))
    assert stopped.summary.endswith("to 0 replicas: it stops")


@pytest.mark.parametrize("replicas", [3, -1])
async def test_no_other_number_of_replicas_is_refused(replicas: int) -> None:
    with pytest.raises(InvalidRequestError, match="is to run with 3; give another number"):
        await plan(cluster(), ScaleService(service="checkout", replicas=replicas))


async def test_an_autoscaler_that_manages_it_is_named() -> None:
    def said(planned: ChangePlan) -> str:
        return " ".join(planned.not_inspected)

    managed = await plan(cluster(replies={AUTOSCALERS: listed(autoscaler("other"), autoscaler())}), SCALE_UP)
    assert "the autoscaler checkout-scaler (2 to 10) manages this Deployment" in said(managed)
    assert "other-scaler" not in said(managed)
    assert "autoscaler" not in said(await plan(cluster(), SCALE_UP))
    for status in (403, 404):
        unseen = await plan(cluster(replies={AUTOSCALERS: httpx.Response(status)}), SCALE_UP)
        assert "the credential may not list them" in said(unseen)
    with pytest.raises(UnavailableError):
        await plan(cluster(replies={AUTOSCALERS: httpx.Response(503)}), SCALE_UP)


async def test_a_scaling_is_one_conditional_patch_of_the_scale() -> None:
    planned = await plan(cluster(), SCALE_UP)
    transport = cluster()
    await apply(transport, planned)
    what, url, body = transport.sent()
    assert what == f"PATCH {DEPLOYMENTS}/checkout/scale"
    assert dict(url.params) == {"fieldManager": "opsloom"}
    assert body == {"metadata": {"resourceVersion": "4711"}, "spec": {"replicas": 5}}


@pytest.mark.parametrize(
    ("change", "moved"),
    [(RESTART, {"template": template("registry.example.com/shop/checkout:9")}), (SCALE_UP, {"replicas": 4})],
)
async def test_a_deployment_that_moved_since_the_plan_is_left_alone(change: Any, moved: Json) -> None:
    planned = await plan(cluster(), change)
    transport = cluster(deployment(spec=moved))
    with pytest.raises(ConflictError, match="has changed since the plan; nothing was changed"):
        await apply(transport, planned)
    assert not [one for one in transport.requests if one.method == "PATCH"]


async def test_a_scaling_is_seen_by_the_number_that_is_wanted() -> None:
    planned = await plan(cluster(), SCALE_UP)
    done = await observe(planned, deployment(spec={"replicas": 5}))
    assert (done.sight, dict(done.state)["available replicas"]) == (Sight.PRESENT, "3")
    assert done.receipt is not None
    assert done.receipt.inverse == planned.inverse
    assert (await observe(planned, deployment())).sight is Sight.ABSENT


async def test_a_sync_is_refused_and_so_is_an_order_for_something_else() -> None:
    with pytest.raises(UnsupportedError, match="argocd"):
        await plan(cluster(), SyncService(service="checkout"))
    planned = await plan(cluster(), RESTART)
    with pytest.raises(InvalidRequestError, match="restart_service or scale_service"):
        await apply(cluster(), planned.model_copy(update={"change": ChangeRevision(service="checkout")}))

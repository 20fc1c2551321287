"""Rolling a Deployment back, from canned replies."""

from collections.abc import Mapping, Sequence
from typing import Any

import httpx
import pytest

from opsloom.model.changes import ChangePlan, ChangeRevision, Effect, Observation, RestartService, Sight
from opsloom.model.errors import ConflictError, InvalidRequestError, NotFoundError, UnexpectedAnswerError
from tests.adapters.canned import MARKER, order_of
from tests.adapters.kubernetes.asking import DEPLOYMENTS, REPLICA_SETS, Cluster, call_at, connected
from tests.adapters.kubernetes.objects import REVISIONS, Json, deployment, listed, replica_set, template

BACK = ChangeRevision(service="checkout")
ROLLED_BACK = [
    replica_set(1, "1.4.0", "2026-03-01T08:00:00Z"),
    replica_set(3, "1.4.2", "2026-03-03T09:00:00Z"),
    replica_set(4, "1.4.1", "2026-03-02T16:00:00Z", history="2"),
]


def cluster(
    of: Json | None = None, revisions: Sequence[Json] = REVISIONS, replies: Mapping[str, Any] | None = None
) -> Cluster:
    one = of or deployment()
    return Cluster(
        {
            DEPLOYMENTS: listed(one),
            f"{DEPLOYMENTS}/checkout": one,
            REPLICA_SETS: listed(*revisions),
            f"PATCH {DEPLOYMENTS}/checkout": one,
            **(replies or {}),
        }
    )


async def plan(transport: Cluster, change: ChangeRevision = BACK, **settings: Any) -> ChangePlan:
    async with connected(transport, **settings) as adapter:
        return await adapter.plan_rollback(change, call_at())


async def apply(transport: Cluster, planned: ChangePlan) -> None:
    async with connected(transport) as adapter:
        await adapter.apply_rollback(order_of(planned), call_at())


async def observe(planned: ChangePlan, of: Json) -> Observation:
    async with connected(cluster(of)) as adapter:
        return await adapter.observe_rollback(order_of(planned), call_at())


async def test_a_plan_names_the_revision_before_and_changes_nothing() -> None:
    transport = cluster()
    planned = await plan(transport)
    assert planned.change == ChangeRevision(service="checkout", environment="shop", revision="2")
    assert planned.summary == "Roll shop/checkout from revision 3 (checkout:1.4.2) to revision 2 (checkout:1.4.1)"
    assert (planned.targets, planned.services, planned.conditional) == (("shop/checkout",), ("checkout",), True)
    assert planned.effects == (
        Effect(what="revision", before="3", after="2, under a new number"),
        Effect(
            what="image of container app",
            before="registry.example.com/shop/checkout:1.4.2",
            after="registry.example.com/shop/checkout:1.4.1",
        ),
        Effect(what="spec.containers of the pod template", before="as in revision 3", after="as in revision 2"),
    )
    assert planned.inverse == ChangeRevision(service="checkout", environment="shop", revision="3")
    assert {request.method for request in transport.requests} == {"GET"}
    assert await plan(transport, planned.change) == planned


async def test_a_plan_outlives_what_moves_by_itself_and_not_what_matters() -> None:
    planned = await plan(cluster())
    flapping = deployment(status={"availableReplicas": 1}, resourceVersion="4999", spec={"replicas": 9})
    assert (await plan(cluster(flapping))).observed == planned.observed
    for moved in (
        deployment(spec={"template": template("registry.example.com/shop/checkout:9")}),
        deployment(uid="made-anew"),
    ):
        revisions = [{**one, "metadata": {**one["metadata"], "ownerReferences": owned_by(moved)}} for one in REVISIONS]
        assert (await plan(cluster(moved, revisions))).observed != planned.observed


def owned_by(one: Json) -> list[Json]:
    reference = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "checkout", "controller": True}
    return [{**reference, "uid": one["metadata"]["uid"]}]


@pytest.mark.parametrize(
    ("asked", "revision"), [("1", "1"), ("checkout:1.4.0", "1"), ("2", "2"), ("checkout:1.4.1", "2")]
)
async def test_a_revision_is_named_by_its_number_or_its_version(asked: str, revision: str) -> None:
    planned = await plan(cluster(), ChangeRevision(service="checkout", revision=asked))
    assert isinstance(planned.change, ChangeRevision)
    assert planned.change.revision == revision


async def test_after_a_rollback_the_last_good_one_is_not_the_one_that_was_left() -> None:
    planned = await plan(cluster(deployment(revision=4), ROLLED_BACK))
    assert isinstance(planned.change, ChangeRevision)
    assert planned.change.revision == "1"


async def test_after_a_restart_the_last_good_one_is_another_template() -> None:
    restarted = replica_set(
        4, "1.4.2", "2026-03-03T09:10:00Z", **{"kubectl.kubernetes.io/restartedAt": "2026-03-03T09:10:00Z"}
    )
    restarted["metadata"] |= {"name": "checkout-142b", "uid": "another"}
    planned = await plan(cluster(deployment(revision=4), [*REVISIONS, restarted]))
    assert isinstance(planned.change, ChangeRevision)
    assert planned.change.revision == "2"


@pytest.mark.parametrize(
    ("change", "of", "words"),
    [
        (ChangeRevision(service="nope"), None, "known services: checkout"),
        (ChangeRevision(service="checkout", environment="prod"), None, "runs in: shop"),
        (ChangeRevision(service="checkout", revision="9"), None, "others are 2 .checkout:1.4.1., 1 .checkout:1.4.0.$"),
        (ChangeRevision(service="checkout", revision="3"), None, "it runs already"),
        (BACK, deployment(spec={"paused": True}), "is paused"),
        (BACK, deployment(generation=8), "plan again in a moment"),
        (BACK, deployment(revision=4), "plan again in a moment"),
    ],
)
async def test_what_cannot_be_done_is_refused_and_the_text_says_what_would_do(
    change: ChangeRevision, of: Json | None, words: str
) -> None:
    with pytest.raises(InvalidRequestError, match=words):
        await plan(cluster(of), change)


async def test_without_an_earlier_revision_there_is_nothing_to_go_back_to() -> None:
    with pytest.raises(InvalidRequestError, match="none such is kept; others are none"):
        await plan(cluster(revisions=REVISIONS[2:]))


async def test_of_several_deployments_one_is_to_be_named() -> None:
    transport = cluster(replies={DEPLOYMENTS: listed(deployment(), deployment("checkout-worker"))})
    with pytest.raises(InvalidRequestError, match="name one: shop/checkout, shop/checkout-worker"):
        await plan(transport)
    named = await plan(transport, ChangeRevision(service="shop/checkout"))
    assert (named.targets, named.services) == (("shop/checkout",), ("checkout",))


async def test_a_tool_that_may_undo_it_is_named() -> None:
    managed = deployment(annotations={"argocd.argoproj.io/tracking-id": "shop:apps/Deployment:shop/checkout"})
    assert any("Argo CD" in one for one in (await plan(cluster(managed))).not_inspected)
    assert not any("Argo CD" in one for one in (await plan(cluster())).not_inspected)


async def test_it_is_applied_by_one_conditional_patch_with_marker_and_cause() -> None:
    planned = await plan(cluster())
    transport = cluster()
    await apply(transport, planned)
    what, url, body = transport.sent()
    assert what == f"PATCH {DEPLOYMENTS}/checkout"
    assert dict(url.params) == {"fieldManager": "opsloom"}
    patch = next(one for one in transport.requests if one.method == "PATCH")
    assert patch.headers["content-type"] == "application/merge-patch+json"
    assert patch.headers["authorization"] == "Bearer secret-of-WRITE"
    assert body == {
        "metadata": {
            "resourceVersion": "4711",
            "annotations": {
                "opsloom/action": MARKER,
                "opsloom/requested-by": "oncall-a",
                "opsloom/approved-by": "lead-b",
                "kubernetes.io/change-cause": "smaller pool",
            },
        },
        "spec": {
            "template": {
                "spec": {
                    "containers": [
                        {"name": "app", "image": "registry.example.com/shop/checkout:1.4.1", "resources": {}}
                    ]
                }
            }
        },
    }


async def test_what_the_older_template_lacks_is_taken_away() -> None:
    richer = template("registry.example.com/shop/checkout:1.4.2", team="x")
    richer["spec"] |= {"nodeSelector": {"pool": "big"}, "dnsPolicy": "Default"}
    of = deployment(spec={"template": richer})
    planned = await plan(cluster(of))
    transport = cluster(of)
    await apply(transport, planned)
    _, _, body = transport.sent()
    assert body["spec"]["template"]["metadata"] == {"annotations": None}
    assert body["spec"]["template"]["spec"] | {"containers": []} == {
        "nodeSelector": None,
        "dnsPolicy": None,
        "containers": [],
    }


async def test_a_template_with_a_null_time_as_older_servers_send_it_is_the_same() -> None:
    planned = await plan(cluster())
    with_null = [one | {"spec": {**one["spec"], "template": nulled(one["spec"]["template"])}} for one in REVISIONS]
    of = deployment(spec={"template": nulled(deployment()["spec"]["template"])})
    transport = cluster(of, with_null)
    await apply(transport, await plan(transport))
    _, _, body = transport.sent()
    assert "metadata" not in body["spec"]["template"]
    assert (await plan(transport)).effects == planned.effects


def nulled(one: Json) -> Json:
    return {**one, "metadata": {**one["metadata"], "creationTimestamp": None}}


@pytest.mark.parametrize(
    ("of", "revisions"),
    [
        (deployment(spec={"template": template("registry.example.com/shop/checkout:9")}), REVISIONS),
        (deployment(revision=4), ROLLED_BACK),
    ],
    ids=["another template", "rolled back by somebody else"],
)
async def test_a_deployment_that_moved_since_the_plan_is_left_alone(of: Json, revisions: Sequence[Json]) -> None:
    planned = await plan(cluster())
    transport = cluster(of, revisions)
    with pytest.raises(ConflictError, match="has changed since the plan"):
        await apply(transport, planned)
    assert not [one for one in transport.requests if one.method == "PATCH"]


async def test_a_deployment_that_moves_in_between_is_a_conflict_and_an_invalid_template_is_refused() -> None:
    planned = await plan(cluster())
    for status, kind in ((409, ConflictError), (422, UnexpectedAnswerError)):
        transport = cluster(replies={f"PATCH {DEPLOYMENTS}/checkout": httpx.Response(status, json={"kind": "Status"})})
        with pytest.raises(kind):
            await apply(transport, planned)


async def test_a_rollback_is_seen_by_the_template_and_how_far_its_pods_are() -> None:
    planned = await plan(cluster())
    older = {"template": template("registry.example.com/shop/checkout:1.4.1")}
    done = await observe(planned, deployment(spec=older, generation=8, status={"updatedReplicas": 1}))
    assert done.sight is Sight.PRESENT
    assert dict(done.state) == {
        "images": "app=registry.example.com/shop/checkout:1.4.1",
        "marked": "no",
        "taken up": "not yet",
        "updated replicas": "1 of 3",
        "available replicas": "3 of 3",
    }
    assert done.receipt is not None
    assert done.receipt.inverse == planned.inverse
    assert (await observe(planned, deployment())).sight is Sight.ABSENT


async def test_a_template_that_was_changed_on_its_way_is_found_by_the_marker() -> None:
    planned = await plan(cluster())
    injected = template("registry.example.com/shop/checkout:1.4.1", injected="yes")
    marked = deployment(spec={"template": injected}, annotations={"opsloom/action": MARKER})
    assert (await observe(planned, marked)).sight is Sight.PRESENT
    assert (await observe(planned, deployment(spec={"template": injected}))).sight is Sight.ABSENT
    overtaken = deployment(annotations={"opsloom/action": MARKER})
    assert (await observe(planned, overtaken)).sight is Sight.ABSENT


async def test_an_order_for_something_else_is_refused() -> None:
    planned = await plan(cluster())
    other = planned.model_copy(update={"change": RestartService(service="checkout")})
    with pytest.raises(InvalidRequestError, match="change_revision"):
        await apply(cluster(), other)


async def test_a_deployment_that_is_gone_is_no_observation() -> None:
    planned = await plan(cluster())
    async with connected(Cluster({})) as adapter:
        with pytest.raises(NotFoundError):
            await adapter.observe_rollback(order_of(planned), call_at())

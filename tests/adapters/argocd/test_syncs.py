"""An application is brought to what Git says: planned, applied and found again."""

from typing import Any

import pytest

from opsloom.model.changes import (
    ChangePlan,
    ChangeRevision,
    Effect,
    Observation,
    Order,
    Receipt,
    RestartService,
    ScaleService,
    ServiceOperation,
    Sight,
    SyncService,
)
from opsloom.model.errors import ConflictError, InvalidRequestError, UnsupportedError
from tests.adapters.argocd.asking import (
    URL,
    A,
    ArgoCd,
    B,
    C,
    application,
    call_at,
    connected,
    history,
    operation_state,
)
from tests.adapters.canned import MARKER, order_of

SYNC = SyncService(service="checkout")
INFOS = [
    {"name": "opsloom-action", "value": MARKER},
    {"name": "opsloom-requester", "value": "oncall-a"},
    {"name": "opsloom-approver", "value": "lead-b"},
]
RESOURCES = [
    {"kind": "Deployment", "group": "apps", "namespace": "shop", "name": "checkout", "status": "OutOfSync"},
    {"kind": "Service", "namespace": "shop", "name": "checkout", "status": "Synced"},
    {"kind": "Job", "namespace": "shop", "name": "migrate", "status": "OutOfSync", "hook": True},
    {"kind": "ConfigMap", "namespace": "shop", "name": "old", "status": "OutOfSync", "requiresPruning": True},
]


def argo_behind(known: str = C, sync_status: str = "OutOfSync", **parts: Any) -> ArgoCd:
    """Git is at ``known``, the cluster at B."""
    more = parts.pop("status", {})
    behind = {"sync": {"status": sync_status, "revision": known}, "resources": RESOURCES, **more}
    argo = ArgoCd(application(status=behind, **parts))
    argo.replies["POST /api/v1/applications/checkout/sync"] = application()
    return argo


async def plan(argo: ArgoCd, change: ServiceOperation = SYNC) -> ChangePlan:
    async with connected(argo) as adapter:
        return await adapter.plan_service_operation(change, call_at())


async def apply(argo: ArgoCd, order: Order) -> Receipt:
    async with connected(argo) as adapter:
        return await adapter.apply_service_operation(order, call_at(writing=True))


async def observe(argo: ArgoCd, order: Order) -> Observation:
    async with connected(argo) as adapter:
        return await adapter.observe_service_operation(order, call_at())


async def ordered(argo: ArgoCd, change: ServiceOperation = SYNC) -> Order:
    return order_of(await plan(argo, change))


async def test_the_plan_names_the_commit_and_what_differs() -> None:
    planned = await plan(argo_behind())
    assert planned.change == SyncService(service="checkout", revision=C)
    assert planned.inverse == ChangeRevision(service="checkout", revision="11")
    assert planned.effects == (
        Effect(what="deployed revision", before=B, after=C),
        Effect(what="1 resource", before="not as Git says", after="as Git says"),
        Effect(what="1 resource that Git has no more", before="there", after="there: not pruned"),
    )
    assert planned.affects == (
        "Deployment shop/checkout: OutOfSync",
        "ConfigMap shop/old: OutOfSync, to be pruned",
    )
    assert planned.affected_count == 2
    assert dict(planned.observed) == {
        "application": "argocd/checkout",
        "history_id": "11",
        "known_revision": C,
        "revision": C,
    }
    assert planned.link == f"{URL}/applications/argocd/checkout"
    assert len(planned.not_inspected) == 1


async def test_a_revision_may_be_named_where_nothing_syncs_by_itself() -> None:
    assert (await plan(argo_behind(), SyncService(service="checkout", revision=A))).change == SyncService(
        service="checkout", revision=A
    )


async def test_automated_sync_follows_git_and_nothing_else() -> None:
    argo = argo_behind(spec={"syncPolicy": {"automated": {}}})
    planned = await plan(argo)
    assert planned.change == SyncService(service="checkout", revision="main")
    assert (await plan(argo, planned.change)).observed == planned.observed
    assert (planned.inverse, planned.irreversible) == (
        None,
        "automated sync is on: only a commit in Git takes it back",
    )
    assert f"the newest that Argo CD knows is {C}" in planned.not_inspected[1]
    with pytest.raises(InvalidRequestError, match="follows main"):
        await plan(argo, SyncService(service="checkout", revision=A))


async def test_several_sources_are_synced_without_naming_their_revisions() -> None:
    sources = [
        {"repoURL": "https://git.example.com/a", "targetRevision": "main"},
        {"repoURL": "https://git.example.com/b"},
    ]
    argo = argo_behind(spec={"source": None, "sources": sources}, status={"sync": {"status": "OutOfSync"}})
    order = await ordered(argo)
    assert order.plan.change == SyncService(service="checkout", revision="main, HEAD")
    await apply(argo, order)
    assert "revision" not in argo.bodies()[0]


async def test_what_is_synced_already_is_refused() -> None:
    with pytest.raises(InvalidRequestError, match="nothing to do"):
        await plan(argo_behind(B, "Synced"))
    with pytest.raises(InvalidRequestError, match="nothing to do"):
        await plan(argo_behind(B, "Synced", spec={"syncPolicy": {"automated": {}}}))
    assert (await plan(argo_behind(B, "Synced"), SyncService(service="checkout", revision=A))).effects


async def test_an_application_that_was_never_compared_needs_a_revision() -> None:
    with pytest.raises(InvalidRequestError, match="name a commit"):
        await plan(argo_behind(""))


async def test_a_first_sync_cannot_be_taken_back() -> None:
    planned = await plan(argo_behind(status={"history": [], "operationState": None}))
    assert (planned.inverse, planned.irreversible) == (None, "nothing was deployed before")
    assert planned.effects[0].before == "nothing"


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (RestartService(service="checkout"), "kubernetes restarts them"),
        (ScaleService(service="checkout", replicas=3), "stands in Git"),
    ],
)
async def test_what_is_no_sync_is_refused_with_the_place_where_it_can_be_done(change: Any, why: str) -> None:
    with pytest.raises(UnsupportedError, match=why):
        await plan(argo_behind(), change)


async def test_one_request_syncs_and_leaves_the_marker() -> None:
    argo = argo_behind()
    order = await ordered(argo)
    receipt = await apply(argo, order)
    assert argo.bodies() == [
        {
            "name": "checkout",
            "appNamespace": "argocd",
            "project": "shop",
            "prune": False,
            "dryRun": False,
            "revision": C,
            "infos": INFOS,
        }
    ]
    assert argo.sent("/sync")[0].headers["authorization"] == "Bearer secret-of-WRITER"
    assert receipt.inverse == order.plan.inverse


@pytest.mark.parametrize("moved", [argo_behind(A), argo_behind(status={"history": history(A, B, C)})])
async def test_a_push_or_a_deploy_since_the_plan_makes_it_stale(moved: ArgoCd) -> None:
    order = await ordered(argo_behind())
    with pytest.raises(ConflictError):
        await apply(moved, order)
    assert moved.bodies() == []


def marked(revision: str = C, **said: Any) -> dict[str, Any]:
    return operation_state(revision, **{"operation": {"sync": {"revision": revision}, "info": INFOS}, **said})


@pytest.mark.parametrize(
    ("status", "sight"),
    [
        ({}, Sight.ABSENT),
        ({"operationState": marked(phase="Running", finishedAt=None)}, Sight.PRESENT),
        ({"operationState": marked()}, Sight.PRESENT),
        ({"operationState": marked(phase="Failed")}, Sight.ABSENT),
        ({"operationState": operation_state(C, phase="Running", finishedAt=None)}, Sight.ABSENT),
        ({"history": history(A, B, C)}, Sight.PRESENT),
    ],
    ids=["untouched", "running", "done", "failed", "another's", "done and gone on"],
)
async def test_it_is_found_by_its_marker_or_by_what_it_led_to(status: dict[str, Any], sight: Sight) -> None:
    order = await ordered(argo_behind())
    seen = await observe(argo_behind(status=status), order)
    assert seen.sight is sight


async def test_an_order_that_waits_to_be_started_is_there() -> None:
    order = await ordered(argo_behind())
    waiting = argo_behind(top={"operation": {"sync": {"revision": C}, "info": INFOS}})
    assert (await observe(waiting, order)).sight is Sight.PRESENT

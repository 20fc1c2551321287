"""An entry of the history is deployed again: planned, applied and found again."""

from typing import Any

import httpx
import pytest

from opsloom.model.changes import ChangePlan, ChangeRevision, Effect, Observation, Order, Receipt, Sight, SyncService
from opsloom.model.errors import (
    ConflictError,
    InvalidRequestError,
    OutcomeUnknownError,
    PermissionDeniedError,
    UnexpectedAnswerError,
    UnsupportedError,
)
from tests.adapters.argocd.asking import (
    URL,
    A,
    ArgoCd,
    B,
    C,
    application,
    call_at,
    connected,
    denied,
    history,
    listed,
    operation_state,
)
from tests.adapters.canned import order_of

ROLLBACK = "POST /api/v1/applications/checkout/rollback"
BACK = ChangeRevision(service="checkout")


async def plan(argo: ArgoCd, change: ChangeRevision = BACK, **settings: Any) -> ChangePlan:
    async with connected(argo, **settings) as adapter:
        return await adapter.plan_rollback(change, call_at())


async def apply(argo: ArgoCd, order: Order) -> Receipt:
    async with connected(argo) as adapter:
        return await adapter.apply_rollback(order, call_at(writing=True))


async def observe(argo: ArgoCd, order: Order) -> Observation:
    async with connected(argo) as adapter:
        return await adapter.observe_rollback(order, call_at())


async def ordered(argo: ArgoCd, change: ChangeRevision = BACK) -> Order:
    return order_of(await plan(argo, change))


def argo_with(*revisions: str, **parts: Any) -> ArgoCd:
    argo = ArgoCd(application(status={"history": history(*revisions)}, **parts))
    argo.replies[ROLLBACK] = application()
    return argo


async def test_the_plan_says_what_becomes_what() -> None:
    planned = await plan(argo_with(A, B))
    assert planned.change == ChangeRevision(service="checkout", revision="10")
    assert planned.inverse == ChangeRevision(service="checkout", revision="11")
    assert planned.summary == f"Deploy entry 10 of the history of argocd/checkout again: from {B} to {A}"
    assert planned.effects == (
        Effect(what="deployed revision", before=B, after=A),
        Effect(what="sync status", before="Synced", after="OutOfSync where Git differs, until a sync"),
        Effect(what="resources that only the present revision has", before="there", after="there: nothing is pruned"),
    )
    assert planned.observed == (
        ("application", "argocd/checkout"),
        ("history_id", "11"),
        ("revision", B),
        ("target_revision", A),
    )
    assert planned.targets == ("application argocd/checkout of argocd-eu", "https://kubernetes.default.svc/shop")
    assert (planned.services, planned.conditional) == (("checkout",), False)
    assert planned.link == f"{URL}/applications/argocd/checkout?rollback=0"


@pytest.mark.parametrize(
    ("revisions", "target"),
    [
        ((A, B), "10"),
        ((A, B, B), "10"),
        ((A, B, C, A, B), "13"),
        ((A, B, C, B), "10"),
    ],
    ids=["the one before", "not the same again", "forward again counts", "not the one just left"],
)
async def test_the_last_good_one_is_meant_by_default(revisions: tuple[str, ...], target: str) -> None:
    assert (await plan(argo_with(*revisions))).change == ChangeRevision(service="checkout", revision=target)


@pytest.mark.parametrize(
    ("revision", "target"), [("10", "10"), (A, "12"), ("aaaaaaa", "12"), (" 11 ", "11"), ("AAAAAAAA", "12")]
)
async def test_an_entry_is_named_by_number_or_by_the_beginning_of_a_commit(revision: str, target: str) -> None:
    planned = await plan(argo_with(A, B, A, C), ChangeRevision(service="checkout", revision=revision))
    assert planned.change == ChangeRevision(service="checkout", revision=target)


@pytest.mark.parametrize("revision", ["99", "main", "abc", "a" * 6, "../1", ""])
async def test_what_the_history_does_not_hold_is_refused_with_what_it_holds(revision: str) -> None:
    with pytest.raises(InvalidRequestError, match=rf"it holds: 11 \({B}\), 10 \({A}\)"):
        await plan(argo_with(A, B), ChangeRevision(service="checkout", revision=revision))


async def test_what_is_there_already_is_refused() -> None:
    with pytest.raises(InvalidRequestError, match="deployed already"):
        await plan(argo_with(A, B), ChangeRevision(service="checkout", revision=B))
    with pytest.raises(InvalidRequestError, match="no other that was good"):
        await plan(argo_with(A))
    with pytest.raises(InvalidRequestError, match="remembers no deploy"):
        await plan(argo_with())


@pytest.mark.parametrize("automated", [{}, {"prune": True}, {"enabled": True}])
async def test_automated_sync_would_undo_it_and_the_way_to_go_on_is_told(automated: dict[str, Any]) -> None:
    argo = argo_with(A, B, spec={"syncPolicy": {"automated": automated}})
    with pytest.raises(
        UnsupportedError, match=r"Revert the commit in https://git.example.com/shop.git at main, or have"
    ):
        await plan(argo)


@pytest.mark.parametrize("policy", [None, {}, {"automated": None}, {"automated": {"enabled": False}}])
async def test_without_automated_sync_it_can_be_done(policy: dict[str, Any] | None) -> None:
    assert (await plan(argo_with(A, B, spec={"syncPolicy": policy}))).inverse is not None


@pytest.mark.parametrize(
    "busy",
    [
        {"top": {"operation": {"sync": {"revision": C}}}},
        {"status": {"operationState": operation_state(C, phase="Running", finishedAt=None)}},
    ],
)
async def test_nothing_is_planned_beside_an_operation_that_runs(busy: dict[str, Any]) -> None:
    with pytest.raises(InvalidRequestError, match="ask again when it has ended"):
        await plan(ArgoCd(application(**busy)))


async def test_a_service_of_several_applications_needs_its_environment() -> None:
    apps = [application(f"checkout-{at}", metadata={"labels": {"svc": "checkout", "env": at}}) for at in ("eu", "us")]
    argo = ArgoCd(*apps)
    argo.replies["GET /api/v1/applications"] = lambda request: listed(
        *(app for app in apps if f"env={app['metadata']['labels']['env']}" in request.url.params["selector"])
        if "env=" in request.url.params["selector"]
        else apps
    )
    labels = {"service_label": "svc", "environment_label": "env"}
    with pytest.raises(
        InvalidRequestError, match=r"argocd/checkout-eu in eu, argocd/checkout-us in us\); name the env"
    ):
        await plan(argo, **labels)
    planned = await plan(argo, ChangeRevision(service="checkout", environment="us"), **labels)
    assert planned.observed[0] == ("application", "argocd/checkout-us")


async def test_a_service_that_is_not_there_is_refused_with_what_may_be_the_reason() -> None:
    argo = ArgoCd()
    with pytest.raises(InvalidRequestError, match="shows no application named checkout"):
        await plan(argo)
    argo.replies["GET /api/v1/account/can-i/applications/get/*/*"] = {"value": "no"}
    with pytest.raises(InvalidRequestError, match="may not see all applications"):
        await plan(argo)
    with pytest.raises(InvalidRequestError, match="set environment_label"):
        await plan(argo, ChangeRevision(service="checkout", environment="prod"))


async def test_one_request_rolls_back_with_the_credential_for_changes() -> None:
    argo = argo_with(A, B)
    order = await ordered(argo)
    receipt = await apply(argo, order)
    assert argo.bodies() == [
        {
            "name": "checkout",
            "appNamespace": "argocd",
            "project": "shop",
            "prune": False,
            "dryRun": False,
            "id": 10,
        }
    ]
    assert argo.sent("/rollback")[0].headers["authorization"] == "Bearer secret-of-WRITER"
    assert (receipt.native_id, receipt.inverse) == ("argocd/checkout", order.plan.inverse)


@pytest.mark.parametrize("revisions", [(A, B, C), (A, B, B)])
async def test_a_deploy_since_the_plan_makes_it_stale(revisions: tuple[str, ...]) -> None:
    order = await ordered(argo_with(A, B))
    moved = argo_with(*revisions)
    with pytest.raises(ConflictError):
        await apply(moved, order)
    assert moved.bodies() == []


@pytest.mark.parametrize(
    "parts",
    [
        {"spec": {"syncPolicy": {"automated": {}}}},
        {"top": {"operation": {"sync": {"revision": C}}}},
        {"status": {"history": history(B, ids_from=11)}},
    ],
    ids=["automated", "busy", "forgotten"],
)
async def test_what_cannot_be_done_any_more_makes_it_stale(parts: dict[str, Any]) -> None:
    order = await ordered(argo_with(A, B))
    moved = ArgoCd(application(**parts))
    with pytest.raises(ConflictError, match="moved since the plan"):
        await apply(moved, order)
    assert moved.bodies() == []


async def test_a_name_that_argo_cd_takes_for_any_is_no_application() -> None:
    with pytest.raises(InvalidRequestError, match="shows no application"):
        await plan(argo_with(A, B), ChangeRevision(service=""))


async def test_what_argo_cd_refuses_is_told_apart_from_what_nobody_knows() -> None:
    argo = argo_with(A, B)
    order = await ordered(argo)
    busy = {"error": "another operation is already in progress", "code": 9, "message": "another operation"}
    argo.replies[ROLLBACK] = httpx.Response(400, content=httpx.Response(200, json=busy).content)
    with pytest.raises(ConflictError) as refused:
        await apply(argo, order)
    assert "another operation is already in progress" in refused.value.upstream
    argo.replies[ROLLBACK] = httpx.Response(400, json={"error": "no deployment with id 10", "code": 3})
    with pytest.raises(UnexpectedAnswerError):
        await apply(argo, order)
    argo.replies[ROLLBACK] = denied("cannot sync: blocked by sync window")
    with pytest.raises(PermissionDeniedError, match=r"applications, sync, \*/\*"):
        await apply(argo, order)
    argo.replies[ROLLBACK] = httpx.Response(502)
    with pytest.raises(OutcomeUnknownError):
        await apply(argo, order)


@pytest.mark.parametrize(
    ("parts", "sight"),
    [
        ({"history": history(A, B)}, Sight.ABSENT),
        ({"history": history(A, B, A)}, Sight.PRESENT),
        ({"history": history(A, B, A, C)}, Sight.PRESENT),
        ({"history": history(A, B, C)}, Sight.ABSENT),
        (
            {"history": history(A, B), "operationState": operation_state(A, phase="Running", finishedAt=None)},
            Sight.PRESENT,
        ),
        (
            {"history": history(A, B), "operationState": operation_state(C, phase="Running", finishedAt=None)},
            Sight.ABSENT,
        ),
        ({"history": history(A, B), "operationState": operation_state(A, phase="Failed")}, Sight.ABSENT),
    ],
    ids=["untouched", "done", "done and gone on", "another deploy", "running", "another running", "failed"],
)
async def test_it_is_found_by_what_it_leads_to(parts: dict[str, Any], sight: Sight) -> None:
    order = await ordered(argo_with(A, B))
    seen = await observe(ArgoCd(application(status=parts)), order)
    assert seen.sight is sight
    assert (seen.receipt is not None) is (sight is Sight.PRESENT)
    assert dict(seen.state)["sync_status"] == "Synced"


async def test_an_order_that_waits_to_be_started_is_there() -> None:
    order = await ordered(argo_with(A, B))
    waiting = ArgoCd(application(status={"history": history(A, B)}, top={"operation": {"sync": {"revision": A}}}))
    assert (await observe(waiting, order)).sight is Sight.PRESENT


async def test_taking_it_back_deploys_what_was_there_before() -> None:
    order = await ordered(argo_with(A, B))
    inverse = order.plan.inverse
    assert isinstance(inverse, ChangeRevision)
    back = await plan(argo_with(A, B, A), inverse)
    assert (back.effects[0].before, back.effects[0].after) == (A, B)


async def test_an_order_for_something_else_is_refused() -> None:
    order = await ordered(argo_with(A, B))
    other = order.model_copy(update={"plan": order.plan.model_copy(update={"change": SyncService(service="checkout")})})
    with pytest.raises(InvalidRequestError):
        await apply(argo_with(A, B), other)
    with pytest.raises(InvalidRequestError):
        await observe(argo_with(A, B), other)

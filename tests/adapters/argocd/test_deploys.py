"""The history of applications becomes deploys."""

from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from opsloom.model.deploys import ChangeKind, Deploy, DeployStatus
from opsloom.model.errors import NotFoundError, PermissionDeniedError, UnexpectedAnswerError
from opsloom.model.page import Page
from tests.adapters.argocd.asking import (
    INSTANCE,
    URL,
    A,
    ArgoCd,
    B,
    C,
    application,
    call_at,
    connected,
    denied,
    deploy_query,
    history,
    listed,
    operation_state,
    window,
)

MAY_GET = "GET /api/v1/account/can-i/applications/get/*/*"


async def search(argo: ArgoCd, settings: dict[str, Any] | None = None, **asked: Any) -> Page[Deploy]:
    async with connected(argo, **(settings or {})) as adapter:
        return await adapter.search_deploys(deploy_query(**asked), call_at())


async def deploys_of(**parts: Any) -> list[Deploy]:
    return list((await search(ArgoCd(application(**parts)))).rows)


async def test_an_entry_of_the_history_is_a_deploy() -> None:
    deploy = (await deploys_of())[0]
    assert deploy == Deploy(
        ref=deploy.ref,
        link=f"{URL}/applications/argocd/checkout?rollback=0",
        kind=ChangeKind.DEPLOY,
        at=datetime(2026, 3, 3, 9, tzinfo=UTC),
        service="checkout",
        status_raw="Synced/Healthy",
        version=B,
        previous_version=A,
        commit=B,
        author="lead-b",
        title="checkout: https://git.example.com/shop.git deploy/checkout at main",
        attributes={
            "application": "checkout",
            "project": "shop",
            "cluster": "https://kubernetes.default.svc",
            "namespace": "shop",
            "initiated_by": "lead-b",
            "history_id": "11",
            "sync_status": "Synced",
            "health_status": "Healthy",
            "phase": "Succeeded",
            "images": "registry.example.com/checkout:2.41.0",
        },
    )
    assert (deploy.ref.instance, deploy.ref.native_id) == (INSTANCE, "argocd/checkout/11")


async def test_the_newest_come_first_and_only_the_present_one_tells_how_the_application_stands() -> None:
    newest, older = await deploys_of()
    assert newest.at > older.at
    assert (older.status_raw, older.attributes.get("health_status")) == ("", None)
    assert older.status is DeployStatus.SUCCEEDED


async def test_who_went_back_to_an_earlier_revision_rolled_back() -> None:
    kinds = [deploy.kind for deploy in await deploys_of(status={"history": history(A, B, A, B, C)})]
    assert kinds == [
        ChangeKind.DEPLOY,
        ChangeKind.DEPLOY,
        ChangeKind.ROLLBACK,
        ChangeKind.DEPLOY,
        ChangeKind.DEPLOY,
    ]


@pytest.mark.parametrize(
    ("phase", "status"),
    [
        ("Running", DeployStatus.IN_PROGRESS),
        ("Terminating", DeployStatus.IN_PROGRESS),
        ("Failed", DeployStatus.FAILED),
        ("Error", DeployStatus.FAILED),
        ("Succeeded", DeployStatus.SUCCEEDED),
        ("Pondering", DeployStatus.UNKNOWN),
    ],
)
async def test_an_operation_without_an_entry_is_a_deploy_too(phase: str, status: DeployStatus) -> None:
    state = operation_state(C, phase=phase, startedAt="2026-03-03T09:10:00Z", message="no such image")
    deploy = (await deploys_of(status={"operationState": state}))[0]
    assert (deploy.status, deploy.status_raw, deploy.version, deploy.previous_version) == (status, phase, C, B)
    assert deploy.ref.native_id == "argocd/checkout/operation-2026-03-03T09:10:00Z"
    assert deploy.attributes["message"] == "no such image"
    assert deploy.link == f"{URL}/applications/argocd/checkout?operation=true"


async def test_the_operation_that_made_an_entry_is_not_told_twice() -> None:
    assert len(await deploys_of()) == 2
    old = [{**entry, "deployStartedAt": None} for entry in history(A, B)]  # before Argo CD told the start
    assert len(await deploys_of(status={"history": old})) == 2


async def test_an_operation_towards_an_earlier_revision_is_a_rollback() -> None:
    state = operation_state(A, phase="Running", startedAt="2026-03-03T09:10:00Z", finishedAt=None)
    assert (await deploys_of(status={"operationState": state}))[0].kind is ChangeKind.ROLLBACK


async def test_an_operation_that_runs_still_is_told_although_its_start_is_old() -> None:
    state = operation_state(C, phase="Running", startedAt="2026-03-03T07:30:00Z", finishedAt=None)
    assert (await deploys_of(status={"operationState": state}))[2].status is DeployStatus.IN_PROGRESS


async def test_several_sources_have_a_version_each_and_no_single_commit() -> None:
    entry = {**history(A)[0], "revision": "", "revisions": [A, "1.4.2"], "source": None}
    entry["sources"] = [
        {"repoURL": "https://git.example.com/a"},
        {"repoURL": "https://charts.example.com", "chart": "db"},
    ]
    deploy = (await deploys_of(status={"history": [entry], "operationState": None}))[0]
    assert (deploy.version, deploy.commit) == (f"{A}, 1.4.2", A)
    assert deploy.title == "checkout: https://git.example.com/a at HEAD; https://charts.example.com db at HEAD"


async def test_the_commit_of_one_of_several_sources_is_asked_for_by_its_place() -> None:
    sources = [{"repoURL": "https://charts.example.com", "chart": "db"}, {"repoURL": "https://git.example.com/a"}]
    entry = {**history(A)[0], "revision": "", "revisions": ["1.4.2", A], "sources": sources}
    argo = ArgoCd(application(spec={"sources": sources}, status={"history": [entry], "operationState": None}))
    async with connected(argo) as adapter:
        await adapter.get_deploy("argocd/checkout/10", call_at())
    asked = argo.sent(f"/revisions/{A}/metadata")[0].url.params
    assert (asked["sourceIndex"], asked["versionId"]) == ("1", "10")


async def test_automated_sync_is_nobodys_name() -> None:
    entry = {**history(A)[0], "initiatedBy": {"automated": True}}
    deploy = (await deploys_of(status={"history": [entry], "operationState": None}))[0]
    assert (deploy.author, deploy.attributes["initiated_by"]) == ("", "automated sync")


async def test_an_application_that_was_never_deployed_has_no_deploys() -> None:
    bare = {"metadata": application()["metadata"], "spec": {"project": ""}, "status": {}}
    assert (await search(ArgoCd(bare))).rows == ()


async def test_a_service_is_asked_for_by_name_or_by_its_label() -> None:
    argo = ArgoCd(application())
    await search(argo, service="checkout")
    assert dict(argo.requests[0].url.params) == {"name": "checkout"}
    page = await search(argo, {"service_label": "example.com/service"}, service="checkout")
    assert dict(argo.requests[1].url.params) == {"selector": "example.com/service=checkout"}
    assert page.link == f"{URL}/applications?labels=example.com%2Fservice%3Dcheckout"


async def test_labels_name_service_and_environment() -> None:
    argo = ArgoCd(application(metadata={"labels": {"svc": "pay", "env": "prod"}}))
    settings = {"service_label": "svc", "environment_label": "env"}
    page = await search(argo, settings, service="pay", environment="prod")
    assert {(deploy.service, deploy.environment) for deploy in page.rows} == {("pay", "prod")}
    assert argo.requests[0].url.params["selector"] == "svc=pay,env=prod"


async def test_settings_narrow_every_question() -> None:
    argo = ArgoCd(application())
    await search(argo, {"projects": ["shop", "web"], "app_namespace": "team-a"})
    assert argo.requests[0].url.params.multi_items() == [
        ("projects", "shop"),
        ("projects", "web"),
        ("appNamespace", "team-a"),
    ]


@pytest.mark.parametrize("service", ["a,b=c", "x in (y)", "!x", "a b", "x" * 64])
async def test_what_no_label_can_hold_gets_into_no_selector(service: str) -> None:
    argo = ArgoCd(application())
    assert (await search(argo, {"service_label": "svc"}, service=service)).rows == ()
    assert argo.sent("/applications") == []


async def test_window_kinds_and_limit_are_kept_by_us() -> None:
    argo = ArgoCd(application(status={"history": history(A, B, A)}))
    assert [one.version for one in (await search(argo, window=window(1.5))).rows] == [A, B]
    rollbacks = await search(argo, kinds=frozenset({ChangeKind.ROLLBACK}))
    assert [one.ref.native_id for one in rollbacks.rows] == ["argocd/checkout/12"]
    cut = await search(argo, limit=2)
    assert (len(cut.rows), cut.total, cut.complete) == (2, 3, False)


async def test_a_full_history_that_begins_in_the_window_is_not_all() -> None:
    page = await search(ArgoCd(application(status={"history": history(A, B)}, spec={"revisionHistoryLimit": 2})))
    assert (page.complete, page.total) == (False, None)
    assert page.notes == ("Argo CD keeps too few deploys for this window, of 1 in all: argocd/checkout",)
    short = await search(ArgoCd(application(spec={"revisionHistoryLimit": 2})), window=window(0.5))
    assert short.complete


async def test_without_a_label_environments_are_not_told_apart_and_that_is_said() -> None:
    page = await search(ArgoCd(application()), environment="prod")
    assert len(page.rows) == 2
    assert page.notes == ("the setting environment_label is absent: deploys of every environment are shown",)


@pytest.mark.parametrize("items", [[], None])
async def test_no_applications_is_an_answer_only_if_all_may_be_seen(items: list[Any] | None) -> None:
    argo = ArgoCd()
    argo.replies["GET /api/v1/applications"] = {"metadata": {}, "items": items}
    assert (await search(argo)).complete
    argo.replies[MAY_GET] = {"value": "no"}
    with pytest.raises(PermissionDeniedError, match=r"applications, get, \*/\*"):
        await search(argo)


async def test_a_service_that_may_be_hidden_is_an_empty_page_that_says_so() -> None:
    argo = ArgoCd()
    argo.replies[MAY_GET] = {"value": "no"}
    page = await search(argo, service="checkout")
    assert (page.rows, page.complete) == ((), False)
    assert "may not see all applications" in page.notes[0]


async def test_a_credential_for_projects_is_asked_about_these() -> None:
    argo = ArgoCd()
    argo.replies["GET /api/v1/account/can-i/applications/get/shop/*"] = {"value": "yes"}
    assert (await search(argo, {"projects": ["shop"]})).complete


@pytest.mark.parametrize("reply", [{}, {"metadata": {}}, {"items": [{"spec": {}}]}])
async def test_half_an_answer_is_none(reply: dict[str, Any]) -> None:
    argo = ArgoCd()
    argo.replies["GET /api/v1/applications"] = reply
    with pytest.raises(UnexpectedAnswerError):
        await search(argo)


async def test_an_application_that_is_denied_although_all_may_be_seen_does_not_exist() -> None:
    argo = ArgoCd()
    argo.replies["GET /api/v1/applications/nope"] = denied()
    async with connected(argo) as adapter:
        with pytest.raises(NotFoundError):
            await adapter.get_deploy("argocd/nope/1", call_at())
        argo.replies[MAY_GET] = {"value": "no"}
        with pytest.raises(PermissionDeniedError):
            await adapter.get_deploy("argocd/nope/1", call_at())


async def test_a_probe_proves_the_credential_and_tells_the_version() -> None:
    argo = ArgoCd()
    argo.replies["GET /api/version"] = {"Version": "v3.1.0"}
    async with connected(argo) as adapter:
        assert (await adapter.probe(call_at())).version == "v3.1.0"
    assert [request.url.path for request in argo.requests] == [
        "/api/v1/account/can-i/applications/get/*/*",
        "/api/version",
    ]


@pytest.mark.parametrize(("answer", "granted"), [("yes", True), ("no", False)])
async def test_doctor_hears_what_the_credential_for_changes_may_do(answer: str, granted: bool) -> None:
    argo = ArgoCd()
    argo.replies["GET /api/v1/account/can-i/applications/sync/*/*"] = {"value": answer}
    async with connected(argo) as adapter:
        told = await adapter.check_writing(call_at(writing=True))
    assert [(one.name, one.granted) for one in told] == [("applications, sync, */*", granted)]
    assert argo.requests[0].headers["authorization"] == "Bearer secret-of-WRITER"


async def test_one_deploy_comes_with_its_commit_the_sick_and_the_drift() -> None:
    argo = ArgoCd(application(status={"sync": {"status": "OutOfSync", "revision": C}}))
    place = "/api/v1/applications/checkout"
    argo.replies |= {
        f"GET {place}/revisions/{B}/metadata": {
            "author": "dev-c <dev-c@example.com>",
            "date": "2026-03-03T08:40:00Z",
            "message": "Raise the pool\n\nIt was too small.",
            "tags": ["2.41.0"],
        },
        f"GET {place}/resource-tree": {
            "nodes": [
                {"kind": "Deployment", "namespace": "shop", "name": "checkout",
                 "health": {"status": "Degraded", "message": "0 of 3 ready"}},
                {"kind": "Service", "namespace": "shop", "name": "checkout", "health": {"status": "Healthy"}},
                {"kind": "ConfigMap", "namespace": "shop", "name": "settings"},
            ]
        },
        f"GET {place}/managed-resources": {
            "items": [
                {"kind": "Deployment", "group": "apps", "namespace": "shop", "name": "checkout",
                 "normalizedLiveState": '{"spec":{"replicas":3}}', "predictedLiveState": '{"spec":{"replicas":4}}'},
                {"kind": "Job", "namespace": "shop", "name": "migrate", "hook": True,
                 "normalizedLiveState": "null", "predictedLiveState": '{"spec":{}}'},
            ]
        },
    }  # fmt: skip
    async with connected(argo) as adapter:
        deploy = await adapter.get_deploy("argocd/checkout/11", call_at())
    assert (deploy.title, deploy.author) == ("Raise the pool", "lead-b")
    assert deploy.attributes["commit_author"] == "dev-c <dev-c@example.com>"
    assert deploy.attributes["commit_date"] == "2026-03-03T08:40:00Z"
    assert deploy.attributes["commit_tags"] == "2.41.0"
    assert deploy.attributes["unhealthy"] == "Deployment shop/checkout: Degraded (0 of 3 ready)"
    assert deploy.diff == (
        "--- live: apps/Deployment shop/checkout\n"
        "+++ after a sync: apps/Deployment shop/checkout\n"
        '@@ -1,5 +1,5 @@\n {\n  "spec": {\n-  "replicas": 3\n+  "replicas": 4\n  }\n }\n'
    )
    assert "not_read" not in deploy.attributes
    assert {request.url.params["appNamespace"] for request in argo.requests} == {"argocd"}


async def test_what_is_there_is_told_with_its_sick_while_an_operation_runs() -> None:
    state = operation_state(C, phase="Running", startedAt="2026-03-03T09:10:00Z", finishedAt=None)
    argo = ArgoCd(application(status={"operationState": state}))
    async with connected(argo) as adapter:
        for step in ("11", "operation-2026-03-03T09:10:00Z"):
            await adapter.get_deploy(f"argocd/checkout/{step}", call_at())
        await adapter.get_deploy("argocd/checkout/10", call_at())
    assert len(argo.sent("/resource-tree")) == 2


async def test_an_older_deploy_is_told_without_the_present() -> None:
    argo = ArgoCd(application())
    argo.replies[f"GET /api/v1/applications/checkout/revisions/{A}/metadata"] = {"author": "dev-d", "message": "Begin"}
    async with connected(argo) as adapter:
        deploy = await adapter.get_deploy("argocd/checkout/10", call_at())
    assert (deploy.title, deploy.diff) == ("Begin", "")
    assert len(argo.requests) == 2


async def test_what_cannot_be_read_beside_a_deploy_is_named() -> None:
    argo = ArgoCd(application())
    argo.replies[f"GET /api/v1/applications/checkout/revisions/{B}/metadata"] = httpx.Response(500)
    async with connected(argo) as adapter:
        deploy = await adapter.get_deploy("argocd/checkout/11", call_at())
    assert deploy.attributes["not_read"] == "commit, resource tree"


async def test_a_chart_has_no_commit_to_ask_for() -> None:
    source = {"repoURL": "https://charts.example.com", "chart": "checkout", "targetRevision": "2.*"}
    entry = {**history("2.4.1")[0], "source": source}
    argo = ArgoCd(application(spec={"source": source}, status={"history": [entry], "operationState": None}))
    async with connected(argo) as adapter:
        deploy = await adapter.get_deploy("argocd/checkout/10", call_at())
    assert (deploy.version, deploy.commit) == ("2.4.1", "")
    assert argo.sent("/metadata") == []


@pytest.mark.parametrize(
    "native_id", ["argocd/checkout/9", "argocd/checkout/operation-2020-01-01T00:00:00Z", "11", "../x/1"]
)
async def test_a_deploy_that_is_not_remembered_is_not_found(native_id: str) -> None:
    async with connected(ArgoCd(application())) as adapter:
        with pytest.raises(NotFoundError):
            await adapter.get_deploy(native_id, call_at())


async def test_applications_of_several_namespaces_are_told_apart() -> None:
    twin = application(metadata={"namespace": "team-b"})
    argo = ArgoCd(application())
    argo.replies["GET /api/v1/applications"] = listed(application(), twin)
    ids = {deploy.ref.native_id for deploy in (await search(argo)).rows}
    assert ids == {"argocd/checkout/10", "argocd/checkout/11", "team-b/checkout/10", "team-b/checkout/11"}

"""Rollouts, from canned replies."""

from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from opsloom.model.deploys import ChangeKind, Deploy, DeployQuery, DeployStatus
from opsloom.model.errors import NotFoundError, UnavailableError
from opsloom.model.page import Page
from tests.adapters.kubernetes.asking import (
    DEPLOYMENTS,
    INSTANCE,
    REPLICA_SETS,
    Cluster,
    call_at,
    connected,
    window,
)
from tests.adapters.kubernetes.objects import COMPLETE, REVISIONS, condition, deployment, listed, replica_set

ROLLED_BACK = [
    replica_set(1, "1.4.0", "2026-03-01T08:00:00Z"),
    replica_set(3, "1.4.2", "2026-03-03T09:00:00Z"),
    replica_set(4, "1.4.1", "2026-03-02T16:00:00Z", history="2"),
]
"""Revision 2 became the present one again, under the number 4."""


def cluster(*replica_sets: dict[str, Any], of: dict[str, Any] | None = None) -> Cluster:
    return Cluster(
        {
            DEPLOYMENTS: listed(of or deployment()),
            REPLICA_SETS: listed(*(replica_sets or REVISIONS)),
            f"{DEPLOYMENTS}/checkout": of or deployment(),
            **{f"{REPLICA_SETS}/{one['metadata']['name']}": one for one in (replica_sets or REVISIONS)},
        }
    )


async def search(transport: httpx.AsyncBaseTransport, settings: Any = None, **asked: Any) -> Page[Deploy]:
    async with connected(transport, **(settings or {})) as adapter:
        return await adapter.search_deploys(DeployQuery(**{"window": window(24 * 7), "limit": 10, **asked}), call_at())


async def test_each_replica_set_is_a_rollout_newest_first() -> None:
    newest, middle, oldest = (await search(cluster())).rows
    assert (newest.version, newest.previous_version) == ("checkout:1.4.2", "checkout:1.4.1")
    assert (middle.version, middle.previous_version) == ("checkout:1.4.1", "checkout:1.4.0")
    assert (oldest.version, oldest.previous_version) == ("checkout:1.4.0", "")
    assert newest.at == datetime(2026, 3, 3, 9, tzinfo=UTC)
    assert str(newest.ref) == f"deploy:{INSTANCE}/shop%2Fcheckout-142"
    assert (newest.service, newest.environment, newest.kind) == ("checkout", "shop", ChangeKind.DEPLOY)
    assert (newest.title, middle.title) == ("revision 3 of checkout", "smaller pool")
    assert newest.attributes["images"] == "registry.example.com/shop/checkout:1.4.2"


@pytest.mark.parametrize(
    ("reason", "status"),
    [
        ("NewReplicaSetAvailable", DeployStatus.SUCCEEDED),
        ("ReplicaSetUpdated", DeployStatus.IN_PROGRESS),
        ("ProgressDeadlineExceeded", DeployStatus.FAILED),
        ("SomethingNew", DeployStatus.UNKNOWN),
    ],
)
async def test_the_present_rollout_stands_as_its_deployment_says(reason: str, status: DeployStatus) -> None:
    of = deployment(conditions=[condition("Progressing", "True", reason)])
    newest, *older = (await search(cluster(of=of))).rows
    assert (newest.status, newest.status_raw) == (status, reason)
    assert {one.status for one in older} == {DeployStatus.SUCCEEDED}


async def test_a_revision_that_came_back_is_a_rollback_at_the_time_of_the_rollout() -> None:
    back, bad, first_time, _ = (await search(cluster(*ROLLED_BACK, of=deployment(revision=4)))).rows
    assert (back.kind, back.at) == (ChangeKind.ROLLBACK, datetime(2026, 3, 3, 9, 5, tzinfo=UTC))
    assert (back.version, back.previous_version) == ("checkout:1.4.1", "checkout:1.4.2")
    assert back.ref.native_id == "shop/checkout-141@4"
    assert (bad.version, bad.previous_version, bad.kind) == ("checkout:1.4.2", "checkout:1.4.1", ChangeKind.DEPLOY)
    assert (first_time.version, first_time.previous_version) == ("checkout:1.4.1", "checkout:1.4.0")
    assert first_time.attributes["revision"] == "2"


async def test_a_rollout_and_its_return_are_found_by_their_ids() -> None:
    transport = cluster(*ROLLED_BACK, of=deployment(revision=4))
    found = (await search(transport)).rows
    async with connected(transport) as adapter:
        for one in found:
            assert await adapter.get_deploy(one.ref.native_id, call_at()) == one


async def test_one_rollout_is_read_without_a_list_of_everything() -> None:
    transport = cluster()
    async with connected(transport) as adapter:
        await adapter.get_deploy("shop/checkout-141", call_at())
    assert transport.asked == [
        f"GET {REPLICA_SETS}/checkout-141",
        f"GET {DEPLOYMENTS}/checkout",
        f"GET {REPLICA_SETS}",
    ]
    assert transport.requests[-1].url.params["labelSelector"] == "app.kubernetes.io/name=checkout"


@pytest.mark.parametrize("native_id", ["", "checkout", "shop/", "shop/a/b", "shop/x@y", "Shop/x", "../shop", "a b/c"])
async def test_what_is_no_id_is_not_found_and_not_asked_for(native_id: str) -> None:
    transport = cluster()
    async with connected(transport) as adapter:
        with pytest.raises(NotFoundError, match="such as shop/checkout-7d9f8b6c5"):
            await adapter.get_deploy(native_id, call_at())
    assert transport.asked == []


async def test_a_return_that_was_renumbered_since_is_not_found() -> None:
    async with connected(cluster(*ROLLED_BACK, of=deployment(revision=4))) as adapter:
        with pytest.raises(NotFoundError):
            await adapter.get_deploy("shop/checkout-141@9", call_at())


async def test_a_replica_set_of_something_else_is_no_rollout() -> None:
    bare = replica_set(5, "9.9", "2026-03-03T09:00:00Z", owner="u2", owner_kind="Rollout")
    assert len((await search(cluster(*REVISIONS, bare))).rows) == 3
    async with connected(cluster(bare)) as adapter:
        with pytest.raises(NotFoundError):
            await adapter.get_deploy("shop/checkout-99", call_at())


async def test_for_a_service_only_its_replica_sets_are_asked_for() -> None:
    transport = Cluster({DEPLOYMENTS: listed(deployment(), deployment("search", spec=OF_SEARCH))})
    with pytest.raises(NotFoundError):
        await search(transport, service="search")
    assert transport.requests[-1].url.params["labelSelector"] == "app=search,tier=web"


OF_SEARCH = {
    "selector": {"matchLabels": {"app": "search", "tier": "web"}},
    "template": {"metadata": {"labels": {"app": "search"}}, "spec": {"containers": [{"name": "app", "image": "s:1"}]}},
}


async def test_an_unknown_service_gives_nothing() -> None:
    transport = cluster()
    page = await search(transport, service="no-such-service")
    assert (page.rows, page.complete) == ((), True)
    assert transport.asked == [f"GET {DEPLOYMENTS}"]


async def test_window_environment_and_kind_are_kept() -> None:
    assert len((await search(cluster(), window=window(2))).rows) == 1
    assert (await search(cluster(), environment="prod")).rows == ()
    assert len((await search(cluster(), environment="shop")).rows) == 3
    assert len((await search(cluster(), {"environment": "prod"}, environment="prod")).rows) == 3
    assert (await search(cluster(), kinds=frozenset({ChangeKind.FLAG}))).rows == ()


async def test_a_limit_cuts_the_oldest_and_says_so() -> None:
    page = await search(cluster(), limit=2)
    assert ([one.version for one in page.rows], page.complete, page.total) == (
        ["checkout:1.4.2", "checkout:1.4.1"],
        False,
        3,
    )


async def test_a_history_that_was_cut_within_the_window_is_not_called_complete() -> None:
    whole = await search(cluster())
    assert (whole.complete, whole.notes) == (True, ())
    cut = await search(cluster(*REVISIONS[1:]))
    assert cut.complete is False
    assert "revisionHistoryLimit" in cut.notes[0]
    assert (await search(cluster(*REVISIONS[1:]), window=window(2))).complete is True


async def test_a_return_whose_time_is_lost_is_told() -> None:
    back = await search(cluster(*ROLLED_BACK, of=deployment(revision=4)))
    assert (back.complete, back.notes) == (True, ())
    on_again = [*ROLLED_BACK, replica_set(5, "1.4.3", "2026-03-03T09:10:00Z")]
    page = await search(cluster(*on_again, of=deployment(revision=5)))
    assert page.complete is False
    assert "came back for a while" in page.notes[0]


async def test_pages_are_followed_with_the_token_of_the_server() -> None:
    def page(request: httpx.Request) -> Any:
        return listed(REVISIONS[1]) if "continue" in request.url.params else listed(*REVISIONS[:1], rest="a/b=")

    transport = Cluster({DEPLOYMENTS: listed(deployment()), REPLICA_SETS: page})
    assert len((await search(transport)).rows) == 2
    first, second = transport.requests[1:]
    assert dict(first.url.params) == {"limit": "250"}
    assert dict(second.url.params) == {"limit": "250", "continue": "a/b="}


async def test_each_namespace_is_asked_for_or_all_at_once() -> None:
    transport = Cluster(
        {
            "/apis/apps/v1/namespaces/a/deployments": listed(),
            "/apis/apps/v1/namespaces/b/deployments": listed(),
            "/apis/apps/v1/namespaces/a/replicasets": listed(),
            "/apis/apps/v1/namespaces/b/replicasets": listed(),
            "/apis/apps/v1/deployments": listed(),
            "/apis/apps/v1/replicasets": listed(),
        }
    )
    await search(transport, {"namespaces": ["a", "b"]})
    assert [path.removeprefix("GET /apis/apps/v1/") for path in transport.asked] == [
        "namespaces/a/deployments",
        "namespaces/b/deployments",
        "namespaces/a/replicasets",
        "namespaces/b/replicasets",
    ]
    page = await search(transport, {"namespaces": []})
    assert [path.removeprefix("GET /apis/apps/v1/") for path in transport.asked[4:]] == ["deployments", "replicasets"]
    assert "in all namespaces" in page.query


async def test_a_list_that_the_server_has_forgotten_is_to_be_asked_for_again() -> None:
    def page(request: httpx.Request) -> Any:
        gone = {"kind": "Status", "reason": "Expired", "code": 410}
        return httpx.Response(410, json=gone) if "continue" in request.url.params else listed(rest="t")

    with pytest.raises(UnavailableError, match="ask again"):
        await search(Cluster({DEPLOYMENTS: page}))


async def test_more_objects_than_are_read_are_said_to_be_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("opsloom_adapters.kubernetes.client.OBJECTS_READ_MAX", 3)
    transport = Cluster({DEPLOYMENTS: listed(deployment()), REPLICA_SETS: listed(*REVISIONS, rest="more")})
    page = await search(transport)
    assert (len(page.rows), page.complete, page.total) == (3, False, None)
    assert "set namespaces" in page.notes[-1]
    assert len(transport.requests) == 2


@pytest.mark.parametrize(
    ("image", "version", "commit"),
    [
        ("checkout", "checkout", ""),
        ("registry:5000/shop/checkout:" + "a1" * 20, "checkout:" + "a1" * 20, "a1" * 20),
        ("r/checkout@sha256:" + "b2" * 32, "checkout@sha256:" + "b2" * 32, ""),
        (
            "r/checkout:" + "c3" * 20 + "@sha256:" + "b2" * 32,
            "checkout:" + "c3" * 20 + "@sha256:" + "b2" * 32,
            "c3" * 20,
        ),
    ],
)
async def test_the_version_is_the_image_and_the_commit_is_its_tag_where_it_is_one(
    image: str, version: str, commit: str
) -> None:
    one = replica_set(1, "1.4.0", "2026-03-03T09:00:00Z")
    one["spec"]["template"]["spec"]["containers"][0]["image"] = image
    (deploy,) = (await search(cluster(one, of=deployment(revision=1, conditions=[COMPLETE])))).rows
    assert (deploy.version, deploy.commit) == (version, commit)


async def test_a_dashboard_is_linked_where_one_is_named() -> None:
    settings = {"object_url": "https://headlamp.example.com/c/main/{kinds}/{namespace}/{name}"}
    assert (await search(cluster(), settings)).rows[0].link == (
        "https://headlamp.example.com/c/main/deployments/shop/checkout"
    )
    assert (await search(cluster())).rows[0].link is None

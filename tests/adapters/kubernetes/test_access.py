"""Settings, credentials that expire, and what the credential for changes may do."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from pydantic import SecretStr, ValidationError

from opsloom.adapter_api.config import SecretSource
from opsloom.adapter_api.permissions import Permission
from opsloom.model.ownership import ServiceQuery
from opsloom_adapters.kubernetes import KubernetesAdapter
from opsloom_adapters.kubernetes.config import KubernetesConfig
from tests.adapters.kubernetes.asking import DEPLOYMENTS, KUBERNETES, NOW, Cluster, call_at, connected
from tests.adapters.kubernetes.objects import VERSION, listed

REVIEWS = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"
ALL = ServiceQuery(limit=10)


async def test_a_token_that_has_expired_is_read_again() -> None:
    tokens = ["token-1"]

    async def secret(_source: SecretSource) -> SecretStr:
        return SecretStr(tokens[-1])

    def deployments(request: httpx.Request) -> httpx.Response:
        expired = request.headers["authorization"] == "Bearer token-1" and len(tokens) > 1
        return httpx.Response(401, json={"kind": "Status"}) if expired else httpx.Response(200, json=listed())

    transport = Cluster({DEPLOYMENTS: deployments})
    async with replace(KUBERNETES, secret=secret).connected(transport) as adapter:
        await adapter.search_services(ALL, call_at(NOW))
        tokens.append("token-2")
        await adapter.search_services(ALL, call_at(NOW))
    sent = [request.headers["authorization"].removeprefix("Bearer ") for request in transport.requests]
    assert sent == ["token-1", "token-1", "token-2"]


async def test_a_cluster_behind_a_proxy_needs_no_token() -> None:
    transport = Cluster({DEPLOYMENTS: listed()})
    async with connected(transport, token=None, write_token=None) as adapter:
        await adapter.search_services(ALL, call_at(NOW))
    assert not any("authorization" in request.headers for request in transport.requests)


async def test_the_probe_asks_for_what_needs_the_credential() -> None:
    transport = Cluster({"/version": VERSION, DEPLOYMENTS: listed()})
    async with connected(transport) as adapter:
        probe = await adapter.probe(call_at())
    assert (probe.version, probe.server_time) == ("v1.34.2", datetime(2026, 3, 3, 9, 20, tzinfo=UTC))
    assert transport.asked == ["GET /version", f"GET {DEPLOYMENTS}"]
    assert dict(transport.requests[1].url.params) == {"limit": "1"}


def granting(**statuses: Any) -> Cluster:
    def review(request: httpx.Request) -> httpx.Response:
        attributes = json.loads(request.content)["spec"]["resourceAttributes"]
        status = statuses.get(attributes.get("subresource", "whole"), {"allowed": True})
        return httpx.Response(201, json={"kind": "SelfSubjectAccessReview", "status": status})

    return Cluster({REVIEWS: review})


async def permissions(transport: Cluster, **settings: Any) -> dict[str, bool | None]:
    async with connected(transport, **settings) as adapter:
        return {one.name: one.granted for one in await adapter.check_writing(call_at())}


async def test_the_cluster_tells_what_the_credential_for_changes_may_do() -> None:
    transport = granting(scale={"allowed": False, "reason": "no RBAC rule"})
    assert await permissions(transport) == {"patch deployments.apps": True, "patch deployments.apps/scale": False}
    assert {request.headers["authorization"] for request in transport.requests} == {"Bearer secret-of-WRITE"}
    assert json.loads(transport.requests[1].content) == {
        "apiVersion": "authorization.k8s.io/v1",
        "kind": "SelfSubjectAccessReview",
        "spec": {
            "resourceAttributes": {
                "verb": "patch",
                "group": "apps",
                "resource": "deployments",
                "subresource": "scale",
                "namespace": "shop",
            }
        },
    }


async def test_each_namespace_must_grant_it_and_none_named_means_all() -> None:
    several = granting()
    await permissions(several, namespaces=["a", "b"])
    named = [json.loads(one.content)["spec"]["resourceAttributes"]["namespace"] for one in several.requests]
    assert named == ["a", "b", "a", "b"]
    everywhere = granting(whole={"allowed": False, "evaluationError": "webhook is down"})
    assert (await permissions(everywhere, namespaces=[]))["patch deployments.apps"] is None
    assert "namespace" not in json.loads(everywhere.requests[0].content)["spec"]["resourceAttributes"]


async def test_the_permissions_are_those_of_the_manifest() -> None:
    async with connected(granting()) as adapter:
        checked = await adapter.check_writing(call_at())
    scopes = {scope.name for scope in KubernetesAdapter.manifest.scopes if scope.writes}
    assert {one.name for one in checked if isinstance(one, Permission)} == scopes


@pytest.mark.parametrize(
    "wrong",
    [
        {"namespaces": ["Shop"]},
        {"namespaces": ["a/b"]},
        {"service_labels": []},
        {"service_labels": ["a b"]},
        {"service_labels": ["app,!x"]},
        {"owner_labels": ["a=b"]},
        {"object_url": "javascript:alert({name})"},
        {"object_url": "https://headlamp.example.com"},
        {"not_ready_seconds": -1},
    ],
)
def test_settings_that_cannot_work_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        KubernetesConfig.model_validate({"adapter": "kubernetes", "base_url": "https://k.test", **wrong})

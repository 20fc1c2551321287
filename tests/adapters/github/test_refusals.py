"""What GitHub's statuses mean, and how much it lets us ask."""

from typing import Any

import httpx
import pytest
from pydantic import ValidationError

from opsloom.model.deploys import ChangeKind
from opsloom.model.errors import (
    NotFoundError,
    OpsloomError,
    PermissionDeniedError,
    RateLimitedError,
    UnexpectedAnswerError,
)
from opsloom_adapters.github.config import GithubConfig
from tests.adapters.github.asking import AT, Github, call_at, connected, deploy_query
from tests.adapters.github.shapes import REPOSITORY, commit, repository

COMMITS = f"GET {AT}/commits"


async def read(reply: httpx.Response) -> None:
    async with connected(Github({COMMITS: reply})) as adapter:
        await adapter.search_deploys(deploy_query(kinds=frozenset({ChangeKind.COMMIT})), call_at())


@pytest.mark.parametrize(
    ("reply", "kind", "says"),
    [
        (httpx.Response(404, json={}), NotFoundError, "a repository that the credential may not see"),
        (httpx.Response(410, json={}), NotFoundError, "switched off"),
        (
            httpx.Response(301, headers={"location": "https://api.github.com/repositories/1"}),
            UnexpectedAnswerError,
            "moved",
        ),
        (httpx.Response(403, json={"message": "Resource not accessible"}), PermissionDeniedError, "Contents: read"),
        (httpx.Response(409, json={"message": "Git Repository is empty."}), UnexpectedAnswerError, "409"),
    ],
)
async def test_a_status_says_what_to_do(reply: httpx.Response, kind: type[OpsloomError], says: str) -> None:
    with pytest.raises(kind, match=says):
        await read(reply)


async def test_a_403_without_requests_left_asks_for_patience() -> None:
    headers = {"x-ratelimit-limit": "5000", "x-ratelimit-remaining": "0", "x-ratelimit-reset": "4102444800"}
    with pytest.raises(RateLimitedError) as refusal:
        await read(httpx.Response(403, json={"message": "API rate limit exceeded"}, headers=headers))
    assert refusal.value.retry_after_seconds is None or refusal.value.retry_after_seconds > 0


async def test_a_403_of_the_secondary_limit_asks_for_patience_too() -> None:
    body = {"documentation_url": "https://docs.github.com/x", "message": "You have exceeded a secondary rate limit."}
    with pytest.raises(RateLimitedError) as refusal:
        await read(httpx.Response(403, json=body, headers={"x-ratelimit-remaining": "4999"}))
    assert refusal.value.retry_after_seconds == 60


async def test_what_is_left_of_the_limit_is_kept() -> None:
    headers = {"x-ratelimit-limit": "5000", "x-ratelimit-remaining": "4999", "x-ratelimit-reset": "1772530000"}
    github = Github({COMMITS: httpx.Response(200, json=[commit()], headers=headers)})
    call = call_at()
    async with connected(github) as adapter:
        await adapter.search_deploys(deploy_query(kinds=frozenset({ChangeKind.COMMIT})), call)
    assert call.quota is not None
    assert (call.quota.limit, call.quota.remaining) == (5000, 4999)
    assert github.requests[0].headers["x-github-api-version"] == "2022-11-28"


async def test_the_probe_sees_the_first_repository_and_the_version_of_an_own_server() -> None:
    headers = {"x-github-enterprise-version": "3.17.0", "date": "Tue, 03 Mar 2026 09:21:00 GMT"}
    github = Github({f"GET /api/v3{AT}": httpx.Response(200, json=repository(), headers=headers)})
    async with connected(github, base_url="https://git.acme.example/api/v3") as adapter:
        probe = await adapter.probe(call_at())
    assert probe.version == "3.17.0"
    assert probe.server_time is not None


@pytest.mark.parametrize(
    ("base_url", "web"),
    [
        ("https://api.github.com", "https://github.com"),
        ("https://git.acme.example/api/v3", "https://git.acme.example"),
        ("https://api.acme.ghe.com", "https://acme.ghe.com"),
    ],
)
def test_the_web_pages_follow_from_the_api(base_url: str, web: str) -> None:
    config = GithubConfig.model_validate({"adapter": "github", "base_url": base_url, "repositories": [REPOSITORY]})
    assert config.web == web


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"repositories": []}, "at least 1"),
        ({"repositories": ["checkout"]}, "pattern"),
        ({"repositories": ["acme/../x"]}, "pattern"),
        ({"services": {"checkout": "acme/other"}}, "add to repositories: acme/other"),
        ({"ticket_repository": "acme/tickets"}, "add to repositories: acme/tickets"),
        ({"repositories": ["acme/shop", "labs/shop"]}, "share a name: shop"),
        ({"rollback_workflow": "../x.yml"}, "pattern"),
        ({"rollback_inputs": {"x": "{secret}"}}, "rollback_inputs may hold"),
    ],
)
def test_settings_that_cannot_work_say_why(settings: dict[str, Any], says: str) -> None:
    with pytest.raises(ValidationError, match=says):
        GithubConfig.model_validate({"adapter": "github", "repositories": [REPOSITORY], **settings})


@pytest.mark.parametrize(
    ("scopes", "granted"),
    [
        ("repo, read:org", {"Deployments: write": True, "Actions: write": True, "Issues: write": True}),
        ("repo_deployment", {"Deployments: write": True, "Actions: write": False, "Issues: write": False}),
        ("public_repo", {"Deployments: write": None, "Actions: write": None, "Issues: write": None}),
        ("", {"Deployments: write": None, "Actions: write": None, "Issues: write": None}),
    ],
)
async def test_the_scopes_of_a_classic_token_for_changes_are_told(scopes: str, granted: dict[str, bool | None]) -> None:
    reply = httpx.Response(200, json={"resources": {}}, headers={"x-oauth-scopes": scopes} if scopes else {})
    async with connected(Github({"GET /rate_limit": reply})) as adapter:
        permissions = await adapter.check_writing(call_at())
    assert {one.name: one.granted for one in permissions} == granted

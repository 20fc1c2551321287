"""How these tests ask GitHub: canned replies of its REST API at the edge of the network."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import anyio
import httpx
from pydantic import SecretStr

from opsloom.adapter_api.adapter import Site
from opsloom.adapter_api.call import Call
from opsloom.adapter_api.config import SecretSource
from opsloom.model.changes import ChangePlan, Order
from opsloom.model.deploys import DeployQuery
from opsloom.model.tickets import TicketQuery
from opsloom.model.window import Window
from opsloom_adapters.github import GithubAdapter
from tests.adapters.github.shapes import API, REPOSITORY

INSTANCE = "code-eu"
NOW = datetime(2026, 3, 3, 9, 21, tzinfo=UTC)
DAY = Window(start=NOW - timedelta(days=1), end=NOW)
MARKER = "opsloom-7k2m9q4r"
AT = f"/repos/{REPOSITORY}"
WEB = f"https://github.com/{REPOSITORY}"
NOT_FOUND = httpx.Response(404, json={"message": "Not Found"})


def call_at(now: datetime = NOW) -> Call:
    return Call(INSTANCE, "github", now, anyio.current_time() + 5, writing=True)


def deploy_query(**asked: Any) -> DeployQuery:
    return DeployQuery(**{"window": DAY, "limit": 50, **asked})


def ticket_query(**asked: Any) -> TicketQuery:
    return TicketQuery(**{"window": DAY, "limit": 50, **asked})


def order_of(plan: ChangePlan, marker: str = MARKER) -> Order:
    return Order(plan=plan, marker=marker, requester="oncall-a", approver="lead-b")


def paged(rows: list[dict[str, Any]], *, more: bool = False) -> httpx.Response:
    headers = {"link": f'<{API}/x?page=2>; rel="next", <{API}/x?page=9>; rel="last"'} if more else {}
    return httpx.Response(200, json=rows, headers=headers)


class Github(httpx.MockTransport):
    """Answers ``METHOD path``, page by page where a list of responses is given. What is not told is empty or absent."""

    def __init__(self, replies: Mapping[str, Any] | None = None) -> None:
        super().__init__(self._answer)
        self.requests: list[httpx.Request] = []
        self.replies = dict(replies or {})

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        name = f"{request.method} {request.url.path}"
        reply = self.replies.get(
            name, [] if name.split("/")[-1] in ("deployments", "commits", "statuses") else NOT_FOUND
        )
        if isinstance(reply, list) and reply and isinstance(reply[0], httpx.Response):
            reply = reply.pop(0)
        return reply if isinstance(reply, httpx.Response) else httpx.Response(200, json=reply)

    def asked(self, name: str) -> list[httpx.Request]:
        """The requests ``METHOD path``."""
        return [one for one in self.requests if f"{one.method} {one.url.path}" == name]

    def parameters(self, name: str) -> list[dict[str, str]]:
        return [dict(one.url.params) for one in self.asked(name)]

    @property
    def changed(self) -> list[str]:
        """What was sent to change something."""
        return [f"{one.method} {one.url.path}" for one in self.requests if one.method != "GET"]


@asynccontextmanager
async def connected(github: Github, **settings: Any) -> AsyncIterator[GithubAdapter]:
    async def secret(_source: SecretSource) -> SecretStr:
        return SecretStr("ghp_" + "made-up")

    tokens = {"token": {"env": "GITHUB_TOKEN"}, "write_token": {"env": "GITHUB_WRITE_TOKEN"}}
    config = GithubAdapter.manifest.config.model_validate(
        {"adapter": "github", "repositories": [REPOSITORY], **tokens, **settings}
    )
    async with GithubAdapter.connect(Site(INSTANCE, config, secret, github)) as adapter:
        yield adapter

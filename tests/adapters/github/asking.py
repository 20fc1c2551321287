"""How these tests ask GitHub: canned replies of its REST API at the edge of the network."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from opsloom.model.deploys import DeployQuery
from opsloom.model.tickets import TicketQuery
from opsloom.model.window import Window
from opsloom_adapters.github import GithubAdapter
from tests.adapters.canned import Answering, Configured, name_of
from tests.adapters.github.shapes import API, REPOSITORY

INSTANCE = "code-eu"
NOW = datetime(2026, 3, 3, 9, 21, tzinfo=UTC)
DAY = Window(start=NOW - timedelta(days=1), end=NOW)
AT = f"/repos/{REPOSITORY}"
WEB = f"https://github.com/{REPOSITORY}"
NOT_FOUND = httpx.Response(404, json={"message": "Not Found"})

GITHUB = Configured(
    GithubAdapter,
    INSTANCE,
    NOW,
    {
        "repositories": [REPOSITORY],
        "token": {"env": "GITHUB_TOKEN"},
        "write_token": {"env": "GITHUB_WRITE_TOKEN"},
    },
    writing=True,
)
connected, call_at = GITHUB.connected, GITHUB.call_at


def deploy_query(**asked: Any) -> DeployQuery:
    return DeployQuery(**{"window": DAY, "limit": 50, **asked})


def ticket_query(**asked: Any) -> TicketQuery:
    return TicketQuery(**{"window": DAY, "limit": 50, **asked})


def paged(rows: list[dict[str, Any]], *, more: bool = False) -> httpx.Response:
    headers = {"link": f'<{API}/x?page=2>; rel="next", <{API}/x?page=9>; rel="last"'} if more else {}
    return httpx.Response(200, json=rows, headers=headers)


class Github(Answering):
    """Answers ``METHOD path``, page by page where a list of responses is given. What is not told is empty or absent."""

    def __init__(self, replies: Mapping[str, Any] | None = None) -> None:
        super().__init__()
        self.replies = dict(replies or {})

    def reply_to(self, request: httpx.Request) -> Any:
        name = name_of(request)
        reply = self.replies.get(
            name, [] if name.split("/")[-1] in ("deployments", "commits", "statuses") else NOT_FOUND
        )
        if isinstance(reply, list) and reply and isinstance(reply[0], httpx.Response):
            reply = reply.pop(0)
        return reply

    def asked(self, name: str) -> list[httpx.Request]:
        """The requests ``METHOD path``."""
        return [one for one in self.requests if name_of(one) == name]

    def parameters(self, name: str) -> list[dict[str, str]]:
        return [dict(one.url.params) for one in self.asked(name)]

    @property
    def changed(self) -> list[str]:
        """What was sent to change something."""
        return [name_of(one) for one in self.requests if one.method != "GET"]

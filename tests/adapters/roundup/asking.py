"""How these tests ask a Roundup tracker: the real one, or canned replies at the edge of the network.

The shapes: https://www.roundup-tracker.org/docs/rest.html
"""

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
from opsloom.model.tickets import TicketQuery
from opsloom.model.window import Window
from opsloom_adapters.roundup import RoundupAdapter

INSTANCE = "tracker-eu"
NOW = datetime(2026, 3, 3, 9, 21, tzinfo=UTC)
URL = "http://tracker.test/shop"
PASSWORD = "correct " + "horse"


def call_at(now: datetime = NOW) -> Call:
    return Call(INSTANCE, "roundup", now, anyio.current_time() + 5, writing=True)


def ticket_query(now: datetime = NOW, **asked: Any) -> TicketQuery:
    window = Window(start=now - timedelta(days=1), end=now)
    return TicketQuery(**{"window": window, "limit": 50, **asked})


def linked(kind: str, number: int, **label: str) -> dict[str, str]:
    return {"id": str(number), "link": f"{URL}/rest/data/{kind}/{number}", **label}


def issue(number: int, **properties: Any) -> dict[str, Any]:
    """A ticket of a collection at ``@verbose=2``."""
    return {
        **linked("issue", number),
        "title": f"checkout is slow ({number})",
        "status": linked("status", 3, name="chatting"),
        "priority": linked("priority", 2, name="urgent"),
        "assignedto": None,
        "creator": linked("user", 4, username="oncall-a"),
        "creation": "2026-03-02.20:00:00",
        "activity": "2026-03-03.09:00:00",
        **properties,
    }


def collection(*items: Mapping[str, Any], total: int | None = None, more: bool = False) -> dict[str, Any]:
    links = {"self": [{"rel": "self", "uri": "..."}]}
    if more:
        links["next"] = [{"rel": "next", "uri": "..."}]
    return {
        "data": {
            "collection": list(items),
            "@links": links,
            "@total_size": len(items) if total is None else total,
        }
    }


STATUS_NAMES = ("unread", "deferred", "chatting", "need-eg", "in-progress", "testing", "done-cbb", "resolved")
STATUSES = collection(*(linked("status", number, name=name) for number, name in enumerate(STATUS_NAMES, start=1)))


class Tracker(httpx.MockTransport):
    """Answers by path, page by page where a list of replies is given, and keeps the requests.

    A change is answered by method and path, ``PUT issue/7``. A reply may be a whole response, or an error to raise.
    """

    def __init__(self, *pages: Any, **others: Any) -> None:
        super().__init__(self._answer)
        self.requests: list[httpx.Request] = []
        self._pages = list(pages)
        self._others = {"status": STATUSES, **others}

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        name = request.url.path.removeprefix("/shop/rest/data").strip("/")
        if request.method != "GET":
            name = f"{request.method} {name}"
        if name == "issue":
            return httpx.Response(200, json=self._pages.pop(0))
        if name in self._others:
            return _response(self._others[name])
        return httpx.Response(404, json={"error": {"status": 404, "msg": "not found"}})


def _response(reply: Any) -> httpx.Response:
    if isinstance(reply, Exception):
        raise reply
    return reply if isinstance(reply, httpx.Response) else httpx.Response(200, json=reply)


@asynccontextmanager
async def connected(
    transport: httpx.AsyncBaseTransport | None = None,
    base_url: str = URL,
    user: str = "opsloom",
    password: str = PASSWORD,
    **settings: Any,
) -> AsyncIterator[RoundupAdapter]:
    async def secret(_source: SecretSource) -> SecretStr:
        return SecretStr(password)

    place = {"env": "TRACKER_PASSWORD"}
    reader = {} if "token" in settings else {"username": user, "password": place}
    login = reader if "write_token" in settings else {**reader, "write_username": user, "write_password": place}
    config = RoundupAdapter.manifest.config.model_validate(
        {"adapter": "roundup", "base_url": base_url, **login, **settings}
    )
    async with RoundupAdapter.connect(Site(INSTANCE, config, secret, transport)) as adapter:
        yield adapter

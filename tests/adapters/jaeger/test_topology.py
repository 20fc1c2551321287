"""Who calls whom."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from opsloom.model.errors import AuthenticationError, NotFoundError, UnavailableError, UnexpectedAnswerError
from opsloom.model.page import Page
from opsloom.model.topology import Dependency, DependencyQuery, DependencySource
from opsloom.model.window import Window
from tests.adapters.jaeger.asking import NOW, WINDOW, Jaeger, call_at, connected
from tests.adapters.jaeger.vendor import dependencies, older_dependencies

V3 = "/api/v3/dependencies"
OLDER = "/api/dependencies"
WEB_PAGE = httpx.Response(200, html="<!doctype html><title>Jaeger UI</title>")
EDGES = (("checkout", "cart", 5), ("cart", "orders", 500), ("shop", "checkout", 7))


async def edges(transport: Jaeger, settings: dict[str, Any] | None = None, **asked: Any) -> Page[Dependency]:
    query = DependencyQuery(**{"window": WINDOW, "limit": 5, **asked})
    async with connected(transport, **(settings or {})) as adapter:
        return await adapter.get_dependencies(query, call_at())


def pairs(page: Page[Dependency]) -> list[tuple[str, str]]:
    return [(edge.caller, edge.callee) for edge in page.rows]


async def test_edges_are_observed_busiest_first_and_without_rates() -> None:
    page = await edges(Jaeger({V3: dependencies(*EDGES)}))
    assert pairs(page) == [("cart", "orders"), ("shop", "checkout"), ("checkout", "cart")]
    assert {(edge.source, edge.request_rate) for edge in page.rows} == {(DependencySource.OBSERVED, None)}
    assert page.link == "http://jaeger.test/dependencies"


async def test_a_service_has_its_callers_and_its_callees_and_an_unknown_one_none() -> None:
    replies = {V3: dependencies(*EDGES)}
    assert pairs(await edges(Jaeger(replies), service="checkout")) == [("shop", "checkout"), ("checkout", "cart")]
    nobody = await edges(Jaeger(replies), service="nobody")
    assert (nobody.rows, nobody.complete) == ((), True)


async def test_a_short_window_is_widened_and_said_and_a_long_one_is_asked_as_it_is() -> None:
    transport = Jaeger({V3: dependencies(*EDGES)})
    page = await edges(transport)
    assert dict(transport.requests[0].url.params) == {
        "startTime": "2026-03-02T09:21:00Z", "endTime": "2026-03-03T09:21:00Z",
    }  # fmt: skip
    assert page.notes == ("Jaeger's edges are of 24 hours: its storage may have them once a day only",)
    days = Window(start=NOW - timedelta(days=3), end=NOW)
    long = await edges(transport, window=days)
    assert (transport.requests[1].url.params["startTime"], long.notes) == ("2026-02-28T09:21:00Z", ())
    exact = await edges(transport, {"dependency_hours": 1})
    assert (transport.requests[2].url.params["startTime"], exact.notes) == ("2026-03-03T08:21:00Z", ())


async def test_a_limit_cuts_the_least_busy() -> None:
    page = await edges(Jaeger({V3: dependencies(*EDGES)}), limit=1)
    assert (pairs(page), page.total, page.complete) == ([("cart", "orders")], 3, False)


async def test_no_dependencies_at_all_say_what_may_be_missing() -> None:
    page = await edges(Jaeger({V3: dependencies()}))
    assert page.rows == ()
    assert "spark-dependencies" in page.notes[-1]


@pytest.mark.parametrize("reply", [httpx.Response(404), WEB_PAGE])
async def test_a_server_without_v3_dependencies_is_asked_as_its_own_pages_ask(reply: httpx.Response) -> None:
    transport = Jaeger({V3: reply, OLDER: older_dependencies(*EDGES)})
    page = await edges(transport)
    assert transport.asked == [V3, OLDER]
    assert dict(transport.requests[1].url.params) == {"endTs": "1772529660000", "lookback": "86400000"}
    assert len(page.rows) == 3


async def test_null_of_the_older_api_is_nothing_and_its_errors_are_no_answer() -> None:
    none = {**older_dependencies(), "data": None}
    assert (await edges(Jaeger({V3: httpx.Response(404), OLDER: none}))).rows == ()
    failed = {**none, "errors": [{"code": 500, "msg": "storage"}]}
    with pytest.raises(UnexpectedAnswerError):
        await edges(Jaeger({V3: httpx.Response(404), OLDER: failed}))


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        (httpx.Response(401), AuthenticationError),
        (httpx.Response(503), UnavailableError),
        (httpx.Response(400), UnexpectedAnswerError),
        ({"other": 1}, UnexpectedAnswerError),
    ],
)
async def test_other_failures_are_no_reason_to_ask_otherwise(reply: Any, error: type[Exception]) -> None:
    transport = Jaeger({V3: reply})
    with pytest.raises(error):
        await edges(transport)
    assert set(transport.asked) == {V3}


async def test_a_server_with_neither_is_not_found() -> None:
    with pytest.raises(NotFoundError):
        await edges(Jaeger({V3: httpx.Response(404), OLDER: httpx.Response(404)}))


@pytest.mark.parametrize("reply", [{"services": ["checkout"]}, {}])
async def test_the_probe_takes_a_jaeger_with_and_without_services(reply: dict[str, Any]) -> None:
    async with connected(Jaeger({"/api/v3/services": reply})) as adapter:
        assert (await adapter.probe(call_at())).version == ""

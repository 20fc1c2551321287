"""Connections are opened when first needed, kept, and left in the task that entered them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import anyio
import pytest

from opsloom.adapter_api.adapter import Site
from opsloom.adapter_api.call import Call
from opsloom.adapter_api.config import SecretSource
from opsloom.model.clock import StoppedClock
from opsloom.model.errors import ConfigurationError
from opsloom.model.ownership import Service, ServiceQuery
from opsloom.model.page import Page
from opsloom.providers.hub import open_hub
from opsloom.providers.operations import SEARCH_SERVICES
from tests.providers.scripted import MemoryKeeper, scripted

CLOCK = StoppedClock(datetime(2026, 3, 3, 9, 21, tzinfo=UTC))
ALL = ServiceQuery(limit=10)


@pytest.fixture(params=["asyncio", "trio"])
def anyio_backend(request: pytest.FixtureRequest) -> str:
    return str(request.param)


async def nothing(_method: str, _query: object, _call: Call) -> Page[Service]:
    return Page[Service](rows=())


class Connections:
    """Every connection made, and the tasks in which it was entered and left."""

    def __init__(self) -> None:
        self.entered: list[int] = []
        self.left: list[int] = []

    @asynccontextmanager
    async def __call__(self, _site: Site) -> AsyncIterator[None]:
        self.entered.append(anyio.get_current_task().id)
        try:
            async with anyio.create_task_group():  # raises if it is left in another task
                yield
        finally:
            self.left.append(anyio.get_current_task().id)


async def test_nobody_is_contacted_before_a_question() -> None:
    connections = Connections()
    async with open_hub([scripted("one", nothing, connection=connections)], [], MemoryKeeper(), CLOCK):
        await anyio.lowlevel.checkpoint()
    assert connections.entered == []


async def test_a_connection_is_made_once_and_left_by_the_task_that_entered_it() -> None:
    connections = Connections()
    async with open_hub([scripted("one", nothing, connection=connections)], [], MemoryKeeper(), CLOCK) as hub:
        async with anyio.create_task_group() as tasks:
            for limit in range(1, 6):
                tasks.start_soon(hub.ask, SEARCH_SERVICES, ServiceQuery(limit=limit))
        await hub.ask(SEARCH_SERVICES, ALL)
        assert connections.left == []
    assert len(connections.entered) == 1
    assert connections.left == connections.entered


async def test_a_connection_that_failed_is_tried_anew_by_the_next_call() -> None:
    failures = [ConfigurationError("the file is not there"), OSError("no route")]

    @asynccontextmanager
    async def flaky(_site: Site) -> AsyncIterator[None]:
        if failures:
            raise failures.pop(0)
        yield

    async with open_hub([scripted("one", nothing, connection=flaky)], [], MemoryKeeper(), CLOCK) as hub:
        outcomes = [(await hub.ask(SEARCH_SERVICES, ALL))[0] for _ in range(3)]
    assert [str(outcome.error) for outcome in outcomes] == [
        "the file is not there",
        "the adapter of one failed (OSError)",
        "None",
    ]


async def test_a_connection_that_was_given_up_is_closed_and_tried_anew() -> None:
    left: list[str] = []
    patience = [anyio.sleep_forever, anyio.lowlevel.checkpoint]

    @asynccontextmanager
    async def slow_at_first(_site: Site) -> AsyncIterator[None]:
        try:
            await patience.pop(0)()
            yield
        finally:
            left.append("left")

    instance = scripted("one", nothing, connection=slow_at_first, deadline_seconds=0.05)
    async with open_hub([instance], [], MemoryKeeper(), CLOCK) as hub:
        (first,) = await hub.ask(SEARCH_SERVICES, ALL)
        assert left == ["left"]
        (second,) = await hub.ask(SEARCH_SERVICES, ALL)
    assert (first.value, second.error) == (None, None)


async def test_a_secret_is_known_to_redaction_before_the_adapter_has_it(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("orchid\n")
    keeper = MemoryKeeper()
    seen: list[tuple[str, list[str]]] = []

    @asynccontextmanager
    async def with_secret(site: Site) -> AsyncIterator[None]:
        secret = await site.secret(SecretSource(file=tmp_path / "token"))
        seen.append((secret.get_secret_value(), list(keeper.known)))
        yield

    async with open_hub([scripted("one", nothing, connection=with_secret)], [], keeper, CLOCK) as hub:
        await hub.ask(SEARCH_SERVICES, ALL)
    assert seen == [("orchid", ["orchid"])]

"""The hub asks everybody at once and says who did not answer; time is trio's and virtual here."""

from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import anyio
import pytest
from trio.testing import MockClock

from opsloom.adapter_api.adapter import Probe
from opsloom.adapter_api.call import Call
from opsloom.adapter_api.capabilities import AlertReader, TicketReader
from opsloom.model.alerts import AlertQuery
from opsloom.model.clock import StoppedClock
from opsloom.model.errors import (
    ConfigurationError,
    NotFoundError,
    ProviderError,
    ProviderTimeoutError,
    UnsupportedError,
)
from opsloom.model.ownership import Service, ServiceQuery
from opsloom.model.page import Page
from opsloom.model.tickets import TicketQuery
from opsloom.model.window import Window
from opsloom.providers.hub import Hub, open_hub
from opsloom.providers.instance import BrokenInstance, Instance
from opsloom.providers.operations import GET_ALERT, SEARCH_ALERTS, SEARCH_SERVICES, SEARCH_TICKETS
from tests.providers.scripted import Act, MemoryKeeper, scripted

NOW = datetime(2026, 3, 3, 9, 21, tzinfo=UTC)
NOTHING = Page[Service](rows=())
ALL = ServiceQuery(limit=10)
LAST_HOUR = Window(start=NOW - timedelta(hours=1), end=NOW)
ALERTS = AlertQuery(window=LAST_HOUR, limit=10)
TICKETS = TicketQuery(window=LAST_HOUR, limit=10)


@pytest.fixture
def anyio_backend() -> tuple[str, dict[str, Any]]:
    return "trio", {"clock": MockClock(autojump_threshold=0)}


@asynccontextmanager
async def hub_of(
    *instances: Instance, keeper: MemoryKeeper | None = None, broken: Collection[BrokenInstance] = ()
) -> AsyncIterator[Hub]:
    async with open_hub(instances, broken, keeper or MemoryKeeper(), StoppedClock(NOW)) as hub:
        yield hub


def after(seconds: float, value: object = NOTHING) -> Act:
    """Answers ``value`` after so many seconds, or raises it."""

    async def act(_method: str, _query: object, _call: Call) -> object:
        await anyio.sleep(seconds)
        if isinstance(value, Exception):
            raise value
        return value

    return act


class Counting:
    """Answers after a second with how often it was asked."""

    def __init__(self) -> None:
        self.asked = 0

    async def __call__(self, _method: str, _query: object, _call: Call) -> Page[Service]:
        self.asked += 1
        await anyio.sleep(1)
        return Page[Service](rows=(), total=self.asked)


async def test_all_instances_are_asked_at_once() -> None:
    async with hub_of(*(scripted(f"slow-{number}", after(1)) for number in range(8))) as hub:
        started = anyio.current_time()
        outcomes = await hub.ask(SEARCH_SERVICES, ALL)
        assert anyio.current_time() - started == pytest.approx(1)
    assert [outcome.value for outcome in outcomes] == [NOTHING] * 8
    assert {outcome.duration_ms for outcome in outcomes} == {1_000}


async def test_an_instance_over_its_deadline_is_a_timeout_and_delays_nobody_further() -> None:
    hung = scripted("hung", after(3_600), deadline_seconds=2)
    async with hub_of(hung, scripted("quick", after(0.1))) as hub:
        started = anyio.current_time()
        outcomes = {outcome.instance: outcome for outcome in await hub.ask(SEARCH_SERVICES, ALL)}
        assert anyio.current_time() - started == pytest.approx(2)
    assert isinstance(outcomes["hung"].error, ProviderTimeoutError)
    assert str(outcomes["hung"].error) == "hung did not answer within 2 s"
    assert (outcomes["quick"].value, outcomes["quick"].duration_ms) == (NOTHING, 100)


async def test_a_slow_connection_counts_towards_the_deadline() -> None:
    @asynccontextmanager
    async def slow(_site: object) -> AsyncIterator[None]:
        await anyio.sleep(3_600)
        yield

    async with hub_of(scripted("far", after(0), connection=slow, deadline_seconds=3)) as hub:
        (outcome,) = await hub.ask(SEARCH_SERVICES, ALL)
    assert isinstance(outcome.error, ProviderTimeoutError)
    assert outcome.duration_ms == 3_000


async def test_the_same_question_at_the_same_time_is_one_call_to_the_provider() -> None:
    counting = Counting()
    outcomes: list[Any] = []
    async with hub_of(scripted("one", counting)) as hub, anyio.create_task_group() as tasks:

        async def ask() -> None:
            outcomes.extend(await hub.ask(SEARCH_SERVICES, ServiceQuery(limit=10)))

        for _ in range(5):
            tasks.start_soon(ask)
    assert counting.asked == 1
    assert [outcome.value.total for outcome in outcomes] == [1] * 5


async def test_other_questions_and_later_ones_are_calls_of_their_own() -> None:
    counting = Counting()
    async with hub_of(scripted("one", counting)) as hub:
        async with anyio.create_task_group() as tasks:
            for limit in (10, 20):
                tasks.start_soon(hub.ask, SEARCH_SERVICES, ServiceQuery(limit=limit))
        assert counting.asked == 2
        await hub.ask(SEARCH_SERVICES, ServiceQuery(limit=10))
    assert counting.asked == 3


async def test_followers_get_their_answer_though_the_first_asker_is_cancelled() -> None:
    counting = Counting()
    async with hub_of(scripted("one", counting)) as hub, anyio.create_task_group() as tasks:
        leader = anyio.CancelScope()

        async def lead() -> None:
            with leader:
                await hub.ask(SEARCH_SERVICES, ALL)

        tasks.start_soon(lead)
        await anyio.sleep(0.2)
        with anyio.fail_after(5):
            tasks.start_soon(_cancel_in, 0.3, leader)
            (outcome,) = await hub.ask(SEARCH_SERVICES, ALL)
    assert leader.cancelled_caught
    assert (counting.asked, outcome.error) == (1, None)
    assert outcome.value == Page[Service](rows=(), total=1)


async def _cancel_in(seconds: float, scope: anyio.CancelScope) -> None:
    await anyio.sleep(seconds)
    scope.cancel()


@pytest.mark.parametrize("bug", [KeyError("token"), TypeError("x"), RecursionError(), ExceptionGroup("g", [OSError()])])
async def test_a_bug_in_one_adapter_is_its_outcome_and_the_others_answer(bug: Exception) -> None:
    async with hub_of(scripted("buggy", after(0, bug)), scripted("fine", after(0))) as hub:
        buggy, fine = await hub.ask(SEARCH_SERVICES, ALL)
    assert str(buggy.error) == f"the adapter of buggy failed ({type(bug).__name__})"
    assert fine.value == NOTHING


async def test_an_adapter_that_returns_nothing_at_all_has_not_answered() -> None:
    async with hub_of(scripted("mute", after(0, None))) as hub:
        (outcome,) = await hub.ask(SEARCH_SERVICES, ALL)
    assert isinstance(outcome.error, ProviderError)


async def test_outcomes_come_in_the_order_of_the_names_however_the_answers_come() -> None:
    unsorted = [scripted(name, after(seconds)) for name, seconds in (("c", 0), ("a", 2), ("d", 3), ("b", 1))]
    async with hub_of(*unsorted) as hub:
        outcomes = await hub.ask(SEARCH_SERVICES, ALL)
        assert [one.name for one in hub.capable(AlertReader)] == ["a", "b", "c", "d"]
    assert [outcome.instance for outcome in outcomes] == ["a", "b", "c", "d"]


async def test_what_a_provider_said_is_kept_though_the_call_failed() -> None:
    async def act(_method: str, _query: object, call: Call) -> object:
        call.capture(method="GET", url="http://x.example", body=b"<html>login</html>", status=200)
        raise NotFoundError("no such thing", instance=call.instance)

    async def hang(_method: str, _query: object, call: Call) -> None:
        call.capture(method="GET", url="http://y.example", body=b"partial", status=200)
        await anyio.sleep_forever()

    keeper = MemoryKeeper()
    async with hub_of(scripted("a", act), scripted("b", hang), keeper=keeper) as hub:
        failed, hung = await hub.ask(SEARCH_SERVICES, ALL)
    assert (failed.evidence, hung.evidence) == (("ev_0",), ("ev_1",))
    assert [exchange.body for exchange in keeper.exchanges] == [b"<html>login</html>", b"partial"]


async def test_a_call_knows_its_instance_the_present_and_its_deadline() -> None:
    calls: list[Call] = []

    async def act(_method: str, _query: object, call: Call) -> Page[Service]:
        calls.append(call)
        return NOTHING

    async with hub_of(scripted("one", act, deadline_seconds=4)) as hub:
        started = anyio.current_time()
        await hub.ask(SEARCH_SERVICES, ALL)
    (call,) = calls
    assert (call.instance, call.adapter, call.now, call.deadline) == ("one", "scripted", NOW, started + 4)


async def test_only_instances_with_the_capability_are_asked() -> None:
    tickets = scripted("tickets", after(0), capabilities=[TicketReader])
    alerts = scripted("alerts", after(0), capabilities=[AlertReader])
    async with hub_of(tickets, alerts) as hub:
        (outcome,) = await hub.ask(SEARCH_TICKETS, TICKETS)
    assert outcome.instance == "tickets"


async def test_what_no_instance_can_is_unsupported() -> None:
    async with hub_of(scripted("tickets", after(0), capabilities=[TicketReader])) as hub:
        with pytest.raises(UnsupportedError, match="no configured instance is a AlertReader"):
            await hub.ask(SEARCH_ALERTS, ALERTS)


async def test_what_only_a_misconfigured_instance_could_is_refused_with_its_problem() -> None:
    broken = BrokenInstance("am", "alertmanager", "base_url is missing", frozenset({AlertReader}))
    async with hub_of(broken=[broken]) as hub:
        with pytest.raises(ConfigurationError, match=r"am is misconfigured \(base_url is missing\)"):
            await hub.ask(SEARCH_ALERTS, ALERTS)
        assert hub.misconfigured(AlertReader) == [broken]
        assert hub.misconfigured(TicketReader) == []


async def test_an_instance_of_an_unknown_adapter_may_have_had_any_capability() -> None:
    broken = BrokenInstance("what", "unknown", "adapter must be one of ...")
    async with hub_of(broken=[broken]) as hub:
        assert hub.misconfigured(TicketReader) == [broken]


@pytest.mark.parametrize("name", ["missing", "tickets"])
async def test_a_record_of_an_instance_that_cannot_give_it_is_refused_with_those_that_can(name: str) -> None:
    instances = [scripted(one, after(0), capabilities=[AlertReader]) for one in ("am-us", "am-eu")]
    async with hub_of(*instances, scripted("tickets", after(0), capabilities=[TicketReader])) as hub:
        with pytest.raises(UnsupportedError, match=r"instances that can: am-eu, am-us$"):
            await hub.fetch(GET_ALERT, name, "1")


async def test_a_probe_is_an_outcome_too() -> None:
    async with hub_of(scripted("up", after(0, Probe(version="2.42"))), scripted("down", after(9_999))) as hub:
        up, down = await hub.probe("up"), await hub.probe("down")
    assert up.value == Probe(version="2.42")
    assert isinstance(down.error, ProviderTimeoutError)

"""Plans of messages and pages, and that nothing leaves but what was planned: alike for all three ways out."""

import json
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest

from opsloom.model.changes import AcknowledgeAlert, PagePerson, SendMessage
from opsloom.model.errors import ConflictError, InvalidRequestError, UnsupportedError
from opsloom.model.limits import MESSAGE_CHARS, TARGET_CHARS
from tests.adapters.notifier.asking import (
    HOSTILE_TEXTS,
    MESSAGE,
    PAGE,
    WEBHOOK,
    Asked,
    apply,
    call_at,
    connected,
    order,
    plan,
)


class Way:
    """One way out, and all that left by it."""

    def __init__(self, name: str, folder: Path) -> None:
        self._out = folder / "out.jsonl"
        program = f"import sys; open({str(self._out)!r}, 'ab').write(sys.stdin.buffer.read() + b'\\n')"
        self.settings: dict[str, Any] = {
            "webhook": WEBHOOK,
            "file": {"file": self._out},
            "command": {"command": [sys.executable, "-c", program]},
        }[name]
        self._posted: list[bytes] = []
        self.transport = httpx.MockTransport(self._answer)

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self._posted.append(request.content)
        return httpx.Response(200)

    def sent(self) -> list[dict[str, Any]]:
        lines = self._out.read_bytes().splitlines() if self._out.exists() else []
        return [json.loads(one) for one in (*self._posted, *lines)]


@pytest.fixture(params=["webhook", "file", "command"])
def way(request: pytest.FixtureRequest, tmp_path: Path) -> Way:
    return Way(request.param, tmp_path)


@pytest.mark.parametrize("change", [MESSAGE, PAGE])
async def test_a_plan_sends_nothing_and_is_the_same_when_made_again(way: Way, change: Asked) -> None:
    call = call_at()
    async with connected(way.transport, **way.settings) as adapter:
        planned = await plan(adapter, change, call)
        assert planned.change == change
        assert await plan(adapter, change) == planned
    assert (way.sent(), call.exchanges) == ([], [])


@pytest.mark.parametrize("change", [MESSAGE, PAGE])
async def test_what_was_planned_is_what_leaves(way: Way, change: Asked) -> None:
    async with connected(way.transport, **way.settings) as adapter:
        await apply(adapter, await order(adapter, change))
    common = {
        "version": 1,
        "dedup_key": "opsloom-7Q2M",
        "text": "Half of all orders fail.",
        "requested_by": "assistant of oncall-a",
        "approved_by": "oncall-b",
        "at": "2026-03-03T09:21:00Z",
    }
    own = {
        "send_message": {"event": "message", "channel": "#incidents"},
        "page_person": {"event": "page", "target": "team-payments", "service": "checkout"},
    }
    assert way.sent() == [common | own[change.kind]]


@pytest.mark.parametrize("text", HOSTILE_TEXTS)
async def test_a_hostile_text_is_only_text(way: Way, text: str) -> None:
    async with connected(way.transport, **way.settings) as adapter:
        approved = await order(adapter, MESSAGE.model_copy(update={"text": text}))
        await apply(adapter, approved)
    assert approved.plan.effects[0].after == text
    [sent] = way.sent()
    assert (sent["text"], sent["dedup_key"]) == (text, "opsloom-7Q2M")


async def test_a_plan_says_what_goes_where_and_that_it_is_for_good(way: Way) -> None:
    async with connected(way.transport, **way.settings, title="chat of the shop") as adapter:
        planned = await plan(adapter, MESSAGE)
        paged = await plan(adapter, PAGE)
    assert planned.summary == "Post 24 characters to #incidents (chat of the shop)"
    assert (planned.targets, planned.effects[0].after) == (("#incidents",), MESSAGE.text)
    assert (paged.targets, paged.services) == (("team-payments",), ("checkout",))
    assert planned.inverse is None
    assert planned.irreversible
    assert "Who reads the channel." in planned.not_inspected


@pytest.mark.parametrize("other", ["webhook", "file", "command"])
async def test_another_way_out_than_the_approved_one_is_a_conflict(way: Way, other: str, tmp_path: Path) -> None:
    elsewhere = Way(other, tmp_path / "elsewhere")
    if other == "webhook":
        elsewhere.settings = {**WEBHOOK, "webhook_url": "http://elsewhere.test/opsloom"}
    async with connected(way.transport, **way.settings) as adapter:
        approved = await order(adapter)
    async with connected(elsewhere.transport, **elsewhere.settings) as adapter:
        with pytest.raises(ConflictError, match="nothing was sent"):
            await apply(adapter, approved)
    assert (way.sent(), elsewhere.sent()) == ([], [])


async def test_a_channel_that_is_not_allowed_any_more_gets_nothing(way: Way) -> None:
    async with connected(way.transport, **way.settings) as adapter:
        approved = await order(adapter)
    async with connected(way.transport, **way.settings, channels=["#other"]) as adapter:
        with pytest.raises(InvalidRequestError, match="it may use: #other"):
            await apply(adapter, approved)
    assert way.sent() == []


async def test_an_order_of_another_kind_is_refused(way: Way) -> None:
    async with connected(way.transport, **way.settings) as adapter:
        approved = await order(adapter)
        other = approved.plan.model_copy(update={"change": AcknowledgeAlert(alert="1")})
        with pytest.raises(InvalidRequestError, match="send_message or page_person"):
            await adapter.apply_message(approved.model_copy(update={"plan": other}), call_at())
    assert way.sent() == []


@pytest.mark.parametrize(
    ("channels", "channel", "allowed"),
    [
        (["#incidents"], "#incidents", True),
        (["#incidents"], "#Incidents", False),
        (["#incidents"], "#incidents-eu", False),
        (["#other", "#team-*"], "#team-payments", True),
        (["#team-[eu]"], "#team-[eu]", True),
        (["*"], "anything at all", True),
        (["*"], "two\nlines", False),
        (["*"], " ", False),
        (["*"], "", False),
        (["*"], "x" * (TARGET_CHARS + 1), False),
        (["*"], "\N{RIGHT-TO-LEFT OVERRIDE}stnedicni#", False),
    ],
)
async def test_only_an_allowed_channel_is_posted_to(channels: list[str], channel: str, allowed: bool) -> None:
    async with connected(**WEBHOOK, channels=channels) as adapter:
        change = SendMessage(channel=channel, text="x")
        if allowed:
            assert (await plan(adapter, change)).targets == (channel,)
        else:
            with pytest.raises(InvalidRequestError, match="channel"):
                await plan(adapter, change)


async def test_a_refused_channel_names_the_valid_ones() -> None:
    async with connected(**WEBHOOK, channels=["#incidents", "#team-*"]) as adapter:
        with pytest.raises(InvalidRequestError, match=r"it may use: #incidents, #team-\*"):
            await plan(adapter, SendMessage(channel="#general", text="x"))


async def test_by_default_no_channel_may_be_posted_to_and_anybody_be_paged() -> None:
    async with connected(**WEBHOOK, channels=[]) as adapter:
        with pytest.raises(UnsupportedError, match="setting channels"):
            await plan(adapter, MESSAGE)
        assert (await plan(adapter, PAGE)).targets == ("team-payments",)


async def test_targets_can_be_limited_or_forbidden() -> None:
    async with connected(**WEBHOOK, targets=["team-*"]) as adapter:
        assert (await plan(adapter, PAGE)).targets == ("team-payments",)
        with pytest.raises(InvalidRequestError, match=r"target .* it may use: team-\*"):
            await plan(adapter, PagePerson(target="everybody", text="x"))
    async with connected(**WEBHOOK, targets=[]) as adapter:
        with pytest.raises(UnsupportedError, match="setting targets"):
            await plan(adapter, PAGE)


@pytest.mark.parametrize("text", ["", " \n", "x" * (MESSAGE_CHARS + 1)])
async def test_a_text_that_says_nothing_or_too_much_is_refused(text: str) -> None:
    async with connected(**WEBHOOK) as adapter:
        with pytest.raises(InvalidRequestError, match=f"1 to {MESSAGE_CHARS} characters"):
            await plan(adapter, SendMessage(channel="#incidents", text=text))

"""Channels for incidents: opened, found again, archived."""

from typing import Any

import httpx
import pytest

from opsloom.model.changes import ArchiveChannel, ChangePlan, ChannelChange, CreateChannel, Sight
from opsloom.model.errors import ConflictError, InvalidRequestError, UnsupportedError
from tests.adapters.canned import order_of
from tests.adapters.slack.asking import CHANNEL, WORKSPACE, Slack, call_at, channel, channels, connected


async def plan(change: ChannelChange, slack: Slack | None = None, **settings: Any) -> ChangePlan:
    async with connected(slack or Slack(conversations_list=channels(channel())), **settings) as adapter:
        return await adapter.plan_channel(change, call_at())


def info(**more: Any) -> dict[str, Any]:
    return {"ok": True, "channel": channel(**more)}


async def test_a_channel_is_opened_and_its_receipt_can_archive_it() -> None:
    planned = await plan(CreateChannel(name="#inc-43"))
    assert planned.change == CreateChannel(name="inc-43")
    assert planned.inverse == ArchiveChannel(channel="")
    slack = Slack(conversations_create={"ok": True, "channel": channel("inc-43", "C099ZZ9ZZ")})
    async with connected(slack) as adapter:
        receipt = await adapter.apply_channel(order_of(planned), call_at())
    assert slack.asked("conversations.create") == [{"name": "inc-43", "is_private": "false"}]
    assert receipt.inverse == ArchiveChannel(channel="C099ZZ9ZZ")
    assert receipt.link == f"{WORKSPACE}/archives/C099ZZ9ZZ"


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("inc-Checkout down!", "inc-checkout-down"),
        ("inc-ä", "inc-checkout-down"),
        ("inc-" + "x" * 90, "inc-" + "x" * 76),
    ],
)
async def test_a_name_that_slack_does_not_take_is_refused_with_one_that_it_takes(name: str, form: str) -> None:
    with pytest.raises(InvalidRequestError, match=f"would do: {form}$"):
        await plan(CreateChannel(name=name))


@pytest.mark.parametrize("name", ["---", "", "_"])
async def test_a_name_of_nothing_but_punctuation_is_refused(name: str) -> None:
    with pytest.raises(InvalidRequestError, match="would do: checkout-down"):
        await plan(CreateChannel(name=name), channel_prefix="")


async def test_a_name_needs_the_prefix_that_the_operator_set() -> None:
    with pytest.raises(InvalidRequestError, match="begin with inc-"):
        await plan(CreateChannel(name="payroll"))
    with pytest.raises(InvalidRequestError, match="begin with inc-"):
        await plan(ArchiveChannel(channel=CHANNEL), Slack(conversations_info=info(name="payroll")))


async def test_a_name_that_is_taken_is_refused() -> None:
    with pytest.raises(InvalidRequestError, match="#inc-42 is there already"):
        await plan(CreateChannel(name="inc-42"))


@pytest.mark.parametrize("more", [{"is_private": True}, {"topic": "checkout is down"}])
async def test_what_would_take_more_than_one_request_is_refused(more: dict[str, Any]) -> None:
    with pytest.raises(UnsupportedError):
        await plan(CreateChannel(name="inc-43", **more))


@pytest.mark.parametrize(
    ("listed", "sight"),
    [
        (channels(channel("inc-43")), Sight.PRESENT),
        (channels(channel("inc-42")), Sight.ABSENT),
    ],
)
async def test_an_opened_channel_is_found_by_its_name(listed: dict[str, Any], sight: Sight) -> None:
    planned = await plan(CreateChannel(name="inc-43"))
    async with connected(Slack(conversations_list=listed)) as adapter:
        assert (await adapter.observe_channel(order_of(planned), call_at())).sight is sight


async def test_a_channel_is_archived_and_seen_to_be() -> None:
    planned = await plan(ArchiveChannel(channel=CHANNEL), Slack())
    assert planned.effects[0].before == "open"
    slack = Slack(conversations_info=[info(), info(), info(is_archived=True)], conversations_archive={"ok": True})
    async with connected(slack) as adapter:
        before = await adapter.observe_channel(order_of(planned), call_at())
        await adapter.apply_channel(order_of(planned), call_at())
        after = await adapter.observe_channel(order_of(planned), call_at())
    assert slack.asked("conversations.archive") == [{"channel": CHANNEL}]
    assert (before.sight, after.sight) == (Sight.ABSENT, Sight.PRESENT)


@pytest.mark.parametrize("more", [{"is_archived": True}, {"name": "inc-other"}])
async def test_a_channel_that_changed_since_the_plan_is_left_alone(more: dict[str, Any]) -> None:
    planned = await plan(ArchiveChannel(channel=CHANNEL), Slack())
    slack = Slack(conversations_info=info(**more))
    async with connected(slack) as adapter:
        with pytest.raises(ConflictError):
            await adapter.apply_channel(order_of(planned), call_at())
    assert slack.asked("conversations.archive") == []


@pytest.mark.parametrize(
    ("more", "error"),
    [
        ({"is_archived": True}, InvalidRequestError),
        ({"is_general": True}, UnsupportedError),
        ({"is_private": True}, UnsupportedError),
    ],
)
async def test_what_cannot_be_archived_is_refused(more: dict[str, Any], error: type[Exception]) -> None:
    with pytest.raises(error):
        await plan(ArchiveChannel(channel=CHANNEL), Slack(conversations_info=info(**more)))


@pytest.mark.parametrize(
    ("headers", "granted"),
    [
        ({"x-oauth-scopes": "chat:write,channels:read"}, {"chat:write": True, "channels:manage": False}),
        ({}, {"chat:write": None, "channels:manage": None}),
    ],
)
async def test_the_scopes_of_the_token_for_changes_are_told(
    headers: dict[str, str], granted: dict[str, bool | None]
) -> None:
    identity = httpx.Response(200, json={"ok": True, "url": f"{WORKSPACE}/", "team": "acme"}, headers=headers)
    async with connected(Slack(auth_test=identity)) as adapter:
        permissions = await adapter.check_writing(call_at())
    assert {one.name: one.granted for one in permissions} == granted

"""Messages: planned, posted once, found again; and those that opsloom posted, replaced."""

import json
from typing import Any

import pytest

from opsloom.model.changes import ChangePlan, SendMessage, Sight
from opsloom.model.errors import ConflictError, InvalidRequestError, UnsupportedError
from tests.adapters.canned import MARKER, order_of
from tests.adapters.slack.asking import (
    CHANNEL,
    TS,
    WORKSPACE,
    Slack,
    call_at,
    channel,
    channels,
    connected,
    marked,
    message,
    messages,
)

POSTED = "1772529660.000200"
SENT = {"ok": True, "channel": CHANNEL, "ts": POSTED, "message": message(ts=POSTED)}
OURS = marked("opsloom-1a2b3c4d", text="we look at &lt;it&gt;", ts=TS)


def send(text: str = "we look at it", channel: str = "#inc-42", **more: Any) -> SendMessage:
    return SendMessage(channel=channel, text=text, **more)


async def plan(change: SendMessage, slack: Slack | None = None, **settings: Any) -> ChangePlan:
    slack = slack or Slack(conversations_list=channels(channel()))
    async with connected(slack, **settings) as adapter:
        return await adapter.plan_message(change, call_at())


async def test_a_plan_says_what_is_read_where_and_is_resolved() -> None:
    planned = await plan(send())
    assert planned.change == send(channel=CHANNEL)
    assert planned.targets == ("#inc-42",)
    assert (planned.effects[0].what, planned.effects[0].after) == ("new message in #inc-42", "we look at it")
    assert planned.irreversible
    assert planned.link == f"{WORKSPACE}/archives/{CHANNEL}"


@pytest.mark.parametrize("name", ["#random", "incidents", "inc", "C012AB3CD"])
async def test_only_channels_that_the_operator_named_are_posted_to(name: str) -> None:
    slack = Slack(conversations_info={"ok": True, "channel": channel("payroll")})
    with pytest.raises(InvalidRequestError, match=r"it may post to: inc-\*"):
        await plan(send(channel=name), slack)


async def test_no_channel_is_posted_to_by_default() -> None:
    with pytest.raises(UnsupportedError, match="setting channels"):
        await plan(send(), channels=[])


async def test_a_channel_may_be_allowed_with_its_sign() -> None:
    assert (await plan(send(), channels=["#inc-42"])).targets == ("#inc-42",)


async def test_an_archived_channel_is_refused_with_what_to_do() -> None:
    with pytest.raises(InvalidRequestError, match="archived; name another"):
        await plan(send(), Slack(conversations_list=channels(channel(is_archived=True))))


@pytest.mark.parametrize("change", [send(""), send(" \n"), send("x" * 4_001), send(thread=TS, replaces=TS)])
async def test_what_cannot_be_a_message_is_refused_before_anything_is_asked(change: SendMessage) -> None:
    slack = Slack()
    with pytest.raises(InvalidRequestError):
        await plan(change, slack)
    assert slack.requests == []


async def test_text_notifies_nobody_and_the_plan_says_so() -> None:
    planned = await plan(send("<!here> <@U012AB3CDE> & co"))
    assert "notify nobody" in planned.effects[-1].after
    slack = Slack(chat_postMessage=SENT)
    async with connected(slack) as adapter:
        await adapter.apply_message(order_of(planned), call_at())
    form = slack.asked("chat.postMessage")[0]
    assert form["text"] == "&lt;!here&gt; &lt;@U012AB3CDE&gt; &amp; co"
    assert form["link_names"] == "false"


async def test_a_post_carries_the_marker_and_its_receipt_opens_it() -> None:
    slack = Slack(conversations_list=channels(channel()), chat_postMessage=SENT)
    async with connected(slack) as adapter:
        planned = await adapter.plan_message(send(), call_at())
        receipt = await adapter.apply_message(order_of(planned), call_at())
    form = slack.asked("chat.postMessage")[0]
    assert json.loads(form["metadata"]) == {"event_type": "opsloom_action", "event_payload": {"marker": MARKER}}
    assert "thread_ts" not in form
    assert receipt.native_id == f"{CHANNEL}:{POSTED}"
    assert receipt.link == f"{WORKSPACE}/archives/{CHANNEL}/p1772529660000200"


async def test_a_reply_goes_to_the_message_that_began_the_thread() -> None:
    reply = message("on it", POSTED, thread_ts=TS)
    slack = Slack(conversations_list=channels(channel()), conversations_replies=messages(reply), chat_postMessage=SENT)
    async with connected(slack) as adapter:
        planned = await adapter.plan_message(send(thread=f"{CHANNEL}:{POSTED}"), call_at())
        receipt = await adapter.apply_message(order_of(planned), call_at())
    assert planned.change == send(channel=CHANNEL, thread=f"{CHANNEL}:{TS}")
    assert planned.effects[1].after == "on it"
    assert slack.asked("chat.postMessage")[0]["thread_ts"] == TS
    assert receipt.link == f"{WORKSPACE}/archives/{CHANNEL}/p1772529660000200?thread_ts={TS}&cid={CHANNEL}"


async def test_a_thread_that_is_not_there_is_refused() -> None:
    slack = Slack(conversations_list=channels(channel()), conversations_replies=messages(message(ts=POSTED)))
    with pytest.raises(InvalidRequestError, match="thread: there is no such message"):
        await plan(send(thread=TS), slack)


async def test_a_post_is_found_by_its_marker_and_by_nothing_else() -> None:
    planned = await plan(send())
    other = [marked("opsloom-other"), message("we look at it"), marked(MARKER, metadata={"event_type": "x"})]
    pages = [messages(*other, cursor="two"), messages(marked(MARKER, text="we look at it", ts=POSTED))]
    slack = Slack(conversations_history=pages)
    async with connected(slack) as adapter:
        seen = await adapter.observe_message(order_of(planned), call_at())
    assert seen.sight is Sight.PRESENT
    assert seen.receipt is not None
    assert seen.receipt.native_id == f"{CHANNEL}:{POSTED}"
    assert slack.asked("conversations.history")[0]["include_all_metadata"] == "true"


@pytest.mark.parametrize(
    ("heard", "sight"),
    [(messages(message()), Sight.ABSENT), (messages(message(), has_more=True), Sight.UNOBSERVABLE)],
)
async def test_a_post_that_is_not_there_is_absent_only_if_all_was_read(heard: dict[str, Any], sight: Sight) -> None:
    planned = await plan(send())
    async with connected(Slack(conversations_history=heard)) as adapter:
        seen = await adapter.observe_message(order_of(planned), call_at())
    assert seen.sight is sight


async def test_a_reply_is_looked_for_in_its_thread() -> None:
    slack = Slack(conversations_list=channels(channel()), conversations_replies=messages(message()))
    planned = await plan(send(thread=TS), slack)
    slack = Slack(conversations_replies=messages(message(), marked(MARKER, ts=POSTED, thread_ts=TS)))
    async with connected(slack) as adapter:
        assert (await adapter.observe_message(order_of(planned), call_at())).sight is Sight.PRESENT
    assert slack.asked("conversations.replies")[0]["ts"] == TS


async def replace(text: str, *present: dict[str, Any]) -> ChangePlan:
    slack = Slack(conversations_list=channels(channel()), conversations_replies=messages(*present))
    return await plan(send(text, replaces=f"{CHANNEL}:{TS}"), slack)


async def test_a_replacement_says_what_is_there_and_is_undone_by_it() -> None:
    planned = await replace("fixed", OURS)
    assert (planned.effects[0].before, planned.effects[0].after) == ("we look at <it>", "fixed")
    assert planned.inverse == send("we look at <it>", channel=CHANNEL, replaces=f"{CHANNEL}:{TS}")


@pytest.mark.parametrize(
    ("present", "why"),
    [
        ([message()], "opsloom did not post"),
        ([marked("x", metadata={"event_type": "task_created", "event_payload": {}})], "opsloom did not post"),
        ([message(ts=POSTED)], "no such message"),
        ([marked("x", text="fixed")], "says that already"),
    ],
)
async def test_only_messages_of_opsloom_get_another_text(present: list[dict[str, Any]], why: str) -> None:
    with pytest.raises(InvalidRequestError, match=why):
        await replace("fixed", *present)


async def test_a_replacement_is_sent_with_the_marker_and_found_by_it() -> None:
    planned = await replace("a < b", OURS)
    heard = [messages(OURS), messages(marked(MARKER, text="a &lt; b")), messages(OURS)]
    slack = Slack(conversations_replies=heard, chat_update={**SENT, "ts": TS})
    async with connected(slack) as adapter:
        receipt = await adapter.apply_message(order_of(planned), call_at())
        after = await adapter.observe_message(order_of(planned), call_at())
        without = await adapter.observe_message(order_of(planned), call_at())
    form = slack.asked("chat.update")[0]
    assert (form["ts"], form["text"], MARKER in form["metadata"]) == (TS, "a &lt; b", True)
    assert receipt.inverse == planned.inverse
    assert (after.sight, without.sight) == (Sight.PRESENT, Sight.ABSENT)


async def test_a_message_that_says_something_else_by_now_is_left_alone() -> None:
    planned = await replace("fixed", OURS)
    slack = Slack(conversations_replies=messages({**OURS, "text": "somebody was faster"}))
    async with connected(slack) as adapter:
        with pytest.raises(ConflictError):
            await adapter.apply_message(order_of(planned), call_at())
    assert slack.asked("chat.update") == []

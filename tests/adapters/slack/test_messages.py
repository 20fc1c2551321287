"""What was said: which requests a question becomes, and what becomes of the answers."""

from datetime import UTC, datetime
from typing import Any

import pytest

from opsloom.model.errors import InvalidRequestError
from opsloom.model.messages import Message
from opsloom.model.page import Page
from tests.adapters.slack.asking import (
    CHANNEL,
    TS,
    WORKSPACE,
    Slack,
    call_at,
    channel,
    channels,
    connected,
    message,
    message_query,
    messages,
    refused,
    user,
)


async def search(slack: Slack, settings: dict[str, Any] | None = None, **asked: Any) -> Page[Message]:
    async with connected(slack, **(settings or {})) as adapter:
        return await adapter.search_messages(message_query(**asked), call_at())


async def test_a_message_keeps_its_exact_time_and_can_be_opened_and_replied_to() -> None:
    page = await search(Slack(conversations_history=messages(message(reply_count=2, thread_ts=TS))))
    assert page.rows == (
        Message(
            at=datetime(2026, 3, 3, 9, 20, 0, 100, tzinfo=UTC),
            channel=CHANNEL,
            author="U012AB3CDE",
            text="checkout is down",
            thread=f"{CHANNEL}:{TS}",
            replies=2,
            link=f"{WORKSPACE}/archives/{CHANNEL}/p1772529600000100",
        ),
    )
    assert page.link == f"{WORKSPACE}/archives/{CHANNEL}"
    assert any("have replies" in note for note in page.notes)


async def test_the_window_the_channel_and_the_limit_become_arguments() -> None:
    slack = Slack(conversations_history=messages(message()))
    await search(slack, limit=20)
    assert slack.asked("conversations.history") == [
        {
            "channel": CHANNEL,
            "oldest": "1772443260.000000",
            "latest": "1772529660.000000",
            "inclusive": "true",
            "limit": "20",
        }
    ]


async def test_the_end_of_the_window_is_not_in_it_though_slack_includes_it() -> None:
    page = await search(Slack(conversations_history=messages(message(ts="1772529660.000000"), message())))
    assert [row.link for row in page.rows] == [f"{WORKSPACE}/archives/{CHANNEL}/p1772529600000100"]


async def test_pages_are_followed_to_the_limit_and_no_further() -> None:
    pages = [
        messages(message(ts="1772529600.000300"), message(ts="1772529600.000200"), cursor="two"),
        messages(message(ts="1772529600.000100"), message(ts="1772529600.000050"), cursor="three"),
    ]
    slack = Slack(conversations_history=pages)
    page = await search(slack, limit=3)
    assert len(page.rows) == 3
    assert not page.complete
    assert [asked.get("cursor") for asked in slack.asked("conversations.history")] == [None, "two"]


async def test_more_messages_without_a_place_to_find_them_are_not_called_complete() -> None:
    page = await search(Slack(conversations_history=messages(message(), has_more=True)))
    assert not page.complete
    assert "only the newest 1 messages" in " ".join(page.notes)


async def test_text_is_looked_for_in_any_case_and_in_larger_pages() -> None:
    slack = Slack(conversations_history=messages(message("Checkout is DOWN"), message("lunch?", "1772529500.000000")))
    page = await search(slack, text="is down", limit=5)
    assert [row.text for row in page.rows] == ["Checkout is DOWN"]
    assert page.complete
    assert slack.asked("conversations.history")[0]["limit"] == "200"


async def test_nothing_said_is_an_empty_page() -> None:
    page = await search(Slack(conversations_history=messages()))
    assert (page.rows, page.complete) == ((), True)


@pytest.mark.parametrize("name", ["inc-42", "#inc-42", " #inc-42 "])
async def test_a_channel_is_found_by_its_exact_name(name: str) -> None:
    pages = [channels(channel("inc-421", "C0000000A"), cursor="two"), channels(channel("inc-42"), cursor="three")]
    slack = Slack(conversations_list=pages, conversations_history=messages(message()))
    page = await search(slack, channel=name)
    assert page.rows[0].channel == "#inc-42"
    assert slack.asked("conversations.history")[0]["channel"] == CHANNEL
    assert [asked.get("cursor") for asked in slack.asked("conversations.list")] == [None, "two"]


@pytest.mark.parametrize(
    ("settings", "types"), [({}, "public_channel"), ({"private_channels": True}, "public_channel,private_channel")]
)
async def test_private_channels_are_listed_if_the_operator_wants_it(settings: dict[str, Any], types: str) -> None:
    slack = Slack(conversations_list=channels(channel()), conversations_history=messages())
    await search(slack, settings, channel="inc-42")
    assert slack.asked("conversations.list")[0]["types"] == types


async def test_an_unknown_name_lists_the_channels_near_it_the_newest_first() -> None:
    listed = channels(
        channel("inc-41-checkout", "C0000000A", created=1772400000),
        channel("inc-7-checkout", "C0000000B", created=1772300000, is_archived=True),
        channel("inc-42-checkout", "C0000000C", created=1772500000),
        channel("checkuot", "C0000000D"),
        channel("random", "C0000000E"),
    )
    with pytest.raises(InvalidRequestError) as refusal:
        await search(Slack(conversations_list=listed), channel="#checkout")
    assert "#inc-42-checkout, #inc-41-checkout, #inc-7-checkout, #checkuot" in str(refusal.value)
    assert "random" not in str(refusal.value)


async def test_a_thread_is_read_to_its_end_and_given_newest_first() -> None:
    began = message(thread_ts=TS, reply_count=2)
    pages = [
        messages(began, message("on it", "1772529601.000000", thread_ts=TS), cursor="two"),
        messages(began, message("fixed", "1772529602.000000", thread_ts=TS)),
    ]
    slack = Slack(conversations_replies=pages)
    page = await search(slack, thread=f"{CHANNEL}:{TS}")
    assert [row.text for row in page.rows] == ["fixed", "on it", "checkout is down"]
    assert {row.thread for row in page.rows} == {f"{CHANNEL}:{TS}"}
    link = f"{WORKSPACE}/archives/{CHANNEL}/p1772529602000000?thread_ts={TS}&cid={CHANNEL}"
    assert page.rows[0].link == link
    assert slack.asked("conversations.replies")[0]["ts"] == TS
    cut = await search(
        Slack(conversations_replies=messages(began, message("on it", "1772529601.000000"))), limit=1, thread=TS
    )
    assert ([row.text for row in cut.rows], cut.complete) == (["on it"], False)


async def test_a_thread_may_be_named_by_a_link() -> None:
    slack = Slack(conversations_replies=messages(message()))
    await search(slack, thread=f"{WORKSPACE}/archives/{CHANNEL}/p1772529600000100?thread_ts={TS}&cid={CHANNEL}")
    assert slack.asked("conversations.replies")[0]["ts"] == TS


@pytest.mark.parametrize(
    "thread", ["yesterday", "C0000000A:1772529600.000100", f"{CHANNEL}:1772529600.000100\n", "", "1772529600"]
)
async def test_a_thread_of_another_form_or_channel_is_refused(thread: str) -> None:
    slack = Slack(conversations_replies=refused("thread_not_found"))
    if thread.endswith("\n"):
        thread += "x"
    with pytest.raises(InvalidRequestError, match="thread"):
        await search(slack, thread=thread)
    assert slack.asked("conversations.replies") == []


async def test_people_are_named_and_asked_for_once() -> None:
    slack = Slack(
        conversations_history=[messages(message("ask <@U061F7AUR>")), messages(message())],
        users_info=[user("oncall-a"), user("lead-b", "U061F7AUR")],
    )
    async with connected(slack, user_names=True) as adapter:
        first = await adapter.search_messages(message_query(), call_at())
        await adapter.search_messages(message_query(), call_at())
    assert (first.rows[0].author, first.rows[0].text) == ("oncall-a", "ask @lead-b")
    assert len(slack.asked("users.info")) == 2


async def test_people_without_a_name_stay_ids_and_a_note_says_so() -> None:
    slack = Slack(conversations_history=messages(message()), users_info=refused("missing_scope", needed="users:read"))
    page = await search(slack, {"user_names": True})
    assert page.rows[0].author == "U012AB3CDE"
    assert page.notes == ("1 people are shown by id: their names could not be read (scope users:read)",)


async def test_the_workspace_of_the_settings_is_not_asked_for() -> None:
    slack = Slack(conversations_history=messages(message()))
    page = await search(slack, {"web_url": "https://shop.slack.com"})
    assert page.link == f"https://shop.slack.com/archives/{CHANNEL}"
    assert slack.asked("auth.test") == []


async def test_an_app_is_named_and_an_alert_in_attachments_or_blocks_is_read() -> None:
    attached = message(
        "", user=None, bot_id="B012AB3CD", username="grafana",
        attachments=[{"id": 1, "title": "HighErrorRate", "text": "5 % fail", "fallback": "firing"}, {"fallback": "f2"}],
        files=[{"id": "F1", "name": "graph.png"}],
    )  # fmt: skip
    blocks = [
        {"type": "section", "text": {"type": "mrkdwn", "text": "*Deploy* of &lt;checkout&gt;"}},
        {
            "type": "rich_text",
            "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": "v2"}]}],
        },
    ]
    blocked = message("", "1772529500.000000", bot_profile={"name": "deployer"}, blocks=blocks)
    rows = (await search(Slack(conversations_history=messages(attached, blocked)))).rows
    assert (rows[0].author, rows[0].text) == ("grafana", "HighErrorRate\n5 % fail\nf2\n[file: graph.png]")
    assert (rows[1].author, rows[1].text) == ("deployer", "*Deploy* of <checkout>\nv2")

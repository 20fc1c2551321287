"""Addresses of Slack's own web pages, and the ids that are part of them."""

import re
from dataclasses import dataclass

from opsloom.model.errors import InvalidRequestError

_ID = re.compile(r"([CGD][A-Z0-9]{8,}):([0-9]{10}\.[0-9]{6})")
_TS = re.compile(r"[0-9]{10}\.[0-9]{6}")
_PERMALINK = re.compile(r"https://[a-z0-9.-]+/archives/([CGD][A-Z0-9]{8,})/p([0-9]{10})([0-9]{6})(?:\?.*)?")


@dataclass(frozen=True)
class MessageId:
    """A message: its channel and, within that, its timestamp."""

    channel: str
    ts: str

    def __str__(self) -> str:
        return f"{self.channel}:{self.ts}"


def message_id(text: str, channel: str, argument: str) -> MessageId:
    """The message that ``text`` names: ``<channel id>:<ts>``, a ``ts`` alone, or the message's link.

    :raises InvalidRequestError: it has another form, or names another channel than ``channel`` (its id).
    """
    text = text.strip()
    if _TS.fullmatch(text):
        return MessageId(channel, text)
    if found := _ID.fullmatch(text):
        named = MessageId(found[1], found[2])
    elif found := _PERMALINK.fullmatch(text):
        named = MessageId(found[1], f"{found[2]}.{found[3]}")
    else:
        raise InvalidRequestError(
            f"{argument} must be a message's thread as a search of messages gives it (such as "
            "C0123456789:1772529660.000100), or the message's link"
        )
    if named.channel != channel:
        raise InvalidRequestError(f"{argument} is in another channel; name that channel, too")
    return named


def channel_link(workspace: str, channel: str) -> str:
    """The page of a channel."""
    return f"{workspace}/archives/{channel}"


def message_link(workspace: str, message: MessageId, thread: str | None = None) -> str:
    """The page that opens exactly this message; ``thread`` is the timestamp of what began its thread.

    Slack's form of permalinks: https://docs.slack.dev/reference/methods/chat.getPermalink
    """
    address = f"{channel_link(workspace, message.channel)}/p{message.ts.replace('.', '')}"
    if thread is None or thread == message.ts:
        return address
    return f"{address}?thread_ts={thread}&cid={message.channel}"

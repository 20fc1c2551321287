"""Slack's messages as ours."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pydantic import JsonValue

from opsloom.model.messages import Message
from opsloom_adapters.slack import wire
from opsloom_adapters.slack.links import MessageId, message_link
from opsloom_adapters.slack.mrkdwn import readable, users_in
from opsloom_adapters.slack.times import time_of


@dataclass(frozen=True)
class Place:
    """The channel that is read, by its ``id`` and as people know it; ``workspace`` is the address of its web pages."""

    id: str
    label: str
    workspace: str

    def message(self, heard: wire.Message, names: Mapping[str, str]) -> Message:
        """Every message has a ``thread``: what has no replies yet can be replied to."""
        began = heard.thread_ts or heard.ts
        return Message(
            at=time_of(heard.ts),
            channel=self.label,
            author=author_of(heard, names),
            text=text_of(heard, names),
            thread=str(MessageId(self.id, began)),
            replies=(heard.reply_count or 0) if began == heard.ts else None,
            link=message_link(self.workspace, MessageId(self.id, heard.ts), heard.thread_ts),
        )


def author_of(heard: wire.Message, names: Mapping[str, str]) -> str:
    """A person's name or id; an app's name."""
    app = heard.username or (heard.bot_profile.name if heard.bot_profile else "")
    return app or names.get(heard.user) or heard.user or heard.bot_id


def text_of(heard: wire.Message, names: Mapping[str, str]) -> str:
    """What is read of a message: its text or else its blocks, then attachments and names of files.

    Alerts that other tools post often have nothing but attachments.
    """
    parts = [heard.text or "\n".join(_texts_in(list(heard.blocks)))]
    for one in heard.attachments:
        told = [part for part in (one.pretext, one.title, one.text) if part]
        parts += told or [one.fallback]
    parts += [f"[file: {one.name}]" for one in heard.files]
    return "\n".join(readable(part, names) for part in parts if part)


def people_in(heard: wire.Message) -> list[str]:
    """The ids of who wrote it and whom it mentions."""
    return [heard.user, *users_in(heard.text)]


def _texts_in(part: JsonValue) -> Iterator[str]:
    """The texts of blocks in their order, however deep: https://docs.slack.dev/reference/block-kit/blocks"""
    if isinstance(part, list):
        for one in part:
            yield from _texts_in(one)
    elif isinstance(part, dict):
        for name, value in part.items():
            if name == "text" and isinstance(value, str):
                yield value
            else:
                yield from _texts_in(value)

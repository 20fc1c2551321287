"""What Slack's Web API sends, as far as it is kept.

Source: https://docs.slack.dev/reference/methods and https://docs.slack.dev/reference/objects
"""

from typing import Annotated, TypeVar

from pydantic import Field, JsonValue, StringConstraints, TypeAdapter

from opsloom.adapter_api.json_shapes import Many, Text, Wire

T = TypeVar("T")


Ts = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,12}\.[0-9]{6}$")]
"""A message's time and, within its channel, its id: Unix seconds with six digits after the point."""
ConversationId = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9]{2,}$")]


class Answer(Wire):
    """What every answer has. ``ok: false`` comes with status 200; ``needed`` goes with a missing scope."""

    ok: bool
    error: Text = ""
    needed: Text = ""


class Attachment(Wire):
    fallback: Text = ""
    pretext: Text = ""
    title: Text = ""
    text: Text = ""


class File(Wire):
    name: Text = ""


class BotProfile(Wire):
    name: Text = ""


class Metadata(Wire):
    event_type: Text = ""
    event_payload: dict[str, JsonValue] = Field(default_factory=dict)


class Message(Wire):
    ts: Ts
    text: Text = ""
    user: Text = ""
    username: Text = ""
    bot_id: Text = ""
    bot_profile: BotProfile | None = None
    thread_ts: Ts | None = None
    reply_count: int | None = None
    attachments: Many[Attachment] = ()
    blocks: Many[JsonValue] = ()
    files: Many[File] = ()
    metadata: Metadata | None = None


class NextPage(Wire):
    """Where the next page starts; empty after the last."""

    next_cursor: Text = ""


class Messages(Wire):
    messages: tuple[Message, ...]
    has_more: bool = False
    response_metadata: NextPage = NextPage()

    @property
    def next_cursor(self) -> str | None:
        """Where the next page starts. More of them and no place to find them is the first page again: an end that is
        not complete."""
        return self.response_metadata.next_cursor or ("" if self.has_more else None)


class Channel(Wire):
    id: ConversationId
    name: str
    created: int = 0
    is_archived: bool = False
    is_general: bool = False
    is_private: bool = False


class Channels(Wire):
    channels: tuple[Channel, ...]
    response_metadata: NextPage = NextPage()


class OneChannel(Wire):
    channel: Channel


class Profile(Wire):
    display_name: Text = ""
    real_name: Text = ""


class User(Wire):
    id: str
    name: Text = ""
    profile: Profile


class OneUser(Wire):
    user: User


class Identity(Wire):
    """Whose token it is; ``url`` is the workspace's address."""

    url: Annotated[str, StringConstraints(pattern=r"^https?://[^/]")]
    team: Text = ""


class Sent(Wire):
    """A message that was posted or replaced."""

    channel: ConversationId
    ts: Ts


def _shape(kind: type[T]) -> TypeAdapter[T]:
    return TypeAdapter(kind)


ANSWER = _shape(Answer)
MESSAGES = _shape(Messages)
CHANNELS = _shape(Channels)
CHANNEL = _shape(OneChannel)
USER = _shape(OneUser)
IDENTITY = _shape(Identity)
SENT = _shape(Sent)

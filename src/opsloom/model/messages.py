"""Messages of channels that people read."""

from datetime import datetime

from opsloom.model.record import Noun
from opsloom.model.window import Window


class Message(Noun):
    """One message. ``thread`` names the thread that it begins or belongs to, as :class:`MessageQuery` takes it; empty
    where there is none. ``replies`` counts what follows in that thread, where the provider tells.
    """

    at: datetime
    channel: str
    author: str = ""
    text: str
    thread: str = ""
    replies: int | None = None
    link: str | None = None


class MessageQuery(Noun):
    """Which messages of ``channel`` (its name or id), the newest ``limit``; with ``thread`` those of that thread.

    ``text`` is searched in their texts, whatever its case.
    """

    window: Window
    channel: str
    text: str | None = None
    thread: str | None = None
    limit: int

    def matches(self, message: Message) -> bool:
        """Whether ``message`` is asked for; adapters use it for whatever their provider cannot filter."""
        return message.at in self.window and (self.text is None or self.text.casefold() in message.text.casefold())

"""What was said in a channel or a thread."""

import hashlib
from typing import Annotated

from pydantic import Field

from opsloom.adapter_api.capabilities import ChatReader
from opsloom.model.limits import ROWS_DEFAULT
from opsloom.model.messages import Message, MessageQuery
from opsloom.model.window import format_time
from opsloom.providers.operations import SEARCH_MESSAGES
from opsloom.tools.answer import Answer, Cell
from opsloom.tools.arguments import After, Limit, Since, Text, Until
from opsloom.tools.context import ToolContext
from opsloom.tools.cursor import SortKey
from opsloom.tools.listing import Listing, Span, search
from opsloom.tools.registry import tool

COLUMNS = ("at", "author", "text", "thread", "replies", "link", "source")
MESSAGE_WINDOW_SECONDS = 86_400


@tool(ChatReader, title="Search messages")
async def search_messages(
    context: ToolContext,
    channel: Annotated[str, Field(description="its name", min_length=1, max_length=200)],
    query: Text = None,
    thread: Annotated[str | None, Field(description="from an answer: just this thread", max_length=200)] = None,
    since: Since = None,
    until: Until = None,
    limit: Limit = ROWS_DEFAULT,
    cursor: After = None,
) -> Answer:
    """Messages of a channel in a window (default -1d), newest first."""
    listing = Listing(
        operation=SEARCH_MESSAGES,
        columns=COLUMNS,
        query=lambda window, rows: MessageQuery(window=window, channel=channel, text=query, thread=thread, limit=rows),
        key=_key,
        cells=_cells,
    )
    span = Span(since, until, limit, cursor, MESSAGE_WINDOW_SECONDS)
    return await search(context, listing, span, {"messages": [channel, query, thread]})


def _key(instance: str, message: Message) -> SortKey:
    digest = hashlib.sha256(f"{message.author}\n{message.text}".encode()).hexdigest()[:12]  # the cursor holds the key
    return (-message.at.timestamp(), instance, message.thread, digest)


def _cells(instance: str, message: Message) -> list[Cell]:
    at = format_time(message.at)
    return [at, message.author, message.text, message.thread, message.replies, message.link, instance]

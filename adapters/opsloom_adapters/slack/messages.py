"""ChatReader on Slack."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial

from opsloom.adapter_api.call import Call
from opsloom.adapter_api.paging import Fetched, Gathered, read_pages
from opsloom.model.limits import PROVIDER_ROWS_MAX
from opsloom.model.messages import Message, MessageQuery
from opsloom.model.page import Page
from opsloom_adapters.slack import wire
from opsloom_adapters.slack.channels import find_channel, is_id
from opsloom_adapters.slack.client import SlackClient
from opsloom_adapters.slack.links import MessageId, channel_link, message_id, message_link
from opsloom_adapters.slack.mapping import Place, people_in
from opsloom_adapters.slack.people import People
from opsloom_adapters.slack.times import ts_of

MESSAGES_PER_PAGE = 200  # Slack recommends no more


@dataclass(frozen=True)
class _Heard:
    """What was read for a question: the messages it asks for, newest first, and what must be said about them."""

    rows: tuple[wire.Message, ...]
    complete: bool
    method: str
    link: str
    notes: tuple[str, ...]


async def search_messages(client: SlackClient, people: People, query: MessageQuery, call: Call) -> Page[Message]:
    """The messages of ``query``, newest first.

    :raises InvalidRequestError: there is no such channel, or the thread has no form that Slack knows.
    """
    place = await _place_of(client, query.channel.strip(), call)
    if query.thread is None:
        heard = await _hear_channel(client, place, query, call)
    else:
        heard = await _hear_thread(client, place, message_id(query.thread, place.id, "thread"), query, call)
    named = await people.named((one for row in heard.rows for one in people_in(row)), call)
    window = f"oldest={ts_of(query.window.start)} latest={ts_of(query.window.end)}"
    return Page(
        rows=tuple(place.message(row, named.names) for row in heard.rows),
        complete=heard.complete,
        query=f"{heard.method} channel={place.id} {window}" + (f" holding {query.text!r}" if query.text else ""),
        link=heard.link,
        notes=(*heard.notes, named.note) if named.note else heard.notes,
    )


async def _place_of(client: SlackClient, channel: str, call: Call) -> Place:
    if is_id(channel):
        return Place(channel, channel, await client.workspace(call))
    found = await find_channel(client, channel, call)
    return Place(found.id, f"#{found.name}", await client.workspace(call))


async def _hear_channel(client: SlackClient, place: Place, query: MessageQuery, call: Call) -> _Heard:
    link = channel_link(place.workspace, place.id)
    limit = min(query.limit, PROVIDER_ROWS_MAX)
    size = MESSAGES_PER_PAGE if query.text else min(limit, MESSAGES_PER_PAGE)
    fetch = partial(client.history, call, place.id, query.window, limit=size, link=link)
    gathered = await _read(fetch, place, query, limit)
    notes = []
    threads = sum(bool(one.reply_count) for one in gathered.rows)
    if threads:
        notes.append(f"{threads} of these messages have replies, which are read by asking for their thread")
    if not gathered.complete and len(gathered.rows) < limit:
        notes.append(f"only the newest {gathered.scanned} messages of the window were looked through")
    return _Heard(gathered.rows, gathered.complete, "conversations.history", link, tuple(notes))


async def _hear_thread(client: SlackClient, place: Place, thread: MessageId, query: MessageQuery, call: Call) -> _Heard:
    """Slack gives a thread oldest first, so all of it is read; what began it may come with every page."""
    link = message_link(place.workspace, thread)
    fetch = partial(client.replies, call, place.id, thread.ts, query.window, limit=MESSAGES_PER_PAGE, link=link)
    gathered = await _read(fetch, place, query, PROVIDER_ROWS_MAX)
    newest = sorted({one.ts: one for one in gathered.rows}.values(), key=lambda one: one.ts, reverse=True)
    notes = () if gathered.complete else (f"only the oldest {gathered.scanned} messages of the thread were read",)
    complete = gathered.complete and len(newest) <= query.limit
    return _Heard(tuple(newest[: query.limit]), complete, f"conversations.replies ts={thread.ts}", link, notes)


async def _read(
    fetch: Callable[..., Awaitable[wire.Messages]], place: Place, query: MessageQuery, limit: int
) -> Gathered[wire.Message]:
    async def page_at(cursor: str) -> Fetched[wire.Message, str]:
        page = await fetch(cursor=cursor)
        return Fetched(page.messages, page.next_cursor)

    return await read_pages(page_at, "", limit=limit, wanted=lambda one: query.matches(place.message(one, {})))

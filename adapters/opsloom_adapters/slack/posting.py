"""A new message in a channel, or in a thread of it."""

from datetime import timedelta

from opsloom.adapter_api.call import Call
from opsloom.adapter_api.paging import Fetched, read_pages
from opsloom.model.changes import ChangePlan, Effect, Observation, Order, Receipt, SendMessage, Sight
from opsloom.model.errors import InvalidRequestError
from opsloom.model.window import Window
from opsloom_adapters.slack import wire
from opsloom_adapters.slack.client import MARKED, SlackClient
from opsloom_adapters.slack.links import MessageId, channel_link, message_id, message_link
from opsloom_adapters.slack.mapping import text_of
from opsloom_adapters.slack.messages import MESSAGES_PER_PAGE
from opsloom_adapters.slack.mrkdwn import escaped, seems_to_mention

_LOOKED_BACK = timedelta(days=7)
_THREAD_QUOTE_CHARS = 200
_READERS = (
    "Who reads the channel, and who is notified of any message there.",
    "Whether the app that posts is in the channel: if not, Slack refuses.",
)


async def plan_post(client: SlackClient, change: SendMessage, channel: wire.Channel, call: Call) -> ChangePlan:
    """What would be read, and where.

    :raises NotFoundError: there is no such thread.
    """
    workspace = await client.workspace(call)
    effects = [Effect(what=f"new message in #{channel.name}", before="", after=change.text)]
    thread = None
    if change.thread is not None:
        began = await _began(client, channel, change.thread, call)
        thread = str(MessageId(channel.id, began.thread_ts or began.ts))
        effects.append(Effect(what="thread of the message", before="", after=text_of(began, {})[:_THREAD_QUOTE_CHARS]))
    if seems_to_mention(change.text):
        effects.append(Effect(what="mentions in the text", before="", after="shown as written; they notify nobody"))
    return ChangePlan(
        change=change.model_copy(update={"channel": channel.id, "thread": thread}),
        summary=f"Post {len(change.text)} characters to {'a thread of ' if thread else ''}#{channel.name}",
        targets=(f"#{channel.name}",),
        observed=(("channel", f"{channel.id} #{channel.name}"), ("thread", thread or "")),
        effects=tuple(effects),
        irreversible="A message that was read cannot be taken back; its text can be replaced.",
        not_inspected=_READERS,
        link=message_link(workspace, message_id(thread, channel.id, "thread"))
        if thread
        else channel_link(workspace, channel.id),
    )


async def apply_post(client: SlackClient, order: Order, change: SendMessage, call: Call) -> Receipt:
    """Post it. Slack documents no idempotency key: it is sent once."""
    workspace = await client.workspace(call)
    thread = _thread_of(change)
    sent = await client.post(call, change.channel, escaped(change.text), order.marker, thread=thread)
    return _receipt(workspace, sent.channel, sent.ts, thread)


async def observe_post(client: SlackClient, order: Order, change: SendMessage, call: Call) -> Observation:
    """Look for the order's marker in what the last days brought; unobservable where more was said than is read."""
    workspace = await client.workspace(call)
    thread = _thread_of(change)
    window = Window(start=call.now - _LOOKED_BACK, end=call.now + timedelta(days=1))

    async def fetch(cursor: str) -> Fetched[wire.Message, str]:
        if thread is None:
            page = await client.history(
                call, change.channel, window, limit=MESSAGES_PER_PAGE, cursor=cursor, with_metadata=True
            )
        else:
            page = await client.replies(
                call, change.channel, thread, window, limit=MESSAGES_PER_PAGE, cursor=cursor, with_metadata=True
            )
        return Fetched(page.messages, page.next_cursor)

    found = await read_pages(fetch, "", limit=1, wanted=lambda one: is_marked(one, order.marker))
    if found.rows:
        message = found.rows[0]
        receipt = _receipt(workspace, change.channel, message.ts, thread)
        state = (("message", receipt.native_id), ("text", text_of(message, {})))
        return Observation(sight=Sight.PRESENT, state=state, receipt=receipt)
    return Observation(sight=Sight.ABSENT if found.complete else Sight.UNOBSERVABLE)


def is_marked(message: wire.Message, marker: str) -> bool:
    """Whether ``message`` carries the marker in its metadata."""
    metadata = message.metadata
    return metadata is not None and metadata.event_type == MARKED and metadata.event_payload.get("marker") == marker


async def _began(client: SlackClient, channel: wire.Channel, thread: str, call: Call) -> wire.Message:
    named = message_id(thread, channel.id, "thread")
    found = await client.message(call, channel.id, named.ts)
    if found is None:
        raise InvalidRequestError("thread: there is no such message; copy its thread from a search of messages")
    return found


def _thread_of(change: SendMessage) -> str | None:
    return None if change.thread is None else message_id(change.thread, change.channel, "thread").ts


def _receipt(workspace: str, channel: str, ts: str, thread: str | None) -> Receipt:
    message = MessageId(channel, ts)
    return Receipt(native_id=str(message), link=message_link(workspace, message, thread))

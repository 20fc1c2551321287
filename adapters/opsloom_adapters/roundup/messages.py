"""The message that every change leaves in a ticket: what was written, and who asked for it.

Roundup wants it made before the ticket links to it, so a change is two requests. The first makes a message that no
ticket shows; the second changes the ticket, links the message, and is the only one that people see. Where the second
is refused or never sent, nobody is told anything and the message stays unlinked.
"""

from collections.abc import Iterable

from opsloom.adapter_api.call import Call
from opsloom.model.changes import Order
from opsloom.model.errors import UnsupportedError
from opsloom_adapters.roundup.client import RoundupClient
from opsloom_adapters.roundup.config import RoundupConfig


def author_of(config: RoundupConfig, call: Call) -> str:
    """The login name that messages are written under.

    :raises UnsupportedError: the settings name none. Roundup fails on a new ticket whose message has no author, and
        does not say whom a token belongs to.
    """
    if config.write_username is None:
        raise UnsupportedError(
            f"{call.instance} cannot write with a token; set write_username and write_password to let it change tickets"
        )
    return config.write_username


async def create_message(client: RoundupClient, config: RoundupConfig, text: str, order: Order, call: Call) -> str:
    """Make the message of ``order``, which no ticket shows yet; returns its id."""
    properties = {
        "author": author_of(config, call),
        "date": ".",  # Roundup's word for now
        "messageid": _message_id(order),
        "content": f"{text}\n\n{_note(order)}".strip(),
    }
    return await client.create(call, "msg", properties)


async def messages_of(client: RoundupClient, order: Order, call: Call) -> tuple[str, ...]:
    """The ids of the messages of ``order``, linked or not."""
    found = await client.items(call, "msg", (("messageid:", _message_id(order)),))
    return tuple(message.id for message in found)


def text_with_links(text: str, links: Iterable[str]) -> str:
    """The text with one line for each address."""
    return "\n".join((text.strip(), "", *(one_line(link) for link in links))).strip()


def one_line(text: str) -> str:
    """``text`` with every run of white space as one blank."""
    return " ".join(text.split())


def _message_id(order: Order) -> str:
    """RFC 5322 section 3.6.4, because Roundup sends it with mails; it is the one text of messages that REST finds."""
    return f"<{order.marker}@opsloom.invalid>"


def _note(order: Order) -> str:
    return f"({order.marker}: asked for by {one_line(order.requester)}, approved by {one_line(order.approver)})"

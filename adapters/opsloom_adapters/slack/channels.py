"""Which channel a name or id means."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from opsloom.adapter_api.call import Call
from opsloom.adapter_api.paging import Fetched, read_pages
from opsloom.model.errors import InvalidRequestError
from opsloom_adapters.slack import wire
from opsloom_adapters.slack.client import SlackClient

_ID = re.compile(r"[CGD][A-Z0-9]{8,}")
_NAME_CHARS = 80
_CHANNELS_MAX = 10_000  # ten requests; a workspace that has more is asked by id
_NAMED_MAX = 10


@dataclass(frozen=True)
class Listing:
    """``found`` is the channel of that name; ``seen`` those that were read to find it, ``complete`` if all were."""

    found: wire.Channel | None
    seen: Sequence[wire.Channel]
    complete: bool


def is_id(channel: str) -> bool:
    """Whether ``channel`` is an id: names have no upper-case letters."""
    return _ID.fullmatch(channel) is not None


def bare(channel: str) -> str:
    """The name without its ``#``."""
    return channel.strip().removeprefix("#")


async def find_channel(client: SlackClient, channel: str, call: Call) -> wire.Channel:
    """The channel with this id, or exactly this name, with or without ``#``.

    :raises NotFoundError: no channel has that id.
    :raises InvalidRequestError: no channel has that name; the text lists those whose names are near.
    """
    if is_id(channel):
        return await client.channel(call, channel)
    name = bare(channel)
    listing = await list_for(client, name, call)
    if listing.found is not None:
        return listing.found
    near = ", ".join(f"#{one}" for one in _near(name, listing.seen)) or "none"
    unread = "" if listing.complete else f"; only {len(listing.seen)} channels were looked through: give its id"
    raise InvalidRequestError(f"channel: {call.instance} shows none of that name; near it are {near}{unread}")


async def list_for(client: SlackClient, name: str, call: Call) -> Listing:
    """Read the list of channels until one is called ``name``."""
    if not name or len(name) > _NAME_CHARS:
        raise InvalidRequestError(f"channel must be an id, or a name of at most {_NAME_CHARS} characters")
    seen: list[wire.Channel] = []

    async def fetch(cursor: str) -> Fetched[wire.Channel, str]:
        page = await client.channels(call, cursor)
        seen.extend(page.channels)
        return Fetched(page.channels, page.response_metadata.next_cursor or None)

    found = await read_pages(fetch, "", limit=1, wanted=lambda one: one.name == name, most=_CHANNELS_MAX)
    return Listing(found.rows[0] if found.rows else None, seen, found.complete)


def _near(name: str, seen: Sequence[wire.Channel]) -> list[str]:
    """Names that hold ``name``, open and new channels first; then names that are spelt alike."""
    by_age = sorted(seen, key=lambda one: (one.is_archived, -one.created))
    holding = [one.name for one in by_age if name.casefold() in one.name.casefold()]
    alike = get_close_matches(name, [one.name for one in by_age], n=_NAMED_MAX)
    return list(dict.fromkeys((*holding, *alike)))[:_NAMED_MAX]

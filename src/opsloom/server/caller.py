"""Who calls: what we know, and what the client says of itself."""

from typing import Any

from mcp.server.context import ServerRequestContext

from opsloom.audit.local_actor import local_actor
from opsloom.audit.record import Actor
from opsloom.evidence.provider_text import clean

_CLIENT_CHARS = 64


def actor_of(context: ServerRequestContext[Any]) -> Actor:
    """The actor of an audit record; the client's name and version are its own assertion."""
    client = context.session.client_params
    if client is None:
        return local_actor("", "")
    info = client.client_info
    return local_actor(_on_one_line(info.name), _on_one_line(info.version))


def _on_one_line(asserted: str) -> str:
    """Approvers read it beside our own words, in lists that have one line for each."""
    return " ".join(clean(asserted, _CLIENT_CHARS).split())


def name_of(actor: Actor) -> str:
    """One line for findings, and the key of the caller's current investigation."""
    return f"{actor.user}@{actor.host} via {actor.client_name or 'an unnamed client'}"

"""Who calls: what we know, and what the client says of itself."""

import getpass
import socket
from functools import cache
from typing import Any

from mcp.server.context import ServerRequestContext

from opsloom.audit.record import Actor
from opsloom.evidence.provider_text import clean

_CLIENT_CHARS = 64


@cache
def local_user() -> tuple[str, str]:
    """The OS user and the host, which is all the identity there is on stdio."""
    try:
        user = getpass.getuser()
    except (KeyError, OSError):
        user = "unknown"
    return user, socket.gethostname()


def actor_of(context: ServerRequestContext[Any]) -> Actor:
    """The actor of an audit record; the client's name and version are its own assertion."""
    user, host = local_user()
    client = context.session.client_params
    if client is None:
        return Actor(user, host, "", "")
    info = client.client_info
    return Actor(user, host, clean(info.name, _CLIENT_CHARS), clean(info.version, _CLIENT_CHARS))


def name_of(actor: Actor) -> str:
    """One line for findings, and the key of the caller's current investigation."""
    return f"{actor.user}@{actor.host} via {actor.client_name or 'an unnamed client'}"

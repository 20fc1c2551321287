"""Who calls: what we know, and what the client says of itself."""

import getpass
import socket
from functools import cache
from typing import Any

from mcp.server.context import ServerRequestContext

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


def actor_of(context: ServerRequestContext[Any]) -> dict[str, Any]:
    """The actor of an audit record; the client's name and version are its own assertion and marked so."""
    user, host = local_user()
    actor: dict[str, Any] = {"user": user, "host": host}
    client = context.session.client_params
    if client is not None:
        info = client.client_info
        actor["client"] = {
            "name": clean(info.name, _CLIENT_CHARS),
            "version": clean(info.version, _CLIENT_CHARS),
            "asserted": True,
        }
    return actor


def name_of(actor: dict[str, Any]) -> str:
    """One line for findings, and the key of the caller's current investigation."""
    client = actor.get("client", {}).get("name", "unknown client")
    return f"{actor['user']}@{actor['host']} via {client}"

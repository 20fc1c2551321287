"""The person at this machine."""

import getpass
import socket

from opsloom.audit.record import Actor


def local_actor(client_name: str, client_version: str) -> Actor:
    """The OS user and the host, which is all the identity there is without a login of our own."""
    try:
        user = getpass.getuser()
    except (KeyError, OSError):
        user = "unknown"
    return Actor(user, socket.gethostname(), client_name, client_version)

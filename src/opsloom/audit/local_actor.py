"""The person at this machine."""

import os
import pwd
import socket

from opsloom.audit.record import Actor


def local_user() -> str:
    """The user of this process as the operating system knows it; the environment has no say in it."""
    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:
        return f"uid-{os.geteuid()}"


def local_actor(client_name: str, client_version: str) -> Actor:
    """The OS user and the host, which is all the identity there is without a login of our own."""
    return Actor(local_user(), socket.gethostname(), client_name, client_version)

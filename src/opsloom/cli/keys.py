"""``opsloom keys``: the keys with which approvers sign (assurance A2)."""

import argparse
import re

import anyio

from opsloom.audit.note import VerifierKey
from opsloom.cli.desk import open_desk, require_terminal
from opsloom.cli.key_files import make_key
from opsloom.model.errors import InvalidRequestError

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")


def add(arguments: argparse.Namespace) -> int:
    """Register a key for the user at this terminal; a new one unless a public key is given."""
    require_terminal("registering a key")
    return anyio.run(_add, arguments)


def list_keys(arguments: argparse.Namespace) -> int:
    """One line a key."""
    return anyio.run(_list, arguments)


def revoke(arguments: argparse.Namespace) -> int:
    """From now on it signs nothing."""
    return anyio.run(_revoke, arguments)


async def _add(arguments: argparse.Namespace) -> int:
    if not _NAME.fullmatch(arguments.name):
        raise InvalidRequestError("a key's name has 1 to 64 letters, digits, dots, hyphens and underscores")
    async with open_desk(arguments) as desk:
        if arguments.public_key:
            public_key = str(VerifierKey.parse(arguments.public_key))
        else:
            file, secret = make_key(arguments.name)
            public_key = str(secret.verifier())
            print(f"The secret half is in {file}: keep it to yourself.")
        key = await desk.keys.add(desk.user, public_key, desk.by)
        print(f"{key.id} is registered for {key.person}: {key.public_key}")
    return 0


async def _list(arguments: argparse.Namespace) -> int:
    async with open_desk(arguments) as desk:
        for key in await desk.keys.list():
            held = f"revoked {key.revoked_at}" if key.revoked_at else "holds"
            print(f"{key.id}  {key.person}  added {key.added_at}  {held}")
    return 0


async def _revoke(arguments: argparse.Namespace) -> int:
    async with open_desk(arguments) as desk:
        await desk.keys.revoke(arguments.id, desk.by)
        print(f"{arguments.id} is revoked; what it signed before stays")
    return 0

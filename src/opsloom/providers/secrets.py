"""Reading secrets where the operator keeps them, at the moment they are needed."""

import json
import os
from collections.abc import Callable
from subprocess import CalledProcessError

import anyio
from pydantic import SecretStr

from opsloom.adapter_api.config import SecretSource
from opsloom.model.errors import ConfigurationError
from opsloom.model.limits import SECRET_COMMAND_TIMEOUT_SECONDS, SECRET_MAX_BYTES


async def read_secret(source: SecretSource, learned: Callable[[str], None]) -> SecretStr:
    """The secret at ``source``; ``learned`` is told its value, so that redaction knows it before it is used.

    :raises ConfigurationError: it is not there or empty; the text names the place and never the value.
    """
    if source.env is not None:
        place, value = f"environment variable {source.env}", os.environ.get(source.env, "")
    elif source.file is not None:
        place, value = f"file {source.file}", await _read_file(source)
    else:
        place, value = f"command {(source.command or ('',))[0]}", await _run_command(source)
    value = (value if source.json_field is None else _field_of(value, source.json_field)).strip()
    if not value:
        raise ConfigurationError(f"the secret from {place} is missing or empty")
    learned(value)
    return SecretStr(value)


def _field_of(text: str, path: str) -> str:
    """The text at ``path`` of the JSON ``text``, empty if there is none."""
    try:
        value = json.loads(text)
        for name in path.split("."):
            value = value[name]
    except (ValueError, KeyError, TypeError, IndexError):
        return ""
    return value if isinstance(value, str) else ""


async def _read_file(source: SecretSource) -> str:
    try:
        path = await anyio.Path(source.file or "").expanduser()
        async with await anyio.open_file(path, "rb") as file:
            return (await file.read(SECRET_MAX_BYTES)).decode()
    except (OSError, UnicodeDecodeError, RuntimeError):
        return ""


async def _run_command(source: SecretSource) -> str:
    try:
        with anyio.fail_after(SECRET_COMMAND_TIMEOUT_SECONDS):
            done = await anyio.run_process(list(source.command or ()), stderr=None)
        return done.stdout[:SECRET_MAX_BYTES].decode()
    except (OSError, TimeoutError, UnicodeDecodeError, CalledProcessError):
        return ""

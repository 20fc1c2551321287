"""``opsloom init``: settings for what is on this machine; it asks nothing that it can find out."""

import argparse
import subprocess
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import anyio

from opsloom.adapter_api.call import Call
from opsloom.model.clock import SystemClock
from opsloom.model.errors import ConfigurationError, OpsloomError
from opsloom.providers.connection import Connection
from opsloom.providers.instance import build_instance
from opsloom.providers.secrets import read_secret

LOCAL = (("prometheus", 9090), ("alertmanager", 9093))
PROBE_SECONDS = 2.0

HEADER = """\
# Settings of opsloom. 'opsloom doctor' checks them; README.md lists the adapters and their settings.
# Secrets are never written here: token = {env = "X"}, {file = "path"} or {command = ["program", "argument"]}.

[workspace]
path = ".opsloom"   # the log and the evidence; relative to this file
"""

NOTHING_FOUND = """
# Nothing answered on this machine. An instance looks like this:
#
# [instances.prom-eu]
# adapter = "prometheus"
# base_url = "https://prometheus.example.com"
# token = {env = "PROM_TOKEN"}
"""


@dataclass(frozen=True)
class Found:
    """Something to configure, and how it was noticed."""

    name: str
    options: dict[str, str]
    seen: str


def run(arguments: argparse.Namespace) -> int:
    """Write ``opsloom.toml``; an existing one is never overwritten."""
    file = Path(arguments.directory).absolute() / "opsloom.toml"
    found = anyio.run(_find, file)
    text = HEADER + ("".join(_table(one) for one in found) or NOTHING_FOUND)
    try:
        with file.open("x", encoding="utf-8") as handle:
            handle.write(text)
    except FileExistsError:
        raise ConfigurationError(f"{file} exists already; edit it, or remove it first") from None
    except OSError as error:
        raise ConfigurationError(f"{file} cannot be written: {error.strerror}") from None
    print(f"wrote {file}")
    for one in found:
        print(f"  {one.name}: {one.seen}")
    print("next: opsloom doctor, then opsloom client-config claude-code" if found else "nothing answered locally")
    return 0


async def _find(file: Path) -> list[Found]:
    """Local servers that answer as what they should be, and the repository that we are in."""
    found: list[Found] = []
    for kind, port in LOCAL:
        url = f"http://127.0.0.1:{port}"
        if await _answers(kind, url, file):
            options = {"adapter": kind, "base_url": url}
            found.append(Found(f"{kind}-local", options, f"answers at {url}"))
    top = _repository(file.parent)
    if top is not None:
        options = {"adapter": "git", "repository": str(top)}
        found.append(Found("git-local", options, f"the repository {top.name}"))
    return found


async def _answers(kind: str, url: str, file: Path) -> bool:
    instance = build_instance("init", {"adapter": kind, "base_url": url}, file)
    connection = Connection(instance, lambda source: read_secret(source, lambda _secret: None))
    answered = False
    async with anyio.create_task_group() as tasks:
        with suppress(OpsloomError):
            adapter = await connection.adapter(tasks)
            await adapter.probe(Call("init", instance.kind, SystemClock().now(), anyio.current_time() + PROBE_SECONDS))
            answered = True
        tasks.cancel_scope.cancel()
    return answered


def _repository(folder: Path) -> Path | None:
    try:
        done = subprocess.run(  # noqa: S603 - a fixed command
            ["git", "-C", str(folder), "rev-parse", "--show-toplevel"],  # noqa: S607 - git is looked up as usual
            capture_output=True, text=True, check=True, timeout=PROBE_SECONDS,
        )  # fmt: skip
    except (OSError, subprocess.SubprocessError):
        return None
    return Path(done.stdout.strip())


def _table(found: Found) -> str:
    lines = [f'{key} = "{value}"' for key, value in found.options.items()]
    return "\n".join(["", f"[instances.{found.name}]", *lines, ""])

"""``opsloom init``: settings for what is on this machine; it asks nothing that it can find out."""

import argparse
import subprocess
import sys
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

SELF_APPROVAL = """\
Changes (a rollback, a silence, a page) run only after a person approved them, and the one who asks for a rollback, a
silence, a page or a message may not approve it. If you are alone on this machine, nobody else can. You may let your own
approval count (local_self_approve). You give up the second pair of eyes; a client that fills in forms for you could
approve, too; and every record of it will say so."""
SELF_APPROVAL_QUESTION = "Let your own approval count for changes of risk R1 and R2? [y/N] "

HEADER = """\
# Settings of opsloom. 'opsloom doctor' checks them; README.md lists the adapters and their settings.
# Secrets are never written here: token = {env = "X"}, {file = "path"} or {command = ["program", "argument"]}.

[workspace]
path = ".opsloom"   # the log and the evidence; relative to this file
"""

POLICY = """
[policy]   # which changes may run, and who approves them: docs/policy.md; 'opsloom policy lint' checks it
local_self_approve = {}   # whether the one who asks may also approve risk R1 and R2; every record says so
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
    """Write ``opsloom.toml``; an existing one is never overwritten, and with ``--add`` it grows by an instance."""
    if arguments.add:
        from opsloom.cli import init_add

        return init_add.run(arguments, HEADER + POLICY.format("false"))
    file = Path(arguments.directory).absolute() / "opsloom.toml"
    found = anyio.run(_find, file)
    policy = POLICY.format("true" if _may_approve_alone(arguments) else "false")
    text = HEADER + policy + ("".join(_table(one) for one in found) or NOTHING_FOUND)
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


def _may_approve_alone(arguments: argparse.Namespace) -> bool:
    """What the option says, else what the person at the terminal answers; nobody there means no."""
    if arguments.local_self_approve is not None:
        return bool(arguments.local_self_approve == "yes")
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        return False
    print(SELF_APPROVAL)
    return input(SELF_APPROVAL_QUESTION).strip().casefold() in ("y", "yes")


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

"""``opsloom``: the commands and their arguments."""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from opsloom import __version__
from opsloom.cli import locate
from opsloom.model.errors import OpsloomError

if TYPE_CHECKING:
    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]

CLIENTS = ("claude-desktop", "claude-code", "vscode", "cursor", "zed", "codex")


def main(argv: list[str] | None = None) -> int:
    """Run a command; the exit code is 0, 1 for "no" (a check failed) or 2 for "could not"."""
    arguments = _parser().parse_args(argv)
    try:
        code: int = arguments.run(arguments)
    except OpsloomError as error:
        print(f"opsloom: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        return 0
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="opsloom",
        description="Alerts, metrics, logs, deploys, tickets and ownership behind one MCP server; "
        "every call logged with its evidence.",
        epilog="Try it without any provider: opsloom demo",
    )
    parser.add_argument("--version", action="version", version=f"opsloom {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    _server_commands(commands)
    _setup_commands(commands)
    _audit_commands(commands)
    return parser


def _add(
    commands: "Subparsers", name: str, run: Callable[[argparse.Namespace], int], summary: str, *, located: bool = True
) -> argparse.ArgumentParser:
    command: argparse.ArgumentParser = commands.add_parser(name, help=summary, description=summary)
    command.set_defaults(run=run)
    if located:
        command.add_argument("--config", type=Path, metavar="FILE", help=f"settings ({locate.ORDER})")
        command.add_argument("--demo", action="store_true", help="use the recorded demo incident, no settings")
    return command


def _server_commands(commands: "Subparsers") -> None:
    _add(commands, "serve", _run("serve"), "serve one MCP client over stdin and stdout")
    _add(commands, "demo", _run("demo"), "play a recorded incident through a real client", located=False)
    tools = _add(commands, "tools", _run("tools"), "list the tools that are served")
    tools.add_argument("--json", action="store_true", help="exactly as tools/list sends them")
    tools.add_argument("--all", action="store_true", help="every tool, whether an instance serves it or not")
    call = _add(commands, "call", _run("call"), "call a tool and print its answer")
    call.add_argument("tool", metavar="TOOL", help="see 'opsloom tools'")
    call.add_argument("arguments", nargs="*", metavar="key=value", help="arguments; lists as a,b or JSON")
    call.add_argument("--json", action="store_true", help="the answer as the client gets it")


def _setup_commands(commands: "Subparsers") -> None:
    init = _add(commands, "init", _run("init"), "write opsloom.toml for what answers on this machine", located=False)
    init.add_argument("--directory", type=Path, default=Path(), help="where to write (default: here)")
    doctor = _add(commands, "doctor", _run("doctor"), "ask each instance whether it works")
    doctor.add_argument("--json", action="store_true", help="for machines")
    client = _add(commands, "client-config", _run("client_config"), "print the settings for an MCP client")
    client.add_argument("client", choices=CLIENTS, help="which client")


def _audit_commands(commands: "Subparsers") -> None:
    evidence = commands.add_parser("evidence", help="what providers said").add_subparsers(
        title="commands", metavar="COMMAND", required=True
    )
    show = _add(evidence, "show", _run("evidence"), "show one evidence: request, digest, payload")
    show.add_argument("id", metavar="ID", help="ev_...")
    audit = commands.add_parser("audit", help="read, verify and prove the log").add_subparsers(
        title="commands", metavar="COMMAND", required=True
    )
    listed = _add(audit, "list", _run("audit", "list_records"), "list records, the newest first")
    listed.add_argument("--kind", help="such as call.received")
    listed.add_argument("--target", help="tool, prompt or resource")
    listed.add_argument("--investigation", help="inv_...")
    listed.add_argument("--since", help="RFC 3339 with an offset, or back from now: -1h")
    listed.add_argument("--limit", type=int, default=20, help="how many (default 20)")
    shown = _add(audit, "show", _run("audit", "show"), "show the records of one call, or one record")
    shown.add_argument("id", metavar="ID", help="id of a call, or number of a record")
    verify = _add(audit, "verify", _run("audit", "verify"), "check the whole log, without a server")
    verify.add_argument("--export", type=Path, metavar="FILE", help="check an exported log instead of the workspace")
    verify.add_argument("--public-key", type=Path, metavar="FILE", help="default: audit.pub of the workspace")
    verify.add_argument("--anchors", type=Path, metavar="DIR", help="checkpoints kept elsewhere, by 'audit anchor'")
    verify.add_argument("--json", action="store_true", help="for machines")
    prove = _add(audit, "prove", _run("audit", "prove"), "prove that one record is in the log")
    prove.add_argument("seq", type=int, metavar="SEQ", help="number of the record")
    checked = _add(audit, "verify-proof", _run("audit", "verify_proof"), "check a proof with the public key alone",
                   located=False)  # fmt: skip
    checked.add_argument("proof", type=Path, metavar="FILE", help="what 'audit prove' printed")
    checked.add_argument("--public-key", type=Path, metavar="FILE", required=True, help="audit.pub")
    anchor = _add(
        audit, "anchor", _run("audit", "anchor"), "copy the checkpoints to a place the operator does not control"
    )
    anchor.add_argument("directory", type=Path, metavar="DIR", help="such as a write-once mount")
    export = _add(audit, "export", _run("audit", "export"), "write the log as JSON lines that verify on their own")
    export.add_argument("file", type=Path, metavar="FILE", help="a new file")


def _run(module: str, function: str = "run") -> Callable[[argparse.Namespace], int]:
    """``function`` of ``opsloom.cli.MODULE``, imported when it is called."""

    def run(arguments: argparse.Namespace) -> int:
        from importlib import import_module

        code: int = getattr(import_module(f"opsloom.cli.{module}"), function)(arguments)
        return code

    return run


if __name__ == "__main__":
    sys.exit(main())

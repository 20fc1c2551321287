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
    arguments = _arguments(argv)
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


def _arguments(argv: list[str] | None) -> argparse.Namespace:
    """argparse gives up on ``TOOL --demo key=value``: it takes no more key=value once an option has come."""
    parser = _parser()
    arguments, rest = parser.parse_known_args(argv)
    if not hasattr(arguments, "arguments") or any(word.startswith("-") for word in rest):
        return parser.parse_args(argv)
    arguments.arguments = [*arguments.arguments, *rest]
    return arguments


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
    _approval_commands(commands)
    _policy_commands(commands)
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
    serve = _add(commands, "serve", _run("serve"), "serve one MCP client over stdin and stdout")
    serve.add_argument("--read-only", action="store_true", help="serve no tool that changes anything")
    demo = _add(commands, "demo", _run("demo"), "play a recorded incident through a real client", located=False)
    demo.add_argument("--yes", action="store_true", help="do not ask for approval; the log says that nobody was asked")
    tools = _add(commands, "tools", _run("tools"), "list the tools that are served")
    tools.add_argument("--json", action="store_true", help="exactly as tools/list sends them")
    tools.add_argument("--read-only", action="store_true", help="as 'serve --read-only' serves them")
    tools.add_argument("--all", action="store_true", help="every tool, whether an instance serves it or not")
    call = _add(commands, "call", _run("call"), "call a tool and print its answer")
    call.add_argument("tool", metavar="TOOL", help="see 'opsloom tools'")
    call.add_argument("arguments", nargs="*", metavar="key=value", help="arguments; lists as a,b or JSON")
    call.add_argument("--json", action="store_true", help="the answer as the client gets it")


def _setup_commands(commands: "Subparsers") -> None:
    init = _add(commands, "init", _run("init"), "write opsloom.toml for what answers on this machine", located=False)
    init.add_argument("--directory", type=Path, default=Path(), help="where to write (default: here)")
    init.add_argument("--local-self-approve", choices=("yes", "no"), help="instead of asking; see docs/policy.md")
    init.add_argument("--add", metavar="ADAPTER", help="ask for the settings of one more instance, try and write them")
    init.add_argument("--name", help="with --add: what to call the instance (default: the adapter's name)")
    init.add_argument("--set", action="append", metavar="KEY=VALUE", help="with --add: a setting, instead of asking")
    init.add_argument("--untested", action="store_true", help="with --add: write it even if it does not work yet")
    doctor = _add(commands, "doctor", _run("doctor"), "ask each instance whether it works")
    doctor.add_argument("--json", action="store_true", help="for machines")
    client = _add(commands, "client-config", _run("client_config"), "print the settings for an MCP client")
    client.add_argument("client", choices=CLIENTS, help="which client")
    client.add_argument("--read-only", action="store_true", help="a server without tools that change anything")


def _approval_commands(commands: "Subparsers") -> None:
    waiting = _add(commands, "approvals", _run("approvals"), "list the changes that wait for a person")
    waiting.add_argument("--watch", action="store_true", help="go on showing what comes and what becomes of it")
    waiting.add_argument("--all", action="store_true", help="those under way, too")
    waiting.add_argument("--json", action="store_true", help="for machines")
    approve = _add(commands, "approve", _run("approve", "approve"), "show a change and approve exactly that")
    approve.add_argument("--reason", help="goes to the log")
    approve.add_argument("--sign", action="store_true", help="sign with your own key (assurance A2)")
    approve.add_argument("--key", metavar="NAME", help="which of your keys, if you have several")
    approve.add_argument(
        "--break-glass", action="store_true", help="risk R2 alone and at once; a review is due in 24 h"
    )
    approve.add_argument("--yes", action="store_true", help="without a person; for --demo only")
    deny = _add(commands, "deny", _run("approve", "deny"), "say no to a change that waits or has not run")
    deny.add_argument("--reason", required=True, help="goes to the log and to the requester")
    revoke = _add(commands, "revoke", _run("approve", "revoke"), "take an approval back before it runs")
    revoke.add_argument("--reason", help="goes to the log")
    settle = _add(commands, "settle", _run("approve", "settle"), "say what became of a change that nobody could see")
    settle.add_argument("--happened", choices=("yes", "no"), required=True, help="whether it was done")
    settle.add_argument("--reason", required=True, help="how you know")
    for command in (approve, deny, revoke, settle):
        command.add_argument("code", metavar="CODE", help="such as K7Q2-M3XD, or the id of the action")
    keys = commands.add_parser("keys", help="the keys with which approvers sign").add_subparsers(
        title="commands", metavar="COMMAND", required=True
    )
    add = _add(keys, "add", _run("keys", "add"), "make a key of your own and register it")
    add.add_argument("name", metavar="NAME", help="what to call it")
    add.add_argument(
        "--public-key", metavar="KEY", help="register this one, of which you hold the secret half elsewhere"
    )
    _add(keys, "list", _run("keys", "list_keys"), "list the registered keys")
    revoked = _add(keys, "revoke", _run("keys", "revoke"), "have a key sign nothing any more")
    revoked.add_argument("id", metavar="ID", help="as 'opsloom keys list' shows it")


def _policy_commands(commands: "Subparsers") -> None:
    policy = commands.add_parser("policy", help="which changes may run, and who approves").add_subparsers(
        title="commands", metavar="COMMAND", required=True
    )
    explain = _add(policy, "explain", _run("policy", "run_explain"), "say what the policy asks of one action")
    explain.add_argument("tool", metavar="TOOL", help="one that changes something")
    explain.add_argument("arguments", nargs="*", metavar="key=value", help="arguments of the tool")
    for label in ("service", "environment", "tier"):
        explain.add_argument(
            f"--{label}", action="append", default=[], metavar="NAME", help=f"{label} that it concerns; may be repeated"
        )
    explain.add_argument("--targets", type=int, default=1, metavar="N", help="how much it changes (default 1)")
    explain.add_argument("--irreversible", action="store_true", help="as if it could not be undone")
    explain.add_argument("--at", metavar="TIME", help="RFC 3339 with an offset (default: now)")
    _add(policy, "lint", _run("policy", "run_lint"), "check the policy for what it cannot mean")


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
    listed.add_argument("--action", metavar="ID", help="id or code of an action")
    listed.add_argument("--since", help="RFC 3339 with an offset, or back from now: --since=-1h")
    listed.add_argument("--limit", type=int, default=20, help="how many (default 20)")
    shown = _add(audit, "show", _run("audit_show"), "show an action from the call to its end, a call, or a record")
    shown.add_argument("id", metavar="ID", help="code or id of an action, id of a call, or number of a record")
    shown.add_argument("--json", action="store_true", help="for machines")
    asked = _add(audit, "questions", _run("audit_questions"), "answer what an auditor asks of every log")
    asked.add_argument("--since", help="leave out what was before, as in 'audit list'")
    asked.add_argument("--json", action="store_true", help="for machines")
    reviewed = _add(audit, "review", _run("audit_review"), "review an action for which somebody broke the glass")
    reviewed.add_argument("id", metavar="ACTION", help="code or id of the action")
    reviewed.add_argument("--reason", required=True, help="what the review found; goes to the log")
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
    export = _add(audit, "export", _run("audit", "export"), "write the log to a file that verifies on its own")
    export.add_argument("file", type=Path, metavar="FILE", help="a new file; FILE.manifest.json is written beside it")
    export.add_argument("--format", choices=("jsonl", "csv", "ocsf"), default="jsonl", help="default: jsonl")


def _run(module: str, function: str = "run") -> Callable[[argparse.Namespace], int]:
    """``function`` of ``opsloom.cli.MODULE``, imported when it is called."""

    def run(arguments: argparse.Namespace) -> int:
        from importlib import import_module

        code: int = getattr(import_module(f"opsloom.cli.{module}"), function)(arguments)
        return code

    return run


if __name__ == "__main__":
    sys.exit(main())

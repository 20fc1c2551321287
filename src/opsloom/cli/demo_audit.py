"""The auditor's part of the demo: the same functions as ``opsloom audit verify`` and ``opsloom evidence show``."""

from pathlib import Path

from opsloom.approval.action import shown_code
from opsloom.audit.chain import read_chain
from opsloom.audit.verify import verify
from opsloom.cli.evidence import describe, load, payload_is_intact
from opsloom.model.clock import SystemClock
from opsloom.store.sqlite import SqliteStore

SHOWN_LINES = 3
SHOWN_CHARS = 110


def verify_log(workspace: Path) -> bool:
    """Print the verdict; whether the log is intact."""
    report = verify(workspace)
    print("  > opsloom audit verify --demo")
    print(f"  {report.lines()[0]}")
    kinds = ", ".join(f"{count} {kind}" for kind, count in sorted(report.by_kind.items()) if kind.startswith("call"))
    print(f"  {kinds}; {report.signed} records under a signed checkpoint")
    return report.ok


def show_chain(workspace: Path, action: str) -> bool:
    """Print the chain of an action, a line a step; whether nothing is wrong with it."""
    with SqliteStore.open_read_only(workspace) as store:
        chain = read_chain(store, action, SystemClock().now())
    if chain is None:
        return False
    print(f"  > opsloom audit show {shown_code(chain.code)} --demo")
    for step in chain.steps:
        print(f"  {step.stage:<13}{'-' if step.seq is None else step.seq:>4}  {step.text}"[:SHOWN_CHARS])
    for problem in chain.problems:
        print(f"  PROBLEM  {problem}")
    return not chain.problems


async def show_evidence(workspace: Path, ident: str) -> bool:
    """Print the request, the digest and the first bytes; whether they belong together."""
    print(f"  > opsloom evidence show {ident} --demo")
    evidence, payload = await load(workspace, ident)
    for line in describe(evidence):
        print(f"  {line}"[: SHOWN_CHARS + 40])
    for line in payload.decode("utf-8", "replace").splitlines()[-SHOWN_LINES:]:
        print(f"    {line[:SHOWN_CHARS]}")
    intact = payload_is_intact(evidence, payload)
    print("  The stored payload has the digest that was taken when it was received." if intact else "  TAMPERED")
    return intact

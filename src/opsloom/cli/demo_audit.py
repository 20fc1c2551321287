"""The auditor's part of the demo: the same functions as ``opsloom audit verify`` and ``opsloom evidence show``."""

from pathlib import Path

from opsloom.audit.reading import RecordFilter, list_records
from opsloom.audit.verify import verify
from opsloom.cli.evidence import describe, load, payload_is_intact
from opsloom.store.sqlite import SqliteStore

SHOWN_LINES = 3
SHOWN_CHARS = 96
SHOWN_RECORDS = 30


def verify_log(workspace: Path) -> bool:
    """Print the verdict; whether the log is intact."""
    report = verify(workspace)
    print("  > opsloom audit verify --demo")
    print(f"  {report.lines()[0]}")
    kinds = ", ".join(f"{count} {kind}" for kind, count in sorted(report.by_kind.items()) if kind.startswith("call"))
    print(f"  {kinds}; {report.signed} records under a signed checkpoint")
    return report.ok


def show_chain(workspace: Path, action: str) -> bool:
    """Print the records of an action; whether it has an approval before it ran."""
    print(f"  > opsloom audit list --demo --action {action}")
    with SqliteStore.open_read_only(workspace) as store:
        records = list_records(store, RecordFilter(action=action), limit=SHOWN_RECORDS).records
    for record in reversed(records):
        person = record["person"] + " " if "person" in record else ""
        told = record.get("to") or f"{person}{record.get('verdict', record.get('outcome', ''))}"
        marks = " ".join(mark for mark in ("self_approved", "demo") if record.get(mark))
        print(f"  {record['seq']:>4}  {record['time'][11:19]}  {record['kind']:<16} {told:<12} {marks}".rstrip())
    kinds = [record.get("to", record["kind"]) for record in reversed(records)]
    return "EXECUTING" not in kinds or kinds.index("APPROVED") < kinds.index("EXECUTING")


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

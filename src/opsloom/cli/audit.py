"""``opsloom audit``: reading, verifying and proving the log; none of it needs a server."""

import argparse
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from opsloom.cli import locate
from opsloom.model.errors import ConfigurationError, InvalidRequestError


def list_records(arguments: argparse.Namespace) -> int:
    """One line a record, the newest first."""
    from opsloom.audit.reading import RecordFilter, list_records
    from opsloom.model.clock import SystemClock
    from opsloom.model.window import parse_time
    from opsloom.store.sqlite import SqliteStore

    since = parse_time(arguments.since, SystemClock().now(), "--since") if arguments.since else None
    wanted = RecordFilter(
        since=since, kind=arguments.kind, target=arguments.target, investigation=arguments.investigation
    )
    workspace = locate.workspace(arguments)
    _log_reading(workspace, "audit list")
    with SqliteStore.open_read_only(workspace) as store:
        page = list_records(store, wanted, limit=arguments.limit)
    for record in page.records:
        print(_line(record))
    if page.next is not None:
        print(f"older records exist; --limit {arguments.limit * 5} shows more")
    return 0


def show(arguments: argparse.Namespace) -> int:
    """All fields of the records of a call, or of one record."""
    from opsloom.audit.reading import get_records
    from opsloom.store.sqlite import SqliteStore

    workspace = locate.workspace(arguments)
    _log_reading(workspace, "audit show")
    key = int(arguments.id) if arguments.id.isdecimal() else str(arguments.id)
    with SqliteStore.open_read_only(workspace) as store:
        records = get_records(store, key)
    if not records:
        raise InvalidRequestError("the log has no such call or record; 'opsloom audit list' shows what it has")
    print(json.dumps(records, ensure_ascii=False, indent=2))
    return 0


def verify(arguments: argparse.Namespace) -> int:
    """Exit code 1 when the log is not intact."""
    from opsloom.audit.anchor import read_anchors
    from opsloom.audit.export import verify_export
    from opsloom.audit.verify import verify

    key = _read(arguments.public_key) if arguments.public_key else None
    anchors = read_anchors(arguments.anchors) if arguments.anchors else ()
    if arguments.export:
        report = verify_export(arguments.export, key, anchors)
    else:
        report = verify(locate.workspace(arguments), key, anchors)
    print(json.dumps(report.to_json(), indent=2) if arguments.json else "\n".join(report.lines()))
    return 0 if report.ok else 1


def prove(arguments: argparse.Namespace) -> int:
    """The proof goes to standard output."""
    from opsloom.audit.proof import prove
    from opsloom.store.sqlite import SqliteStore

    with SqliteStore.open_read_only(locate.workspace(arguments)) as store:
        print(prove(store, arguments.seq).to_text())
    return 0


def verify_proof(arguments: argparse.Namespace) -> int:
    """Exit code 2 when it does not hold."""
    from opsloom.audit.proof import ProofBundle, verify_proof

    bundle = ProofBundle.parse(_read(arguments.proof))
    checkpoint = verify_proof(bundle, _read(arguments.public_key))
    print(f"record {bundle.seq} is in the log {checkpoint.origin}, under its checkpoint of {checkpoint.size} records")
    print(bundle.record)
    return 0


def anchor(arguments: argparse.Namespace) -> int:
    """Existing anchors stay as they are."""
    from opsloom.audit.anchor import anchor

    print(f"anchored at {anchor(locate.workspace(arguments), arguments.directory)}")
    return 0


def export(arguments: argparse.Namespace) -> int:
    """An existing file is never overwritten, and a failed export leaves none behind."""
    from opsloom.audit.export import export

    workspace = locate.workspace(arguments)
    _log_reading(workspace, "audit export")
    try:
        output = arguments.file.open("xb")
    except OSError as error:
        raise ConfigurationError(f"{arguments.file} cannot be written: {error.strerror}") from None
    try:
        with output:
            count = export(workspace, output)
    except BaseException:
        arguments.file.unlink()
        raise
    print(f"{count} records; check them with: opsloom audit verify --export {arguments.file}")
    return 0


def _log_reading(workspace: Path, command: str) -> None:
    """Reading the log is in the log, too; a workspace that can only be read is read all the same."""
    from opsloom import __version__
    from opsloom.audit.local_actor import local_actor
    from opsloom.audit.log import AuditLog
    from opsloom.audit.record import Kind, Record
    from opsloom.model.errors import OpsloomError
    from opsloom.store.database import DATABASE_NAME
    from opsloom.store.sqlite import SqliteStore

    if not (workspace / DATABASE_NAME).exists():
        return
    try:
        with SqliteStore.open(workspace) as store:
            log = AuditLog.open(workspace, store)
            actor = local_actor("opsloom-cli", __version__)
            log.append_sync(Record(Kind.AUDIT_READ, actor, details={"command": command}), spill=False)
            log.close()
    except OpsloomError:
        return


def _line(record: Mapping[str, Any]) -> str:
    what = record.get("target") or record.get("status") or record.get("command") or ""
    client = record.get("actor", {}).get("client", {}).get("name", "")
    who = f"{record['actor']['user']} via {client}" if client else record.get("actor", {}).get("user", "")
    evidence = f"{len(record['evidence'])} evidence" if record.get("evidence") else ""
    cells = (str(record["seq"]), record["time"][:19], record["kind"], what, who, evidence, record.get("call", ""))
    return "  ".join(cell for cell in cells if cell)


def _read(file: Path) -> str:
    try:
        return file.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{file} cannot be read: {error}") from None

"""``opsloom audit``: reading, verifying and proving the log; none of it needs a server."""

import argparse
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from opsloom.cli import locate
from opsloom.evidence.provider_text import clean
from opsloom.model.errors import ConfigurationError, InvalidRequestError
from opsloom.model.limits import CELL_CHARS

_TELLING = ("target", "status", "command", "to", "verdict", "outcome")


def list_records(arguments: argparse.Namespace) -> int:
    """One line a record, the newest first."""
    from opsloom.audit.reading import RecordFilter, list_records
    from opsloom.store.sqlite import SqliteStore

    wanted = RecordFilter(
        since=since_of(arguments),
        kind=arguments.kind,
        target=arguments.target,
        investigation=arguments.investigation,
        action=action_key(arguments.action) if arguments.action else None,
    )
    workspace = locate.workspace(arguments)
    log_reading(workspace, "audit list")
    with SqliteStore.open_read_only(workspace) as store:
        page = list_records(store, wanted, limit=arguments.limit)
    for record in page.records:
        print(_line(record))
    if page.next is not None:
        print(f"older records exist; --limit {arguments.limit * 5} shows more")
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
    """Existing files are never overwritten, and a failed export leaves none behind."""
    from opsloom.audit.export import ExportFormat, export
    from opsloom.audit.manifest import manifest_path

    workspace = locate.workspace(arguments)
    log_reading(workspace, "audit export")
    file = arguments.file
    with _new_file(manifest_path(file)) as beside, _new_file(file) as output:
        manifest = export(workspace, output, ExportFormat(arguments.format))
        beside.write(manifest.to_text().encode())
    print(f"{manifest.records} records; check them with: opsloom audit verify --export {file}")
    return 0


@contextmanager
def _new_file(path: Path) -> Iterator[IO[bytes]]:
    """A file that did not exist; it is taken away again if the block fails."""
    try:
        output = path.open("xb")
    except OSError as error:
        raise ConfigurationError(f"{path} cannot be written: {error.strerror}") from None
    try:
        with output:
            yield output
    except BaseException as problem:
        path.unlink()
        if isinstance(problem, OSError):
            raise ConfigurationError(f"{path} cannot be written: {problem.strerror}") from None
        raise


def since_of(arguments: argparse.Namespace) -> datetime | None:
    """What ``--since`` means now."""
    from opsloom.model.clock import SystemClock
    from opsloom.model.window import parse_time

    return parse_time(arguments.since, SystemClock().now(), "--since") if arguments.since else None


def action_key(text: str) -> str:
    """An action's code as the log has it, for any way in which people type it; else ``text``, as an id."""
    from opsloom.approval.action import heard_code

    try:
        return heard_code(text)
    except InvalidRequestError:
        return text


def log_reading(workspace: Path, command: str) -> None:
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
    what = next((str(record[name]) for name in _TELLING if record.get(name)), "")
    client = record.get("actor", {}).get("client", {}).get("name", "")
    who = f"{record['actor']['user']} via {client}" if client else record.get("actor", {}).get("user", "")
    evidence = f"{len(record['evidence'])} evidence" if record.get("evidence") else ""
    code, call = record.get("code", ""), record.get("call", "")
    cells = (str(record["seq"]), record["time"][:19], record["kind"], code, what, who, evidence, call)
    return clean("  ".join(cell for cell in cells if cell), CELL_CHARS)


def _read(file: Path) -> str:
    try:
        return file.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{file} cannot be read: {error}") from None

"""The whole log as one file and its manifest, which can be verified without anything else."""

from collections.abc import Iterator, Sequence
from enum import StrEnum
from functools import partial
from hashlib import file_digest, sha256
from pathlib import Path
from typing import IO

from opsloom.audit.contents import DatabaseContents
from opsloom.audit.export_csv import CSV
from opsloom.audit.export_jsonl import FORMAT, JsonlContents, jsonl_lines
from opsloom.audit.export_lines import LineContents, LineFormat, lines_of
from opsloom.audit.export_ocsf import OCSF
from opsloom.audit.keys import read_public_key
from opsloom.audit.manifest import Manifest, manifest_path
from opsloom.audit.note import VerifierKey
from opsloom.audit.report import VerifyReport
from opsloom.audit.verify import verify_contents
from opsloom.model.errors import ConfigurationError
from opsloom.store.port import Reader
from opsloom.store.sqlite import SqliteStore


class ExportFormat(StrEnum):
    """The forms of an export."""

    JSONL = "jsonl"
    CSV = "csv"
    OCSF = "ocsf"


_LINE_FORMATS: dict[ExportFormat, LineFormat] = {ExportFormat.CSV: CSV, ExportFormat.OCSF: OCSF}


def export(workspace: Path, output: IO[bytes], form: ExportFormat = ExportFormat.JSONL) -> Manifest:
    """Write the log of ``workspace`` to ``output``; the manifest that belongs beside it.

    Raises ConfigurationError if there is no log, OpsloomError if it cannot be read, or is damaged and ``form`` has no
    place for that.
    """
    key = read_public_key(workspace)
    with SqliteStore.open_read_only(workspace) as store:
        return store.read_sync(partial(_export, key=key, output=output, form=form))


def verify_export(path: Path, public_key: str | None = None, anchors: Sequence[str] = ()) -> VerifyReport:
    """:func:`~opsloom.audit.verify.verify` for an export, and that it is the one its manifest describes.

    Raises ConfigurationError if ``path`` is none, or is in a form that needs its manifest and has none.
    """
    manifest = Manifest.read(path)
    if manifest is None or manifest.format == FORMAT:
        contents = JsonlContents(path)
        key = VerifierKey.parse(public_key or contents.public_key)
        report = verify_contents(contents, key, bool(public_key), anchors)
    else:
        report = _verify_lines(path, manifest, public_key, anchors)
    if manifest is not None:
        with path.open("rb") as file:
            manifest.compare(report, file_digest(file, "sha256").hexdigest())
    return report


def _export(reader: Reader, key: VerifierKey, output: IO[bytes], form: ExportFormat) -> Manifest:
    contents = DatabaseContents(reader)
    lines_format = _LINE_FORMATS.get(form)
    lines = jsonl_lines(contents, key) if lines_format is None else lines_of(contents, lines_format)
    digest = _write(lines, output)
    ((records, first, last),) = reader.execute(
        "SELECT count(*), min(seq), max(seq) FROM audit_record WHERE stream = (SELECT min(number) FROM audit_stream)"
    )
    return Manifest(
        format=FORMAT if lines_format is None else lines_format.name,
        origin=contents.origin,
        public_key=str(key),
        sha256=digest,
        records=records,
        first=first,
        last=last,
        checkpoint=contents.checkpoints[-1][1] if contents.checkpoints else None,
    )


def _write(lines: Iterator[bytes], output: IO[bytes]) -> str:
    """The SHA-256 of what was written."""
    digest = sha256()
    for line in lines:
        output.write(line)
        digest.update(line)
    return digest.hexdigest()


def _verify_lines(path: Path, manifest: Manifest, public_key: str | None, anchors: Sequence[str]) -> VerifyReport:
    form = next((one for one in _LINE_FORMATS.values() if one.name == manifest.format), None)
    if form is None or not path.exists():
        raise ConfigurationError(f"{path} is not an export in a format that is known here: see {manifest_path(path)}.")
    contents = LineContents(path, form, manifest)
    key = VerifierKey.parse(public_key or manifest.public_key)
    report = verify_contents(contents, key, bool(public_key), anchors)
    for seq in contents.disagreements:
        report.add("what its line shows is not what its record says", seq)
    return report

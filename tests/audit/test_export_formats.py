"""Exports for other tools: each shows the records in their terms, holds them whole, and verifies offline."""

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from opsloom.audit.anchor import anchor, read_anchors
from opsloom.audit.export import ExportFormat, export, verify_export
from opsloom.audit.export_csv import COLUMNS
from opsloom.audit.keys import PUBLIC_NAME
from opsloom.audit.manifest import manifest_path
from opsloom.audit.record import Actor, Record
from opsloom.model.errors import ConfigurationError, OpsloomError
from tests.audit.logbook import ACTOR, complaints, edit, open_log, texts, write_calls

ALL = tuple(ExportFormat)
LINE_BY_LINE = (ExportFormat.CSV, ExportFormat.OCSF)


def exported(workspace: Path, folder: Path, form: ExportFormat) -> Path:
    file = folder / f"log.{form}"
    with file.open("wb") as output:
        manifest = export(workspace, output, form)
    manifest_path(file).write_text(manifest.to_text())
    return file


def logged(workspace: Path, *records: Record) -> Path:
    with open_log(workspace) as (_, log):
        for record in records:
            log.append_sync(record)
    return workspace


def action(kind: str, **told: Any) -> Record:
    return Record(kind, ACTOR, details={"action": "a1", "code": "K7Q2M3XD", "tool": "rollback_deploy", **told})


def rows_of(file: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(file.read_text("utf-8"), newline="")))


def events_of(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_bytes().splitlines()]


def rewrite(file: Path, old: str, new: str, *, count: int = 1) -> None:
    """What somebody with the file and its manifest can do: the digest is made to fit as well."""
    from hashlib import sha256

    before = file.read_bytes()
    after = before.replace(old.encode(), new.encode(), count)
    assert after != before, old
    file.write_bytes(after)
    manifest = json.loads(manifest_path(file).read_text())
    manifest_path(file).write_text(json.dumps({**manifest, "sha256": sha256(after).hexdigest()}))


@pytest.mark.parametrize("form", ALL)
def test_each_form_verifies_offline_with_its_manifest(tmp_path: Path, form: ExportFormat) -> None:
    workspace = tmp_path / "workspace"
    for calls in (3, 150):
        write_calls(workspace, calls)
    anchor(workspace, tmp_path / "anchors")
    file = exported(workspace, tmp_path, form)
    key, anchors = (workspace / PUBLIC_NAME).read_text(), read_anchors(tmp_path / "anchors")
    report = verify_export(file, key, anchors)
    assert complaints(report) == ""
    assert (report.records, report.signed, report.key_is_pinned, report.anchors) == (306, 306, True, 1)
    manifest = json.loads(manifest_path(file).read_text())
    assert (manifest["records"], manifest["first"], manifest["last"]) == (306, 0, 305)
    assert (manifest["origin"], manifest["public_key"]) == (report.origin, key.strip())
    assert manifest["checkpoint"].split("\n")[1] == "306"


@pytest.mark.parametrize("form", ALL)
def test_an_empty_log_verifies_too(tmp_path: Path, form: ExportFormat) -> None:
    file = exported(logged(tmp_path / "workspace"), tmp_path, form)
    report = verify_export(file)
    assert (complaints(report), report.records) == ("", 0)


@pytest.mark.parametrize("form", LINE_BY_LINE)
def test_the_records_come_out_as_they_were_whatever_is_in_them(tmp_path: Path, form: ExportFormat) -> None:
    hostile = 'a "quoted", comma\r\n\x00\x1b[31m\u2028\x85=1+1 \ud800 ü 😀'
    details: dict[str, Any] = {"target": hostile, "number": 1.5, "deep": [{"b": [None, True]}, 2**53 - 1]}
    workspace = logged(tmp_path / "workspace", Record("test.event", Actor(hostile, "h", "c", "1"), "call", details))
    file = exported(workspace, tmp_path, form)
    assert complaints(verify_export(file)) == ""
    held = [row["record"] for row in rows_of(file)] if form is ExportFormat.CSV else None
    assert held is None or held == texts(workspace)
    if form is ExportFormat.OCSF:
        assert [event["unmapped"] for event in events_of(file)] == [json.loads(text) for text in texts(workspace)]


@pytest.mark.parametrize(
    ("form", "old", "new", "problem"),
    [
        (ExportFormat.CSV, "oncall-a,laptop", "oncall-b,laptop", "record 0: what its line shows is not"),
        (ExportFormat.CSV, '""user"":""oncall-a""', '""user"":""oncall-b""', "record 0: what its line shows is not"),
        (ExportFormat.CSV, "search_alerts", "search_alertz", "record 0: what its line shows is not"),
        (ExportFormat.OCSF, '"operation":"search_alerts"', '"operation":"x"', "record 0: what its line shows is not"),
        (ExportFormat.OCSF, '"severity_id":1', '"severity_id":2', "record 0: what its line shows is not"),
        (ExportFormat.OCSF, '"seq":1', '"seq":7', "record 1: what its line shows is not"),
    ],
)
def test_a_line_that_says_something_else_than_its_record_is_found(
    tmp_path: Path, form: ExportFormat, old: str, new: str, problem: str
) -> None:
    write_calls(tmp_path / "workspace", 3)
    file = exported(tmp_path / "workspace", tmp_path, form)
    rewrite(file, old, new)
    assert problem in complaints(verify_export(file))


@pytest.mark.parametrize("form", LINE_BY_LINE)
def test_a_line_that_was_changed_throughout_does_not_fit_the_checkpoint(tmp_path: Path, form: ExportFormat) -> None:
    write_calls(tmp_path / "workspace", 3)
    file = exported(tmp_path / "workspace", tmp_path, form)
    rewrite(file, "oncall-a", "oncall-b", count=-1)
    found = complaints(verify_export(file))
    assert "what its line shows" not in found
    assert "at least one was changed" in found


@pytest.mark.parametrize("form", LINE_BY_LINE)
@pytest.mark.parametrize("change", ["drop", "swap", "cut", "blank", "garbage", "depths", "no record"])
def test_lines_that_are_gone_moved_or_no_lines_are_found(tmp_path: Path, form: ExportFormat, change: str) -> None:
    write_calls(tmp_path / "workspace", 3)
    file = exported(tmp_path / "workspace", tmp_path, form)
    lines = file.read_bytes().splitlines(keepends=True)
    header, body = (lines[:1], lines[1:]) if form is ExportFormat.CSV else ([], lines)
    changes: dict[str, Callable[[], list[bytes]]] = {
        "drop": lambda: body[:2] + body[3:],
        "swap": lambda: [body[1], body[0], *body[2:]],
        "cut": lambda: body[:-1],
        "blank": lambda: [*body[:2], b"\r\n", *body[2:]],
        "garbage": lambda: [*body[:2], b'"\xff{[]}\r\n', *body[3:]],
        "depths": lambda: [*body[:2], b"[" * 100_000 + b"\r\n", *body[3:]],
        "no record": lambda: [*body[:2], b'{"unmapped":{"actor":7}}\r\n', *body[3:]],
    }
    file.write_bytes(b"".join(header + changes[change]()))
    report = verify_export(file)
    assert not report.ok
    assert "the file does not have the SHA-256 that its manifest names" in complaints(report)
    assert len(report.problems) > 1


def test_a_manifest_that_announces_more_is_found(tmp_path: Path) -> None:
    write_calls(tmp_path / "workspace", 1)
    file = exported(tmp_path / "workspace", tmp_path, ExportFormat.JSONL)
    manifest = json.loads(manifest_path(file).read_text())
    manifest_path(file).write_text(json.dumps({**manifest, "records": 3, "last": 2}))
    assert "its manifest announces records 0 to 2, and 2 are there" in complaints(verify_export(file))


@pytest.mark.parametrize("text", ["{}", "[]", "no JSON", '{"format": "another/1"}', "\xff"])
def test_a_damaged_manifest_is_no_verdict_but_an_error(tmp_path: Path, text: str) -> None:
    write_calls(tmp_path / "workspace", 1)
    file = exported(tmp_path / "workspace", tmp_path, ExportFormat.CSV)
    manifest_path(file).write_text(text, "latin-1")
    with pytest.raises(ConfigurationError, match="is not the manifest of an export"):
        verify_export(file)


def test_a_manifest_of_another_format_or_none_is_an_error_for_csv(tmp_path: Path) -> None:
    write_calls(tmp_path / "workspace", 1)
    file = exported(tmp_path / "workspace", tmp_path, ExportFormat.CSV)
    manifest = json.loads(manifest_path(file).read_text())
    manifest_path(file).write_text(json.dumps({**manifest, "format": "opsloom-audit-export-csv/99"}))
    with pytest.raises(ConfigurationError, match="in a format that is known here"):
        verify_export(file)
    manifest_path(file).unlink()
    with pytest.raises(ConfigurationError, match="other formats need their manifest"):
        verify_export(file)


def test_a_csv_row_shows_who_decided_what_and_no_cell_is_a_formula(tmp_path: Path) -> None:
    decided = action(
        "action.decided", person="=cmd()", verdict="approve", seconds=12.5, counted=True, evidence=["e", "f"]
    )
    file = exported(logged(tmp_path / "workspace", decided), tmp_path, ExportFormat.CSV)
    [row] = rows_of(file)
    assert tuple(row) == COLUMNS
    wanted = {"seq": "0", "kind": "action.decided", "code": "K7Q2M3XD", "person": "'=cmd()", "seconds": "12.5"}
    assert {name: row[name] for name in wanted} == wanted
    assert (row["counted"], row["user"], row["client"], row["evidence"]) == ("true", "oncall-a", "assistant", "e f")


@pytest.mark.parametrize(
    ("record", "activity", "severity", "status"),
    [
        (Record("call.finished", ACTOR, "c", {"status": "ok"}), 2, 1, 1),
        (Record("call.finished", ACTOR, "c", {"status": "rejected"}), 2, 1, 2),
        (action("action.planned", to="PLANNED"), 99, 1, 0),
        (action("action.decided", verdict="approve", break_glass=True), 99, 4, 0),
        (action("action.moved", **{"from": "APPROVED", "to": "EXECUTING"}), 3, 1, 0),
        (action("action.moved", **{"from": "EXECUTING", "to": "FAILED"}), 3, 1, 2),
        (action("action.moved", **{"from": "VERIFYING", "to": "SUCCEEDED"}), 99, 1, 1),
        (Record("approver_key.revoked", ACTOR, details={"key": "k", "person": "p"}), 4, 1, 0),
        (Record("server.stopped"), 99, 1, 0),
    ],
)
def test_an_ocsf_event_has_what_api_activity_requires(
    tmp_path: Path, record: Record, activity: int, severity: int, status: int
) -> None:
    """Required in OCSF 1.3.0: the ids, time, metadata with product and version, actor, api.operation, src_endpoint."""
    [event] = events_of(exported(logged(tmp_path / "workspace", record), tmp_path, ExportFormat.OCSF))
    assert (event["class_uid"], event["category_uid"]) == (6003, 6)
    assert (event["activity_id"], event["type_uid"]) == (activity, 600300 + activity)
    assert (event["severity_id"], event["status_id"]) == (severity, status)
    assert event["time"] == 1767607201000  # 2026-01-05T10:00:01Z
    metadata = event["metadata"]
    assert (metadata["version"], metadata["product"]["name"], metadata["sequence"]) == ("1.3.0", "opsloom", 0)
    assert metadata["uid"] == event["unmapped"]["id"]
    assert event["api"]["operation"]
    assert event["api"]["service"]["name"] == "opsloom"
    if record.actor is None:
        assert event["actor"]["process"]["uid"] == event["src_endpoint"]["uid"] == event["unmapped"]["server"]
    else:
        assert event["actor"] == {"user": {"name": "oncall-a"}, "app_name": "assistant"}
        assert event["src_endpoint"] == {"hostname": "laptop"}


@pytest.mark.parametrize("form", LINE_BY_LINE)
def test_a_damaged_log_is_exported_as_json_lines_only(tmp_path: Path, form: ExportFormat) -> None:
    workspace = tmp_path / "workspace"
    write_calls(workspace, 2)
    edit(workspace, "UPDATE audit_record SET record = '[1]' WHERE seq = 2")
    with pytest.raises(OpsloomError, match="Record 2 is damaged"):
        exported(workspace, tmp_path, form)
    report = verify_export(exported(workspace, tmp_path, ExportFormat.JSONL))
    assert "record 2: the text is not a JSON object" in complaints(report)

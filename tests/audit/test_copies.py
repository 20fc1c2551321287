"""Anchors and exports: parts of the log that leave it."""

import io
import json
from pathlib import Path

import pytest

from opsloom.audit.anchor import anchor, read_anchors
from opsloom.audit.export import export, verify_export
from opsloom.audit.keys import PUBLIC_NAME
from opsloom.audit.verify import verify
from opsloom.model.errors import ConfigurationError, OpsloomError
from tests.audit.logbook import complaints, edit, open_log, texts, write_calls


def exported(workspace: Path, file: Path) -> Path:
    with file.open("wb") as output:
        export(workspace, output)
    return file


def test_each_anchor_is_a_file_of_its_own_and_never_overwritten(tmp_path: Path) -> None:
    workspace, elsewhere = tmp_path / "workspace", tmp_path / "elsewhere"
    write_calls(workspace, 3)
    first = anchor(workspace, elsewhere)
    assert anchor(workspace, elsewhere) == first
    write_calls(workspace, 3)
    second = anchor(workspace, elsewhere)
    assert first.name.startswith("000000000006-")
    assert second.name.startswith("000000000012-")
    notes = read_anchors(elsewhere)
    assert [note.split("\n")[1] for note in notes] == ["6", "12"]
    assert verify(workspace, anchors=notes).ok


def test_a_log_that_was_begun_anew_does_not_fit_its_anchors(tmp_path: Path) -> None:
    """Somebody with the key deletes the log and writes a better one of the same length."""
    workspace, elsewhere = tmp_path / "workspace", tmp_path / "elsewhere"
    write_calls(workspace, 5)
    anchor(workspace, elsewhere)
    (workspace / "opsloom.db").unlink()
    write_calls(workspace, 5)
    assert verify(workspace).ok
    report = verify(workspace, anchors=read_anchors(elsewhere))
    assert "records 0 to 9: at least one was changed" in complaints(report)


def test_an_anchor_of_another_log_or_a_damaged_one_is_a_problem(tmp_path: Path) -> None:
    for name in ("one", "two"):
        write_calls(tmp_path / name, 2)
        anchor(tmp_path / name, tmp_path / "anchors" / name)
    notes = [*read_anchors(tmp_path / "anchors" / "two"), "damaged"]
    found = complaints(verify(tmp_path / "one", anchors=notes))
    assert "anchor 1 cannot be trusted: it is not signed by the expected key" in found
    assert "anchor 2 cannot be trusted: it is not a signed note" in found


def test_without_a_checkpoint_or_a_place_there_is_no_anchor(tmp_path: Path) -> None:
    with open_log(tmp_path / "workspace"):
        pass
    with pytest.raises(ConfigurationError, match="no signed checkpoint"):
        anchor(tmp_path / "workspace", tmp_path / "elsewhere")
    write_calls(tmp_path / "workspace", 1)
    (tmp_path / "file").touch()
    with pytest.raises(OpsloomError, match="cannot be written"):
        anchor(tmp_path / "workspace", tmp_path / "file")
    with pytest.raises(ConfigurationError, match="no anchors"):
        read_anchors(tmp_path)


def test_an_export_holds_the_records_byte_for_byte_and_verifies_alone(tmp_path: Path) -> None:
    workspace = tmp_path / "workspace"
    for calls in (3, 150, 2):
        write_calls(workspace, calls)
    file = exported(workspace, tmp_path / "log.jsonl")
    lines = file.read_text().splitlines()
    assert [line for line in lines[1:] if line.startswith("{")] == texts(workspace)
    report = verify_export(file)
    assert (report.ok, report.records, report.signed) == (True, 310, 310)
    assert report.checkpoints == len([line for line in lines if line.startswith('"')]) >= 3
    assert verify_export(file, (workspace / PUBLIC_NAME).read_text()).key_is_pinned


def test_an_export_that_was_tampered_with_is_found_out(tmp_path: Path) -> None:
    write_calls(tmp_path / "workspace", 10)
    file = exported(tmp_path / "workspace", tmp_path / "log.jsonl")
    lines = file.read_bytes().splitlines(keepends=True)
    tampered = {
        "dropped": [*lines[:5], *lines[6:]],
        "swapped": [*lines[:5], lines[6], lines[5], *lines[7:]],
        "doubled": [*lines[:5], lines[4], *lines[5:]],
        "changed": [*lines[:5], lines[5].replace(b"checkout", b"payments"), *lines[6:]],
        "cut": [*lines[:-3], lines[-1]],
        "broken": [*lines[:5], b"{\n", *lines[6:]],
    }
    for name, content in tampered.items():
        file.write_bytes(b"".join(content))
        assert not verify_export(file).ok, name


@pytest.mark.parametrize("content", [b"", b"{}\n", b"no json\n", b'{"format":"other"}\n', b"[1]\n", b"\xff\n"])
def test_a_file_that_is_no_export_is_refused(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "log.jsonl"
    file.write_bytes(content)
    with pytest.raises(ConfigurationError, match="not an export"):
        verify_export(file)


def test_an_export_of_a_damaged_log_carries_the_damage(tmp_path: Path) -> None:
    write_calls(tmp_path / "workspace", 10)
    edit(tmp_path / "workspace", "UPDATE audit_record SET record = replace(record, 'laptop', 'server') WHERE seq = 4")
    assert "records 0 to 19: at least one was changed" in complaints(
        verify_export(exported(tmp_path / "workspace", tmp_path / "log.jsonl"))
    )


def test_the_first_line_of_an_export_names_the_log_and_its_key(tmp_path: Path) -> None:
    write_calls(tmp_path, 1)
    output = io.BytesIO()
    assert export(tmp_path, output).records == 2
    header = json.loads(output.getvalue().splitlines()[0])
    assert header["public_key"].startswith(header["origin"] + "+")

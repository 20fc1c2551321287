"""What verification says of an intact log, and in which words it complains."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from opsloom.audit.anchor import anchor, read_anchors
from opsloom.audit.check_text import parse_texts
from opsloom.audit.keys import PRIVATE_NAME, PUBLIC_NAME
from opsloom.audit.merkle import leaf_hash
from opsloom.audit.note import SigningKey
from opsloom.audit.record import Record
from opsloom.audit.verify import verify
from opsloom.model.errors import ConfigurationError
from opsloom.store.sqlite import SqliteStore
from tests.audit.logbook import ACTOR, append_calls, beginning, complaints, edit, open_log, problems, texts, write_calls


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """Twenty calls in 40 records, under checkpoints at 20 and 40."""
    write_calls(tmp_path, 10)
    write_calls(tmp_path, 10)
    return tmp_path


def test_an_intact_log_is_reported_with_what_it_holds(workspace: Path) -> None:
    report = verify(workspace, (workspace / PUBLIC_NAME).read_text())
    assert (report.ok, report.records, report.signed, report.checkpoints) == (True, 40, 40, 2)
    assert report.by_kind == {"call.received": 20, "call.finished": 20}
    assert "is intact: 40 records, 2 checkpoints." in report.lines()[0]
    assert report.to_json()["unsigned"] == 0


def test_an_empty_log_is_intact(tmp_path: Path) -> None:
    with open_log(tmp_path):
        pass
    report = verify(tmp_path)
    assert (report.ok, report.records) == (True, 0)


def test_verification_reads_a_log_that_is_being_written(tmp_path: Path) -> None:
    with open_log(tmp_path) as (_, log):
        append_calls(log, 3)
        log.append_sync(beginning("open-one"))
        report = verify(tmp_path)
    assert (report.ok, report.records, report.signed) == (True, 7, 0)
    assert "UNSIGNED 7 records, 0 to 6, are not under a signed checkpoint" in "\n".join(report.lines())
    assert report.calls_without_end == {"open-one"}


def test_it_needs_no_secret_and_says_where_the_key_came_from(workspace: Path) -> None:
    (workspace / PRIVATE_NAME).unlink()
    assert "KEY " in "\n".join(verify(workspace).lines())
    assert "KEY " not in "\n".join(verify(workspace, (workspace / PUBLIC_NAME).read_text()).lines())


def test_a_log_signed_by_another_key_is_not_intact(workspace: Path) -> None:
    other = SigningKey.generate(verify(workspace).origin)
    report = verify(workspace, str(other.verifier()))
    assert "the checkpoint at 20 cannot be trusted: it is not signed by the expected key" in complaints(report)
    assert report.signed == 0


@pytest.mark.parametrize(
    ("sql", "complaint"),
    [
        ("DELETE FROM audit_record WHERE seq = 7", "record 7: missing: after them comes record 8"),
        ("DELETE FROM audit_record WHERE seq BETWEEN 7 AND 9", "records 7 to 9: missing: after them comes record 10"),
        ("DELETE FROM audit_record WHERE seq = 0", "record 0: missing: after them comes record 1"),
        ("DELETE FROM audit_record WHERE seq > 37", "records 38 to 39: missing: the checkpoint at 40 covers 40"),
        ("UPDATE audit_record SET leaf = zeroblob(32) WHERE seq = 3", "record 3: its text does not match the hash"),
        ("UPDATE audit_record SET record = replace(record, '20', '21') WHERE seq = 30", "record 30: its text does"),
        ("UPDATE audit_record SET record = ' ' || record WHERE seq = 5", "record 5: the text is not in canonical form"),
        ("UPDATE audit_record SET record = '[]' WHERE seq = 5", "record 5: the text is not a JSON object"),
        ("UPDATE audit_record SET seq = 50 WHERE seq = 39", "record 50: its text says that it is record 39"),
        ("UPDATE audit_stream SET frontier = x''", "the log's own state says"),
        ("UPDATE audit_stream SET size = 41", "the log's own state says that it has 41 records"),
        ("UPDATE audit_stream SET origin = 'opsloom/x'", "this is the log opsloom/x, not"),
        ("INSERT INTO audit_node VALUES (1, 8, 0, zeroblob(32))", "the stored interior of the tree differs"),
        ("INSERT INTO audit_record VALUES (2, 0, '{}', x'')", "1 rows beside the log belong to none"),
        ("UPDATE audit_checkpoint SET size = 19 WHERE size = 20", "the checkpoint at 19 stands in the wrong place"),
        ("UPDATE audit_checkpoint SET note = 'x' WHERE size = 20", "the checkpoint at 20 cannot be trusted"),
        ("UPDATE audit_checkpoint SET note = CAST(x'ff' AS TEXT)", "the checkpoint at 40 cannot be trusted"),
    ],
)
def test_it_says_where_and_what(workspace: Path, sql: str, complaint: str) -> None:
    edit(workspace, sql)
    assert complaint in problems(workspace)


def test_a_record_of_another_log_is_found_even_where_nothing_is_signed(tmp_path: Path) -> None:
    with open_log(tmp_path) as (_, log):
        append_calls(log, 1)
        text = texts(tmp_path)[1].replace(log.origin, "opsloom/other")
        leaf = leaf_hash(text.encode())
        edit(tmp_path, "UPDATE audit_record SET record = ?, leaf = ? WHERE seq = 1", (text, leaf))
        assert "record 1: its text belongs to another log" in problems(tmp_path)


def test_thousands_of_problems_are_counted_and_a_few_listed(tmp_path: Path) -> None:
    write_calls(tmp_path, 100)
    edit(tmp_path, "UPDATE audit_record SET leaf = zeroblob(32)")
    report = verify(tmp_path)
    assert len(report.problems) + report.problems_not_listed >= 200
    assert "more of them" in "\n".join(report.lines())


def test_a_clock_that_went_back_is_a_notice_and_not_a_problem(tmp_path: Path) -> None:
    write_calls(tmp_path, 5)
    write_calls(tmp_path, 5)  # the test's clock begins anew
    report = verify(tmp_path)
    assert report.ok
    assert report.notices == ["The clock went back 1 times, first at record 10."]


@pytest.mark.parametrize("column", ["count", "sha256"])
def test_a_gap_that_does_not_fit_what_follows_is_a_problem(tmp_path: Path, column: str) -> None:
    gap = {"count": 1, "sha256": "0" * 64}
    follower = {"spilled": {"at": "2026-01-05T10:00:00.000000Z", "reason": "disk full"}} if column == "sha256" else {}
    with open_log(tmp_path) as (_, log):
        log.append_sync(Record("audit.gap", ACTOR, details=gap))
        log.append_sync(Record("test.event", ACTOR, details=follower))
    expected = {"count": "announces 1 spilled records; this is not one", "sha256": "not those of the spill file"}
    assert expected[column] in problems(tmp_path)


def test_a_spilled_record_without_a_gap_and_a_gap_without_records_are_problems(tmp_path: Path) -> None:
    spilled = {"at": "2026-01-05T10:00:00.000000Z", "reason": "disk full"}
    with open_log(tmp_path) as (_, log):
        log.append_sync(Record("test.event", ACTOR, details={"spilled": spilled}))
        log.append_sync(Record("audit.gap", ACTOR, details={"count": 1, "sha256": "0" * 64}))
    assert "record 0: it was spilled, and no gap record explains it" in problems(tmp_path)
    assert "record 1: the log ends within the 1 records of this gap" in problems(tmp_path)


def test_a_log_cut_off_below_an_anchor_is_found_out(workspace: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    elsewhere = tmp_path_factory.mktemp("anchors")
    anchor(workspace, elsewhere)
    edit(workspace, "DELETE FROM audit_record WHERE seq >= 20")
    edit(workspace, "DELETE FROM audit_checkpoint WHERE size > 20")
    report = verify(workspace, anchors=read_anchors(elsewhere))
    assert "records 20 to 39: missing: the anchor at 40 covers 40 records, the log has 20" in complaints(report)
    assert report.anchors == 1


def test_without_a_workspace_or_a_log_it_says_so(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="public key"):
        verify(tmp_path)
    key = str(SigningKey.generate("opsloom/x").verifier())
    with pytest.raises(ConfigurationError, match="no workspace file"):
        verify(tmp_path, key)
    SqliteStore.open(tmp_path).close()
    with pytest.raises(ConfigurationError, match="no audit log"):
        verify(tmp_path, key)


@pytest.mark.parametrize(
    "text",
    [
        '{"b":1,"a":2}', '{"a":1.0}', '{"a":1e-07}', '{"a":"\\u0041"}', '{"a":"\\/"}', '{"a":1,"a":1}', '{"a": 1}',
        '{"a":{"c":1,"b":2}}', '{"a":[{"c":1,"b":2}]}', '{"a":NaN}', '{"a":1}\n', '{"a":-0}', '{"a":"\\ud800"}',
    ],
)  # fmt: skip
def test_a_text_that_is_not_canonical_is_found_among_others(text: str) -> None:
    good = ['{"a":0.5,"b":[1e-7,true,null]}', '{"a":"é😀\\n"}', '{"a":[],"b":{}}', '{"é":1,"😀":2}']
    _, found = parse_texts([part.encode() for part in (*good, text, *good)])
    assert [index for index, _ in found] == [len(good)]


@pytest.mark.parametrize("text", [b"x", b"", b'{"a":\xff}', b"{", b"[" * 100_000])
def test_a_text_that_is_not_json_is_found_among_others(text: bytes) -> None:
    records, found = parse_texts([b"{}", text, b"{}"])
    assert found == [(1, "the text is not JSON")]
    assert records == [{}, None, {}]


def test_texts_that_are_records_only_when_joined_are_found() -> None:
    _, found = parse_texts([b'{"a":[{}', b"{}]}", b'{"a":1},{"a":2}'])
    assert [index for index, _ in found] == [0, 1, 2]


def test_it_starts_without_the_weight_of_a_server(workspace: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from opsloom.audit.verify import verify; "
        "assert verify(Path(sys.argv[1])).ok; print([m for m in ('mcp', 'pydantic', 'httpx') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(workspace)], capture_output=True, text=True, env=dict(os.environ), check=True
    )
    assert done.stdout == "[]\n"

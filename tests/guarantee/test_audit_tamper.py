"""Guarantee: a flipped byte, and a dropped, swapped or inserted record, is found, and verification says where.

That holds for everything under a signed checkpoint, even if whoever did it recomputed every hash; of what is not
signed yet, verification says that nothing protects it.
"""

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from opsloom.audit.anchor import anchor, read_anchors
from opsloom.audit.canonical import canonical_json
from opsloom.audit.merkle import Frontier, leaf_hash
from opsloom.audit.report import VerifyReport
from opsloom.audit.verify import verify
from opsloom.store.database import DATABASE_NAME
from tests.audit.logbook import append_calls, edit, open_log, texts, write_calls

SIGNED, UNSIGNED = 60, 6


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """60 records under checkpoints at 20, 40 and 60, and 6 more that no checkpoint covers yet."""
    workspace = tmp_path_factory.mktemp("original")
    for _ in range(3):
        write_calls(workspace, 10)
    with open_log(workspace) as (_, log):
        append_calls(log, UNSIGNED // 2)
        # As it looks a moment before the next signature; all in one file, so that bytes can be found in it.
        running = workspace.parent / "running"
        shutil.copytree(workspace, running)
    edit(running, "PRAGMA wal_checkpoint(TRUNCATE)")
    edit(running, "DELETE FROM audit_checkpoint WHERE size > 60")
    assert (verify(running).ok, verify(running).signed) == (True, SIGNED)
    return running


@pytest.fixture
def workspace(original: Path, tmp_path: Path) -> Path:
    copy = tmp_path / "workspace"
    shutil.copytree(original, copy)
    return copy


def flips(workspace: Path, content: bytes, step: int) -> Iterator[tuple[int, VerifyReport]]:
    """(offset in ``content``, the report) with one bit flipped there in the file, for every ``step``-th byte."""
    file = workspace / DATABASE_NAME
    data = bytearray(file.read_bytes())
    start = data.find(content)
    assert start >= 0
    for offset in range(0, len(content), step):
        data[start + offset] ^= 1 << offset % 8
        file.write_bytes(data)
        yield offset, verify(workspace)
        data[start + offset] ^= 1 << offset % 8
    file.write_bytes(data)


def names(report: VerifyReport, seq: int) -> bool:
    """Whether some problem is about ``seq`` alone or about a range of signed records that holds it."""
    return any(p.first is not None and p.last is not None and p.first <= seq <= p.last for p in report.problems)


@pytest.mark.parametrize("seq", [0, 19, 20, 37, 59, 60, 65])
def test_any_flipped_byte_of_a_record_is_found_at_that_record(workspace: Path, seq: int) -> None:
    for offset, report in flips(workspace, texts(workspace)[seq].encode(), step=5):
        assert any(p.first == p.last == seq for p in report.problems), (seq, offset)


@pytest.mark.parametrize("seq", [0, 41, 65])
def test_any_flipped_byte_of_a_stored_hash_is_found_at_its_record(workspace: Path, seq: int) -> None:
    ((leaf,),) = edit(workspace, "SELECT leaf FROM audit_record WHERE seq = ?", (seq,))
    for offset, report in flips(workspace, leaf, step=1):
        assert any(p.first == p.last == seq for p in report.problems), (seq, offset)


def test_any_flipped_byte_of_a_checkpoint_is_found(workspace: Path) -> None:
    ((note,),) = edit(workspace, "SELECT note FROM audit_checkpoint WHERE size = 40")
    for offset, report in flips(workspace, note.encode(), step=1):
        assert "the checkpoint at 40 cannot be trusted" in str(report.problems[0]), offset
        assert report.signed == SIGNED


def rewrite(workspace: Path, records: list[dict[str, object]]) -> None:
    """Make ``records`` the log, with numbers and hashes that fit: all that can be done without the secret key."""
    origin = str(records[0]["stream"])
    edit(workspace, "DELETE FROM audit_record")
    leaves = []
    for seq, record in enumerate(records):
        text = canonical_json({**record, "seq": seq, "stream": origin})  # type: ignore[dict-item]
        leaves.append(leaf_hash(text.encode()))
        edit(
            workspace,
            "INSERT INTO audit_record (stream, seq, record, leaf) VALUES (1, ?, ?, ?)",
            (seq, text, leaves[-1]),
        )
    frontier, _ = Frontier().extend(leaves)
    edit(workspace, "UPDATE audit_stream SET size = ?, frontier = ?", (frontier.size, frontier.to_bytes()))


def changed(records: list[dict[str, object]], at: int) -> None:
    records[at]["arguments_digest"] = "0" * 64


def dropped(records: list[dict[str, object]], at: int) -> None:
    del records[at]


def swapped(records: list[dict[str, object]], at: int) -> None:
    records[at], records[at + 1] = records[at + 1], records[at]


def inserted(records: list[dict[str, object]], at: int) -> None:
    records.insert(at, {**records[at], "target": "never_called"})


@pytest.mark.parametrize("how", [changed, dropped, swapped, inserted])
@pytest.mark.parametrize(("at", "first", "last"), [(0, 0, 19), (25, 20, 39), (58, 40, 59)])
def test_a_rewritten_log_is_found_between_the_checkpoints_it_happened_between(
    workspace: Path, how: Callable[[list[dict[str, object]], int], None], at: int, first: int, last: int
) -> None:
    records = [json.loads(text) for text in texts(workspace)]
    how(records, at)
    rewrite(workspace, records)
    report = verify(workspace)
    assert [(p.first, p.last) for p in report.problems] == [(first, last)], report.lines()
    assert report.signed == first


@pytest.mark.parametrize("how", [changed, dropped, swapped, inserted])
def test_without_recomputed_hashes_it_is_found_as_well(
    workspace: Path, how: Callable[[list[dict[str, object]], int], None]
) -> None:
    records = [json.loads(text) for text in texts(workspace)]
    leaves = [leaf for (leaf,) in edit(workspace, "SELECT leaf FROM audit_record ORDER BY seq")]
    how(records, 25)
    edit(workspace, "DELETE FROM audit_record")
    for seq, record in enumerate(records):
        edit(
            workspace,
            "INSERT INTO audit_record (stream, seq, record, leaf) VALUES (1, ?, ?, ?)",
            (seq, canonical_json(record), leaves[min(seq, len(leaves) - 1)]),  # type: ignore[arg-type]
        )
    assert names(verify(workspace), 25)


def test_a_change_in_the_unsigned_tail_is_only_announced_as_possible(workspace: Path) -> None:
    records = [json.loads(text) for text in texts(workspace)]
    changed(records, 63)
    rewrite(workspace, records)
    report = verify(workspace)
    assert report.ok
    assert "UNSIGNED 6 records, 60 to 65, are not under a signed checkpoint" in "\n".join(report.lines())


def test_a_tail_cut_off_below_a_checkpoint_is_found(workspace: Path) -> None:
    rewrite(workspace, [json.loads(text) for text in texts(workspace)][:50])
    assert "records 50 to 59: missing: the checkpoint at 60 covers 60 records" in "\n".join(verify(workspace).lines())


def test_a_tail_cut_off_with_its_checkpoints_is_found_by_an_anchor_kept_elsewhere(
    workspace: Path, tmp_path: Path
) -> None:
    anchor(workspace, tmp_path / "elsewhere")
    rewrite(workspace, [json.loads(text) for text in texts(workspace)][:40])
    edit(workspace, "DELETE FROM audit_checkpoint WHERE size > 40")
    assert verify(workspace).ok
    assert names(verify(workspace, anchors=read_anchors(tmp_path / "elsewhere")), 45)

"""Verifying a log: needs its records, its checkpoints and a public key; no server and no secret."""

from collections.abc import Sequence
from pathlib import Path

from opsloom.audit.check_story import Story
from opsloom.audit.check_text import parse_texts
from opsloom.audit.check_tree import TreeCheck
from opsloom.audit.checkpoint import Checkpoint
from opsloom.audit.contents import DatabaseContents, LogContents, StoredRecord
from opsloom.audit.keys import read_public_key
from opsloom.audit.note import NoteError, VerifierKey
from opsloom.audit.report import VerifyReport
from opsloom.store.sqlite import SqliteStore


def verify(workspace: Path, public_key: str | None = None, anchors: Sequence[str] = ()) -> VerifyReport:
    """Verify the log in ``workspace``, also while servers write to it; nothing is changed.

    ``public_key`` is the vkey that the auditor trusts, by default the one beside the log; ``anchors`` are
    checkpoint notes that were kept elsewhere. Raises ConfigurationError if there is no log, OpsloomError if
    the file cannot be read.
    """
    key = VerifierKey.parse(public_key) if public_key else read_public_key(workspace)
    with SqliteStore.open_read_only(workspace) as store:
        return store.read_sync(lambda reader: verify_contents(DatabaseContents(reader), key, bool(public_key), anchors))


def verify_contents(
    contents: LogContents, key: VerifierKey, key_is_pinned: bool, anchors: Sequence[str] = ()
) -> VerifyReport:
    """Verify a log wherever it lies. Nothing in ``contents`` is trusted."""
    report = VerifyReport(key.name, str(key), key_is_pinned)
    if contents.origin != key.name:
        report.add(f"this is the log {contents.origin}, not {key.name}")
    if contents.strays:
        report.add(f"{contents.strays} rows beside the log belong to none")
    tree = TreeCheck(_promises(contents, key, anchors, report), report)
    story = Story(key.name, report)
    expected = 0
    for rows in contents.rows():
        _check_order(rows, expected, report)
        expected = rows[-1][0] + 1
        tree.grow(rows)
        _check_texts(rows, story, report)
        report.records += len(rows)
    tree.end(contents.tree)
    story.end()
    return report


def _promises(
    contents: LogContents, key: VerifierKey, anchors: Sequence[str], report: VerifyReport
) -> list[tuple[str, Checkpoint]]:
    """The checkpoints that ``key`` signed, each with a name for it."""
    promises: list[tuple[str, Checkpoint]] = []
    previous = -1
    for size, note in contents.checkpoints:
        report.checkpoints += 1
        name = f"the checkpoint at {size}"
        checkpoint = _open(name, note, key, report)
        if checkpoint is None:
            continue
        if checkpoint.size != size or size <= previous:
            report.add(f"{name} stands in the wrong place: it was signed for {checkpoint.size} records")
        previous = checkpoint.size
        promises.append((name, checkpoint))
    for note in anchors:
        report.anchors += 1
        checkpoint = _open(f"anchor {report.anchors}", note, key, report)
        if checkpoint is not None:
            promises.append((f"the anchor at {checkpoint.size}", checkpoint))
    return promises


def _open(name: str, note: str, key: VerifierKey, report: VerifyReport) -> Checkpoint | None:
    try:
        return Checkpoint.open(note, key)
    except NoteError as problem:
        report.add(f"{name} cannot be trusted: {problem}")
        return None


def _check_order(rows: list[StoredRecord], expected: int, report: VerifyReport) -> None:
    """``seq`` counts on from ``expected`` without a hole."""
    for seq, _, _ in rows:
        if seq > expected:
            report.add(f"missing: after them comes record {seq}", expected, seq - 1)
        elif seq < expected:
            report.add(f"record {seq} stands in its place", expected)
        expected = seq + 1


def _check_texts(rows: list[StoredRecord], story: Story, report: VerifyReport) -> None:
    records, problems = parse_texts([text for _, text, _ in rows])
    for index, problem in problems:
        report.add(problem, rows[index][0])
    for (seq, _, _), record in zip(rows, records, strict=True):
        if record is not None:
            story.read(seq, record)

"""Proofs that hold without the log: that a record is in it, and that one checkpoint continues another."""

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from opsloom.audit.canonical import canonical_json
from opsloom.audit.checkpoint import Checkpoint
from opsloom.audit.merkle import (
    STORED_LEVELS,
    consistency_path,
    inclusion_path,
    leaf_hash,
    node_hash,
    verify_consistency,
    verify_inclusion,
)
from opsloom.audit.note import NoteError, VerifierKey
from opsloom.model.errors import ConfigurationError, InvalidRequestError
from opsloom.store.port import Reader, Store

_FORMAT = "opsloom-audit-proof/1"


@dataclass(frozen=True, slots=True)
class ProofBundle:
    """All that proves one record: its text, a signed checkpoint, and the path between the two."""

    seq: int
    record: str
    checkpoint: str
    path: tuple[bytes, ...]

    def to_text(self) -> str:
        path = [base64.b64encode(step).decode() for step in self.path]
        return canonical_json(
            {
                "format": _FORMAT,
                "seq": self.seq,
                "record": self.record,
                "checkpoint": self.checkpoint,
                "path": [*path],
            }
        )

    @classmethod
    def parse(cls, text: str) -> "ProofBundle":
        """Raises InvalidRequestError for anything but what :meth:`to_text` gave."""
        try:
            fields: dict[str, Any] = json.loads(text)
            path = tuple(base64.b64decode(step, validate=True) for step in fields["path"])
            bundle = cls(fields["seq"], fields["record"], fields["checkpoint"], path)
            types = [type(field) for field in (bundle.seq, bundle.record, bundle.checkpoint)]
            whole = fields["format"] == _FORMAT and types == [int, str, str]
        except (ValueError, TypeError, KeyError, AttributeError, binascii.Error):
            whole = False
        if not whole:
            raise InvalidRequestError(f"This is not a proof in the format {_FORMAT}.")
        return bundle


def prove(store: Store, seq: int) -> ProofBundle:
    """The proof that record ``seq`` is in the log, under its newest checkpoint.

    Raises InvalidRequestError if there is no such record or no checkpoint covers it yet.
    """
    return store.read_sync(partial(_prove, seq=seq))


def verify_proof(bundle: ProofBundle, public_key: str) -> Checkpoint:
    """The checkpoint under which ``bundle.record`` is proven; needs nothing but the vkey.

    Raises InvalidRequestError if the proof does not hold.
    """
    key = VerifierKey.parse(public_key)
    try:
        checkpoint = Checkpoint.open(bundle.checkpoint, key)
    except NoteError as problem:
        raise InvalidRequestError(f"The checkpoint in the proof cannot be trusted: {problem}.") from None
    leaf = leaf_hash(bundle.record.encode())
    if not verify_inclusion(bundle.seq, checkpoint.size, leaf, bundle.path, checkpoint.root):
        raise InvalidRequestError("The proof does not hold: its record is not under its checkpoint.")
    return checkpoint


def prove_consistency(store: Store, old_size: int) -> tuple[str, tuple[bytes, ...]]:
    """The newest checkpoint note, and the path from the log's first ``old_size`` records to it.

    Raises InvalidRequestError if the log has no checkpoint that large.
    """
    return store.read_sync(partial(_prove_consistency, old_size=old_size))


def verify_consistent(old: str, new: str, path: Sequence[bytes], public_key: str) -> bool:
    """Whether the log of the note ``new`` begins with that of ``old``, by the vkey alone.

    Raises InvalidRequestError if one of the notes cannot be trusted.
    """
    key = VerifierKey.parse(public_key)
    try:
        before, after = Checkpoint.open(old, key), Checkpoint.open(new, key)
    except NoteError as problem:
        raise InvalidRequestError(f"A checkpoint cannot be trusted: {problem}.") from None
    return verify_consistency(before.size, after.size, before.root, after.root, path)


class _StoredSubtrees:
    """The complete subtrees of a log: what is stored is read, the rest computed from it."""

    def __init__(self, reader: Reader, stream: int) -> None:
        self._reader = reader
        self._stream = stream

    def __call__(self, level: int, position: int) -> bytes:
        if level % STORED_LEVELS:
            return node_hash(self(level - 1, 2 * position), self(level - 1, 2 * position + 1))
        if level:
            sql = "SELECT hash FROM audit_node WHERE stream = ? AND position = ? AND level = ?"
            rows = list(self._reader.execute(sql, (self._stream, position, level)))
        else:
            sql = "SELECT leaf FROM audit_record WHERE stream = ? AND seq = ?"
            rows = list(self._reader.execute(sql, (self._stream, position)))
        if not rows:
            raise InvalidRequestError("The log has lost a part of its tree: verify it.")
        return bytes(rows[0][0])


def _prove(reader: Reader, seq: int) -> ProofBundle:
    stream, size, note = _newest_checkpoint(reader)
    rows = list(reader.execute("SELECT record FROM audit_record WHERE stream = ? AND seq = ?", (stream, seq)))
    if not rows:
        raise InvalidRequestError(f"There is no record {seq} in the log.")
    if seq >= size:
        raise InvalidRequestError(f"No checkpoint covers record {seq} yet; the newest covers {size} records.")
    path = inclusion_path(seq, size, _StoredSubtrees(reader, stream))
    return ProofBundle(seq, rows[0][0], note, tuple(path))


def _prove_consistency(reader: Reader, old_size: int) -> tuple[str, tuple[bytes, ...]]:
    stream, size, note = _newest_checkpoint(reader)
    if not 0 < old_size <= size:
        raise InvalidRequestError(f"The newest checkpoint covers {size} records, not {old_size}.")
    return note, tuple(consistency_path(old_size, size, _StoredSubtrees(reader, stream)))


def _newest_checkpoint(reader: Reader) -> tuple[int, int, str]:
    for (stream,) in reader.execute("SELECT min(number) FROM audit_stream"):
        for size, note in reader.execute(
            "SELECT size, note FROM audit_checkpoint WHERE stream = ? ORDER BY size DESC LIMIT 1", (stream,)
        ):
            return stream, size, note
    raise ConfigurationError("There is no signed checkpoint in this workspace yet.")

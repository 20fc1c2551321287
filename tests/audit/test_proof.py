"""Proofs that hold without the log."""

import json
from pathlib import Path

import pytest

from opsloom.audit.keys import PUBLIC_NAME
from opsloom.audit.note import SigningKey
from opsloom.audit.proof import ProofBundle, prove, prove_consistency, verify_consistent, verify_proof
from opsloom.model.errors import ConfigurationError, InvalidRequestError
from opsloom.store.sqlite import SqliteStore
from tests.audit.logbook import append_calls, edit, open_log, write_calls


def public_key(workspace: Path) -> str:
    return (workspace / PUBLIC_NAME).read_text()


def test_every_record_is_proven_by_a_text_and_the_public_key_alone(tmp_path: Path) -> None:
    write_calls(tmp_path, 300)
    with SqliteStore.open_read_only(tmp_path) as store:
        for seq in [*range(0, 600, 7), 255, 256, 511, 512, 599]:
            bundle = ProofBundle.parse(prove(store, seq).to_text())
            assert verify_proof(bundle, public_key(tmp_path)).size == 600
            assert json.loads(bundle.record)["seq"] == seq


def test_a_proof_of_anything_else_does_not_hold(tmp_path: Path) -> None:
    write_calls(tmp_path, 10)
    with SqliteStore.open_read_only(tmp_path) as store:
        good, other = prove(store, 4), prove(store, 5)
    for bad in (
        ProofBundle(5, good.record, good.checkpoint, good.path),
        ProofBundle(4, other.record, good.checkpoint, good.path),
        ProofBundle(4, good.record, good.checkpoint, good.path[:-1]),
        ProofBundle(4, good.record.replace("checkout", "payments"), good.checkpoint, good.path),
        ProofBundle(-1, good.record, good.checkpoint, good.path),
    ):
        with pytest.raises(InvalidRequestError, match="does not hold"):
            verify_proof(bad, public_key(tmp_path))
    stranger = SigningKey.generate("opsloom/stranger").verifier()
    with pytest.raises(InvalidRequestError, match="cannot be trusted"):
        verify_proof(good, str(stranger))


def test_what_is_not_signed_or_not_there_cannot_be_proven(tmp_path: Path) -> None:
    with open_log(tmp_path) as (store, log):
        append_calls(log, 1)
        with pytest.raises(ConfigurationError, match="no signed checkpoint"):
            prove(store, 0)
    with open_log(tmp_path) as (store, log):
        append_calls(log, 1)
        with pytest.raises(InvalidRequestError, match="No checkpoint covers record 3"):
            prove(store, 3)
        with pytest.raises(InvalidRequestError, match="There is no record 9"):
            prove(store, 9)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"format":"opsloom-audit-proof/1"}', '{"path":[1]}', "null"])
def test_a_text_that_is_no_proof_is_refused(text: str) -> None:
    with pytest.raises(InvalidRequestError, match="not a proof"):
        ProofBundle.parse(text)


@pytest.mark.parametrize("field", ["seq", "record", "checkpoint"])
def test_a_proof_with_a_field_of_another_type_is_refused(tmp_path: Path, field: str) -> None:
    write_calls(tmp_path, 1)
    with SqliteStore.open_read_only(tmp_path) as store:
        fields = json.loads(prove(store, 0).to_text())
    for value in (None, [], {}, True, "x" if field == "seq" else 7):
        with pytest.raises(InvalidRequestError, match="not a proof"):
            ProofBundle.parse(json.dumps(fields | {field: value}))


def test_an_older_checkpoint_is_proven_to_be_the_beginning_of_the_newest(tmp_path: Path) -> None:
    sizes = [write_calls(tmp_path, calls) or calls * 2 for calls in (3, 130, 150)]
    assert sizes == [6, 260, 300]
    notes = dict(edit(tmp_path, "SELECT size, note FROM audit_checkpoint ORDER BY size"))
    with SqliteStore.open_read_only(tmp_path) as store:
        for size, note in notes.items():
            newest, path = prove_consistency(store, size)
            assert verify_consistent(note, newest, path, public_key(tmp_path))
        _, path = prove_consistency(store, 6)
        assert not verify_consistent(notes[266], newest, path, public_key(tmp_path))
        with pytest.raises(InvalidRequestError, match="not 567"):
            prove_consistency(store, 567)
    with pytest.raises(InvalidRequestError, match="cannot be trusted"):
        verify_consistent("x", newest, path, public_key(tmp_path))


def test_a_log_that_lost_a_part_of_its_tree_says_so(tmp_path: Path) -> None:
    write_calls(tmp_path, 140)
    edit(tmp_path, "DELETE FROM audit_node")
    with SqliteStore.open_read_only(tmp_path) as store, pytest.raises(InvalidRequestError, match="verify it"):
        prove(store, 270)

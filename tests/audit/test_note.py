"""Signed notes and checkpoints, in the forms of C2SP."""

import base64
import string

import pytest

from opsloom.audit.checkpoint import Checkpoint
from opsloom.audit.note import NoteError, SigningKey, VerifierKey
from opsloom.model.errors import ConfigurationError

# The key with which golang.org/x/mod/sumdb/note documents the format.
GO_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
KEY = SigningKey.generate("opsloom/test")
CHECKPOINT = Checkpoint("opsloom/test", 300, b"r" * 32)


def test_the_key_of_another_implementation_is_read_and_written_alike() -> None:
    key = VerifierKey.parse(GO_KEY)
    assert (key.name, str(key)) == ("PeterNeumann", GO_KEY)


def test_a_checkpoint_is_the_three_lines_of_the_specification_and_is_read_back() -> None:
    note = CHECKPOINT.sign(KEY)
    assert note.startswith(f"opsloom/test\n300\n{base64.b64encode(b'r' * 32).decode()}\n\n— opsloom/test ")
    assert Checkpoint.open(note, VerifierKey.parse(str(KEY.verifier()))) == CHECKPOINT


def test_no_character_of_a_checkpoint_can_be_changed() -> None:
    note, key = CHECKPOINT.sign(KEY), KEY.verifier()
    for position in range(len(note)):
        for character in "A0\n —":
            changed = note[:position] + character + note[position + 1 :]
            if changed != note:
                with pytest.raises(NoteError):
                    Checkpoint.open(changed, key)


def test_a_signature_has_one_spelling() -> None:
    """Base64 ends with spare bits; a note that differs in them is another text."""
    note = CHECKPOINT.sign(KEY)
    assert note.endswith("=\n")
    spellings = [note[:-3] + character + "=\n" for character in string.ascii_letters + string.digits + "+/"]
    accepted = [spelling for spelling in spellings if _is_trusted(spelling)]
    assert accepted == [note]


def _is_trusted(note: str) -> bool:
    try:
        Checkpoint.open(note, KEY.verifier())
    except NoteError:
        return False
    return True


def test_signatures_of_others_on_the_same_note_are_ignored() -> None:
    """A witness may add its own: signed-note, section Signatures."""
    witness = SigningKey.generate("witness.example/w1")
    note = CHECKPOINT.sign(KEY)
    signature = witness.sign(note.rpartition("\n\n")[0] + "\n").rpartition("\n\n")[2]
    assert Checkpoint.open(note + signature, KEY.verifier()) == CHECKPOINT
    with pytest.raises(NoteError, match="not signed by"):
        Checkpoint.open(note, witness.verifier())


def test_a_key_of_the_same_name_is_another_key() -> None:
    with pytest.raises(NoteError, match="not signed by the expected key"):
        Checkpoint.open(CHECKPOINT.sign(SigningKey.generate("opsloom/test")), KEY.verifier())


@pytest.mark.parametrize(
    "text",
    [
        "opsloom/test\n007\nAAAA\n",
        f"opsloom/test\n7\n{base64.b64encode(b'short').decode()}\n",
        f"opsloom/other\n7\n{base64.b64encode(b'r' * 32).decode()}\n",
        f"opsloom/test\n-7\n{base64.b64encode(b'r' * 32).decode()}\n",
        "just a note\n",
    ],
)
def test_a_signed_text_that_is_no_checkpoint_of_this_log_is_refused(text: str) -> None:
    with pytest.raises(NoteError):
        Checkpoint.open(KEY.sign(text), KEY.verifier())


@pytest.mark.parametrize("text", ["", "name", "a+b+c", GO_KEY[:-4], GO_KEY.replace("c74f20a3", "c74f20a4"), " + +"])
def test_a_damaged_public_key_is_refused(text: str) -> None:
    with pytest.raises(ConfigurationError, match="key"):
        VerifierKey.parse(text)


def test_the_secret_key_survives_its_file_and_never_shows() -> None:
    assert SigningKey.parse(KEY.export()) == KEY
    assert base64.b64encode(KEY.secret).decode() not in repr(KEY)
    with pytest.raises(ConfigurationError):
        SigningKey.parse(KEY.export().removeprefix("PRIVATE+KEY+"))

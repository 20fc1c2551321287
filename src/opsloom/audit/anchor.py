"""Anchors: checkpoints kept where the keeper of the log cannot change them."""

import base64
import os
from contextlib import suppress
from pathlib import Path

from opsloom.audit.checkpoint import Checkpoint
from opsloom.audit.keys import read_public_key
from opsloom.audit.note import NoteError
from opsloom.model.errors import ConfigurationError, OpsloomError
from opsloom.store.port import Reader
from opsloom.store.sqlite import SqliteStore

_SUFFIX = ".checkpoint"
_HASH_CHARS = 16


def anchor(workspace: Path, directory: Path) -> Path:
    """Copy the newest checkpoint of ``workspace`` into ``directory``; the file, which is never overwritten.

    Raises ConfigurationError if there is no checkpoint yet, OpsloomError if the file cannot be written or
    the checkpoint cannot be trusted.
    """
    with SqliteStore.open_read_only(workspace) as store:
        note = store.read_sync(_newest_note)
    try:
        checkpoint = Checkpoint.open(note, read_public_key(workspace))
    except NoteError as problem:
        raise OpsloomError(f"The newest checkpoint cannot be trusted: {problem}.") from None
    digest = base64.b32encode(checkpoint.root).decode().lower()[:_HASH_CHARS]
    path = directory / f"{checkpoint.size:012}-{digest}{_SUFFIX}"
    try:
        directory.mkdir(parents=True, exist_ok=True)
        with suppress(FileExistsError):
            _write_new(path, note)
    except OSError as problem:
        raise OpsloomError(f"The anchor {path} cannot be written: {problem.strerror}.") from problem
    return path


def read_anchors(directory: Path) -> list[str]:
    """The checkpoint notes in ``directory``, the smallest first; raises ConfigurationError if there are none."""
    try:
        notes = [path.read_text() for path in sorted(directory.glob(f"*{_SUFFIX}"))]
    except (OSError, UnicodeDecodeError) as problem:
        raise ConfigurationError(f"The anchors in {directory} cannot be read: {problem}.") from None
    if not notes:
        raise ConfigurationError(f"There are no anchors (*{_SUFFIX}) in {directory}.")
    return notes


def _newest_note(reader: Reader) -> str:
    for (note,) in reader.execute("SELECT note FROM audit_checkpoint ORDER BY size DESC LIMIT 1"):
        return str(note)
    raise ConfigurationError("There is no signed checkpoint in this workspace yet.")


def _write_new(path: Path, text: str) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o444)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())

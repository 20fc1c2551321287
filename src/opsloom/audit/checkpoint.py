"""Checkpoints: signed statements that a log of a given size has a given root (https://c2sp.org/tlog-checkpoint)."""

import base64
import binascii
import re
from dataclasses import dataclass

from opsloom.audit.merkle import HASH_BYTES
from opsloom.audit.note import NoteError, SigningKey, VerifierKey

_SIZE = re.compile(r"0|[1-9][0-9]{0,18}")


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The log ``origin`` has ``size`` records and the Merkle root ``root``."""

    origin: str
    size: int
    root: bytes

    def sign(self, key: SigningKey) -> str:
        return key.sign(f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n")

    @classmethod
    def open(cls, note: str, key: VerifierKey) -> "Checkpoint":
        """Raises NoteError unless ``note`` is a checkpoint of the log ``key.name``, signed by ``key``."""
        lines = key.open(note).split("\n")
        try:
            origin, size, encoded, end = lines
            root = base64.b64decode(encoded, validate=True)
        except (binascii.Error, ValueError):
            raise NoteError("it is not a checkpoint") from None
        if end or not _SIZE.fullmatch(size) or len(root) != HASH_BYTES:
            raise NoteError("it is not a checkpoint")
        if origin != key.name:
            raise NoteError(f"it belongs to the log {origin}, not to {key.name}")
        return cls(origin, int(size), root)

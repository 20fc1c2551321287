"""Signed notes (https://c2sp.org/signed-note) with Ed25519, and the text forms of their keys.

A public key is a "vkey": ``<name>+<key id, 8 hex digits>+<base64 of 0x01 and the 32 bytes of the key>``.
"""

import base64
import binascii
import re
from dataclasses import dataclass
from hashlib import sha256

from opsloom.model.errors import ConfigurationError

_ED25519 = b"\x01"
_KEY_ID_BYTES = 4
_KEY_BYTES = 32
_PRIVATE_PREFIX = "PRIVATE+KEY+"
_NAME = re.compile(r"[^\s+]+")


class NoteError(ValueError):
    """A note is malformed, or no signature of the expected key is on it, or that signature is wrong."""


def _key_id(name: str, public: bytes) -> bytes:
    return sha256(name.encode() + b"\n" + _ED25519 + public).digest()[:_KEY_ID_BYTES]


def _key_text(name: str, key_id: bytes, key: bytes) -> str:
    return f"{name}+{key_id.hex()}+{base64.b64encode(_ED25519 + key).decode()}"


def _parse_key(text: str, what: str) -> tuple[str, bytes, bytes]:
    parts = text.strip().split("+", 2)
    try:
        name, key_id, encoded = parts
        key = base64.b64decode(encoded, validate=True)
        if not _NAME.fullmatch(name) or key[:1] != _ED25519 or len(key) != 1 + _KEY_BYTES:
            raise ValueError
        return name, bytes.fromhex(key_id), key[1:]
    except ValueError:
        raise ConfigurationError(f"This is not {what} of a signed note with Ed25519.") from None


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """The public key under which a log is known; ``name`` is the origin of the log."""

    name: str
    public: bytes

    @classmethod
    def parse(cls, vkey: str) -> "VerifierKey":
        """Raises ConfigurationError for anything but the vkey of an Ed25519 key."""
        name, key_id, public = _parse_key(vkey, "the public key")
        if key_id != _key_id(name, public):
            raise ConfigurationError(f"The public key of {name} does not match its own key id.")
        return cls(name, public)

    def __str__(self) -> str:
        return _key_text(self.name, _key_id(self.name, self.public), self.public)

    def open(self, note: str) -> str:
        """The text of ``note``; raises NoteError unless this key signed it."""
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

        text, signatures = _split_note(note)
        mine = (self.name, _key_id(self.name, self.public))
        for name, signature in signatures:
            if (name, signature[:_KEY_ID_BYTES]) != mine:
                continue
            try:
                key = Ed25519PublicKey.from_public_bytes(self.public)
                key.verify(signature[_KEY_ID_BYTES:], text.encode())
            except InvalidSignature:
                raise NoteError(f"the signature of {self.name} is wrong") from None
            return text
        raise NoteError(f"it is not signed by the expected key of {self.name}")


@dataclass(frozen=True, slots=True, repr=False)
class SigningKey:
    """The secret key of a log; it has no ``repr`` that could be logged."""

    name: str
    secret: bytes

    @classmethod
    def generate(cls, name: str) -> "SigningKey":
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        return cls(name, Ed25519PrivateKey.generate().private_bytes_raw())

    @classmethod
    def parse(cls, text: str) -> "SigningKey":
        """Raises ConfigurationError for anything but what :meth:`export` gave."""
        name, key_id, secret = _parse_key(text.removeprefix(_PRIVATE_PREFIX), "the secret key")
        key = cls(name, secret)
        if not text.startswith(_PRIVATE_PREFIX) or key_id != _key_id(name, key.verifier().public):
            raise ConfigurationError(f"The secret key of {name} is damaged.")
        return key

    def export(self) -> str:
        """The secret as text, for a file that only its owner may read."""
        return _PRIVATE_PREFIX + _key_text(self.name, _key_id(self.name, self.verifier().public), self.secret)

    def verifier(self) -> VerifierKey:
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        key = Ed25519PrivateKey.from_private_bytes(self.secret)
        return VerifierKey(self.name, key.public_key().public_bytes_raw())

    def sign(self, text: str) -> str:
        """The note of ``text``, which ends with a newline."""
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        key = Ed25519PrivateKey.from_private_bytes(self.secret)
        key_id = _key_id(self.name, key.public_key().public_bytes_raw())
        signature = base64.b64encode(key_id + key.sign(text.encode())).decode()
        return f"{text}\n— {self.name} {signature}\n"


def _split_note(note: str) -> tuple[str, list[tuple[str, bytes]]]:
    text, blank, tail = note.rpartition("\n\n")
    if not blank or not tail.endswith("\n") or any(c < " " and c != "\n" for c in note):
        raise NoteError("it is not a signed note")
    return text + "\n", [_parse_signature(line) for line in tail[:-1].split("\n")]


def _parse_signature(line: str) -> tuple[str, bytes]:
    dash, _, rest = line.partition(" ")
    name, _, encoded = rest.partition(" ")
    try:
        signature = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        signature = b""
    # Base64 has spellings that decode alike: only the one that we would write is a signature.
    if dash != "—" or len(signature) <= _KEY_ID_BYTES or base64.b64encode(signature).decode() != encoded:
        raise NoteError("it has a malformed signature line")
    return name, signature

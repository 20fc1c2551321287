"""A person's own signing key, in a file that nobody else may read."""

import os
from dataclasses import dataclass
from pathlib import Path

from opsloom.approval.signing import key_id
from opsloom.audit.note import SigningKey
from opsloom.cli.locate import configuration_folder
from opsloom.model.errors import ConfigurationError


@dataclass(frozen=True, repr=False)
class OwnKey:
    """A key pair of the person at this terminal; ``id`` is how the workspace knows it."""

    id: str
    secret: SigningKey

    def sign(self, text: str) -> str:
        """The signed note of ``text``."""
        return self.secret.sign(text)


def key_folder() -> Path:
    """Where keys are kept: outside of every workspace."""
    return configuration_folder() / "keys"


def make_key(name: str) -> tuple[Path, SigningKey]:
    """A new key pair; the secret half goes into a file for its owner only.

    :raises ConfigurationError: there is one of that name, or the file cannot be written.
    """
    file = key_folder() / f"{name}.key"
    key = SigningKey.generate(name)
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    except FileExistsError:
        raise ConfigurationError(f"there is a key {file} already; give another name") from None
    except OSError as error:
        raise ConfigurationError(f"{file} cannot be written: {error.strerror}") from None
    with os.fdopen(descriptor, "w") as handle:
        handle.write(key.export() + "\n")
    return file, key


def signing_key(name: str | None) -> OwnKey:
    """The key called ``name``, or the only one.

    :raises ConfigurationError: there is none, there are several, or others may read it.
    """
    files = sorted(key_folder().glob("*.key"))
    chosen = [file for file in files if name in (None, file.stem)]
    if len(chosen) != 1:
        known = ", ".join(file.stem for file in files) or "none; make one with 'opsloom keys add NAME'"
        raise ConfigurationError(f"give --key with the name of one of your keys: {known}")
    file = chosen[0]
    if file.stat().st_mode & 0o077:
        raise ConfigurationError(f"others may read {file}: take that right away (chmod 600)")
    secret = SigningKey.parse(file.read_text().strip())
    return OwnKey(key_id(str(secret.verifier())), secret)

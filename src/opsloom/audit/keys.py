"""The key pair of a workspace: ``audit.key`` for its owner's eyes only, ``audit.pub`` for everybody."""

import os
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

from opsloom.audit.note import SigningKey, VerifierKey
from opsloom.model.errors import AuditUnavailableError, ConfigurationError

PRIVATE_NAME = "audit.key"
PUBLIC_NAME = "audit.pub"


def ensure_key(workspace: Path) -> SigningKey:
    """The workspace's signing key; the first process that asks makes it, and with it the log's origin.

    Raises ConfigurationError if the file is damaged, AuditUnavailableError if it cannot be made or read.
    """
    path = workspace / PRIVATE_NAME
    try:
        if not path.exists():
            _publish(path, SigningKey.generate(f"opsloom/{uuid4()}").export() + "\n", mode=0o600)
        key = SigningKey.parse(path.read_text().strip())
        public = workspace / PUBLIC_NAME
        if not public.exists():
            _publish(public, f"{key.verifier()}\n", mode=0o644)
    except OSError as problem:
        raise AuditUnavailableError(f"The key {path} cannot be used: {problem.strerror}.") from problem
    return key


def read_public_key(workspace: Path) -> VerifierKey:
    """Raises ConfigurationError if the workspace has no readable public key."""
    path = workspace / PUBLIC_NAME
    try:
        return VerifierKey.parse(path.read_text())
    except (OSError, UnicodeDecodeError):
        raise ConfigurationError(f"There is no readable public key at {path}.") from None


def _publish(path: Path, text: str, mode: int) -> None:
    """Make ``path`` appear at once and whole, unless another process was first."""
    draft = path.with_name(f".{path.name}.{uuid4()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode)
    try:
        with os.fdopen(descriptor, "w") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            path.hardlink_to(draft)
    finally:
        draft.unlink()
    directory = os.open(path.parent, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)

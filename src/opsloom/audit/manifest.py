"""What stands beside an export: what it should be, and the checkpoint that covers it."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from opsloom.audit.canonical import canonical_json
from opsloom.audit.report import VerifyReport
from opsloom.model.errors import ConfigurationError

_SUFFIX = ".manifest.json"


@dataclass(frozen=True, slots=True)
class Manifest:
    """``format`` names the form of the file, ``origin`` the log, ``sha256`` the digest of the file.

    ``first`` and ``last`` are the ``seq`` of the records, None if there are none; ``checkpoint`` is the newest signed
    note, None if nothing was signed yet. Whoever wrote the file can write this as well: it is the checkpoint, checked
    with a public key from elsewhere, that proves something.
    """

    format: str
    origin: str
    public_key: str
    sha256: str
    records: int
    first: int | None
    last: int | None
    checkpoint: str | None

    def to_text(self) -> str:
        """JSON, as it is written."""
        return canonical_json(asdict(self)) + "\n"

    @classmethod
    def read(cls, export: Path) -> "Manifest | None":
        """The manifest beside ``export``; None if there is none. Raises ConfigurationError if it is damaged."""
        path = manifest_path(export)
        try:
            manifest = cls(**json.loads(path.read_text("utf-8")))
        except FileNotFoundError:
            return None
        except (OSError, ValueError, TypeError):
            raise ConfigurationError(f"{path} is not the manifest of an export.") from None
        texts = (manifest.format, manifest.origin, manifest.public_key, manifest.sha256, manifest.checkpoint or "")
        if not all(isinstance(text, str) for text in texts):
            raise ConfigurationError(f"{path} is not the manifest of an export.")
        return manifest

    def compare(self, report: VerifyReport, sha256: str) -> None:
        """Add to ``report`` where the file that was verified is not the one that is described here."""
        if self.sha256 != sha256:
            report.add("the file does not have the SHA-256 that its manifest names")
        span = (0, report.records - 1) if report.records else (None, None)
        if self.records != report.records or (self.first, self.last) != span:
            said = f"records {self.first} to {self.last}" if self.records else "no records"
            report.add(f"its manifest announces {said}, and {report.records} are there")


def manifest_path(export: Path) -> Path:
    """Where the manifest of ``export`` is."""
    return export.with_name(export.name + _SUFFIX)

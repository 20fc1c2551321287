"""The folder of a recording: plain or gzipped files of fixed names, on disk or inside the package."""

import gzip
import zlib
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from opsloom.model.errors import ConfigurationError
from opsloom.model.limits import RECORDING_FILE_MAX_BYTES
from opsloom_adapters.recording.config import BUILTIN


class MalformedError(Exception):
    """A file is not as the layout says; ``raw`` is the piece that nobody could read."""

    def __init__(self, place: str, why: str, raw: bytes = b"") -> None:
        super().__init__(f"{place}: {why}")
        self.raw = raw


def locate(path: Path | str) -> Traversable:
    """The folder that the setting ``path`` means.

    :raises ConfigurationError: there is no such folder; the text shows the setting as it was written.
    """
    if isinstance(path, Path):
        if not path.is_dir():
            raise ConfigurationError(f"path = {str(path)!r} is no folder")
        return path
    demos = files("opsloom_adapters.recording") / "demo"
    names = sorted(entry.name for entry in demos.iterdir() if entry.is_dir())
    name = path.removeprefix(BUILTIN)
    if name not in names:
        valid = ", ".join(BUILTIN + name for name in names)
        raise ConfigurationError(f"path = {path!r} is no recording of this package; there are: {valid}")
    return demos / name


def read(root: Traversable, name: str) -> bytes | None:
    """The content of ``name`` or ``name.gz``, whichever exists; ``None`` if neither does.

    :raises MalformedError: the file cannot be read, or is over ``limits.RECORDING_FILE_MAX_BYTES`` unpacked.
    """
    for candidate in (name, name + ".gz"):
        try:
            file = root / candidate
            if file.is_file():
                return _unpacked(file)
        except (OSError, EOFError, zlib.error) as error:
            raise MalformedError(candidate, f"cannot be read ({type(error).__name__})") from None
    return None


def _unpacked(file: Traversable) -> bytes:
    with file.open("rb") as stream:
        source = gzip.GzipFile(fileobj=stream) if file.name.endswith(".gz") else stream
        data = source.read(RECORDING_FILE_MAX_BYTES + 1)
    if len(data) > RECORDING_FILE_MAX_BYTES:
        raise MalformedError(file.name, f"is over {RECORDING_FILE_MAX_BYTES // 1024 // 1024} MiB unpacked")
    return data

"""The folder of a recording: plain or gzipped files of fixed names, on disk or inside the package."""

import gzip
import zlib
from importlib.resources import files
from importlib.resources.abc import Traversable
from io import BytesIO
from pathlib import Path

from opsloom.model.errors import ConfigurationError
from opsloom.model.limits import RECORDING_FILE_MAX_BYTES

_BUILTIN = "builtin:"


class MalformedError(Exception):
    """A file is not as the layout says; ``raw`` is the piece that nobody could read."""

    def __init__(self, place: str, why: str, raw: bytes = b"") -> None:
        super().__init__(f"{place}: {why}")
        self.raw = raw


def locate(path: str) -> Traversable:
    """The folder that the setting ``path`` means.

    :raises ConfigurationError: there is no such folder; the text shows the setting as it was written.
    """
    root: Traversable
    if path.startswith(_BUILTIN):
        demos = files("opsloom_adapters.recording") / "demo"
        names = sorted(entry.name for entry in demos.iterdir() if entry.is_dir())
        name = path.removeprefix(_BUILTIN)
        if name not in names:
            valid = ", ".join(_BUILTIN + name for name in names)
            raise ConfigurationError(f"path = {path!r} is no recording of this package; there are: {valid}")
        return demos / name
    root = Path(path).expanduser()
    if not root.is_dir():
        raise ConfigurationError(f"path = {path!r} is no folder")
    return root


def read(root: Traversable, name: str) -> bytes | None:
    """The content of ``name`` or ``name.gz``, whichever exists; ``None`` if neither does.

    :raises MalformedError: the file cannot be read, or is over ``limits.RECORDING_FILE_MAX_BYTES`` unpacked.
    """
    for candidate in (name, name + ".gz"):
        file = root / candidate
        if file.is_file():
            try:
                return _unpacked(file.read_bytes(), candidate)
            except (OSError, EOFError, zlib.error) as error:
                raise MalformedError(candidate, f"cannot be read ({type(error).__name__})") from None
    return None


def _unpacked(data: bytes, name: str) -> bytes:
    if name.endswith(".gz"):
        with gzip.GzipFile(fileobj=BytesIO(data)) as packed:
            data = packed.read(RECORDING_FILE_MAX_BYTES + 1)
    if len(data) > RECORDING_FILE_MAX_BYTES:
        raise MalformedError(name, f"is over {RECORDING_FILE_MAX_BYTES // 1024 // 1024} MiB unpacked")
    return data

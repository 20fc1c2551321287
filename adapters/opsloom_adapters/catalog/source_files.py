"""The files of a catalogue: found by globs, read again when they change."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from opsloom.model.limits import CATALOG_FILE_MAX_BYTES, CATALOG_FILES_MAX
from opsloom_adapters.catalog.yaml_documents import BadYamlError, read_documents


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One file as it was read; ``name`` is relative to the root. ``problem`` says why it has no documents."""

    name: str
    body: bytes = b""
    documents: tuple[Any, ...] = ()
    problem: str = ""


@dataclass(slots=True)
class SourceFolder:
    """Reads the files below ``root`` that match ``globs``; it keeps those whose time and size stay the same."""

    root: Path
    globs: tuple[str, ...]
    _kept: dict[str, tuple[tuple[int, int], SourceFile]] = field(default_factory=dict)

    def read(self) -> tuple[list[SourceFile], bool]:
        """The files by name, and whether these are all: no more than ``limits.CATALOG_FILES_MAX`` are read.

        :raises OSError: the root cannot be listed.
        """
        root = self.root.resolve(strict=True)
        paths = {path for glob in self.globs for path in root.glob(glob) if path.resolve().is_relative_to(root)}
        names = sorted(str(path.relative_to(root)) for path in paths if path.is_file())
        shown = names[:CATALOG_FILES_MAX]
        kept = {name: self._read_if_changed(root / name, name) for name in shown}
        self._kept = kept
        return [file for _, file in kept.values()], len(shown) == len(names)

    def _read_if_changed(self, path: Path, name: str) -> tuple[tuple[int, int], SourceFile]:
        try:
            status = path.stat()
            version = (status.st_mtime_ns, status.st_size)
            kept = self._kept.get(name)
            return kept if kept is not None and kept[0] == version else (version, _read_file(path, name))
        except OSError as error:
            return (0, 0), SourceFile(name, problem=f"it cannot be opened ({error.strerror})")


def _read_file(path: Path, name: str) -> SourceFile:
    with path.open("rb") as stream:
        body = stream.read(CATALOG_FILE_MAX_BYTES + 1)
    if len(body) > CATALOG_FILE_MAX_BYTES:
        return SourceFile(name, body[:CATALOG_FILE_MAX_BYTES], problem="it is over 1 MiB")
    try:
        return SourceFile(name, body, tuple(read_documents(body)))
    except BadYamlError as error:
        place = f" (line {error.line})" if error.line else ""
        return SourceFile(name, body, problem=f"{error.reason}{place}")

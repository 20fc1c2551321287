"""A disk that fails on demand: an SQLite VFS below the writer of a store."""

import itertools
from collections.abc import Iterator
from contextlib import contextmanager

import apsw

_NUMBERS = itertools.count()


class FaultyDisk:
    """Fails writes or syncs from the ``nth`` on (counted from when it is set), until :meth:`heal`."""

    def __init__(self) -> None:
        self.name = f"faulty-{next(_NUMBERS)}"
        self._left: dict[str, int] = {}
        self._vfs = _FaultyVfs(self)

    def fail_writes(self, nth: int = 1) -> None:
        self._left["write"] = nth - 1

    def fail_syncs(self, nth: int = 1) -> None:
        self._left["sync"] = nth - 1

    def heal(self) -> None:
        self._left.clear()

    def is_failing(self, operation: str) -> bool:
        left = self._left.get(operation)
        if left is None:
            return False
        self._left[operation] = max(0, left - 1)
        return left == 0

    def unregister(self) -> None:
        self._vfs.unregister()


class _FaultyVfs(apsw.VFS):
    def __init__(self, disk: FaultyDisk) -> None:
        self._disk = disk
        super().__init__(disk.name, "", maxpathname=0)

    def xOpen(self, name: str | apsw.URIFilename | None, flags: list[int]) -> apsw.VFSFile:  # noqa: N802
        return _FaultyFile(self._disk, name, flags)


class _FaultyFile(apsw.VFSFile):
    def __init__(self, disk: FaultyDisk, name: str | apsw.URIFilename | None, flags: list[int]) -> None:
        self._disk = disk
        super().__init__("", name, flags)

    def xWrite(self, data: bytes, offset: int) -> None:  # noqa: N802
        if self._disk.is_failing("write"):
            raise apsw.FullError("no space left on the test's disk")
        super().xWrite(data, offset)

    def xSync(self, flags: int) -> None:  # noqa: N802
        if self._disk.is_failing("sync"):
            raise apsw.IOError("the test's disk does not sync")
        super().xSync(flags)


@contextmanager
def faulty_disk() -> Iterator[FaultyDisk]:
    """A disk that works until it is told to fail."""
    disk = FaultyDisk()
    try:
        yield disk
    finally:
        disk.unregister()

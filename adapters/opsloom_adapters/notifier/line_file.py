"""A file of JSON lines, shared with other programs: appended to durably, and searched for a key."""

import errno
import fcntl
import os
import stat
from pathlib import Path
from types import TracebackType
from typing import Self

from pydantic import ValidationError

from opsloom.model.errors import ConfigurationError, OpsloomError, PermissionDeniedError, UnavailableError
from opsloom.model.limits import NOTIFIER_FILE_MAX_BYTES
from opsloom_adapters.notifier.wire import NOTIFICATION

# A link could lead to any file that opsloom may write; opening a pipe could wait for ever.
_SAFELY = os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_FOR_ITS_OWNER = 0o600

_WRONG_SETTING = {
    errno.ELOOP: "is a symbolic link, which is not followed",
    errno.EISDIR: "is a folder",
    errno.EINVAL: "is no regular file",
    errno.ENXIO: "is no regular file",
    errno.ENOENT: "is in a folder that does not exist",
    errno.ENOTDIR: "is in what is no folder",
    errno.EFBIG: f"is over {NOTIFIER_FILE_MAX_BYTES // 1024 // 1024} MiB; move it away, a new one will be made",
}
_FORBIDDEN = (errno.EACCES, errno.EPERM, errno.EROFS)


class LineFile:
    """An open file; every method blocks, and raises OSError."""

    def __init__(self, descriptor: int, folder: Path) -> None:
        self._descriptor = descriptor
        self._folder = folder

    @classmethod
    def open_to_append(cls, path: Path) -> Self:
        """Open ``path``, which is made if it is not there yet."""
        return cls._open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT)

    @classmethod
    def open_to_read(cls, path: Path) -> Self:
        return cls._open(path, os.O_RDONLY)

    @classmethod
    def check_writable(cls, path: Path) -> None:
        """Whether :meth:`open_to_append` would work, without making the file."""
        try:
            with cls._open(path, os.O_RDWR | os.O_APPEND):
                return
        except FileNotFoundError:
            path.parent.stat()  # another FileNotFoundError where there is no folder either
            if not os.access(path.parent, os.W_OK | os.X_OK, effective_ids=True):
                raise PermissionError(errno.EACCES, os.strerror(errno.EACCES)) from None

    @classmethod
    def _open(cls, path: Path, flags: int) -> Self:
        file = cls(os.open(path, flags | _SAFELY, _FOR_ITS_OWNER), path.parent)
        if not stat.S_ISREG(os.fstat(file._descriptor).st_mode):
            file.close()
            raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))
        return file

    def close(self) -> None:
        """Close it, and so give up its lock."""
        os.close(self._descriptor)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def lock(self) -> bool:
        """Take the lock of other writers out, if nobody has it; see flock(2)."""
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def line_with(self, dedup_key: str) -> bytes | None:
        """The line of the notification with this key. The texts of others may hold the key as well."""
        if os.fstat(self._descriptor).st_size > NOTIFIER_FILE_MAX_BYTES:
            raise OSError(errno.EFBIG, os.strerror(errno.EFBIG))
        wanted = dedup_key.encode()
        with open(self._descriptor, "rb", closefd=False) as stream:
            stream.seek(0)
            return next((line for line in stream if wanted in line and _key_of(line) == dedup_key), None)

    def append(self, line: bytes) -> None:
        """Write ``line`` behind all others, and wait until the disk has it."""
        size = os.fstat(self._descriptor).st_size
        torn = size > 0 and os.pread(self._descriptor, 1, size - 1) != b"\n"
        rest = b"\n" + line if torn else line  # some writer died in the middle of its line
        while rest:
            rest = rest[os.write(self._descriptor, rest) :]
        os.fsync(self._descriptor)
        if size == 0:  # it may be new, and a crash could lose its name
            _sync_folder(self._folder)


def _sync_folder(folder: Path) -> None:
    try:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except PermissionError:  # a folder to drop files into, which cannot be listed: the kernel syncs it later
        return
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _key_of(line: bytes) -> str | None:
    try:
        return NOTIFICATION.validate_json(line).dedup_key
    except ValidationError:
        return None


def error_of_file(error: OSError, instance: str) -> OpsloomError:
    """What ``error`` means where nothing has been written."""
    if error.errno in _WRONG_SETTING:
        return ConfigurationError(f"instance {instance}: file {_WRONG_SETTING[error.errno]}")
    if error.errno in _FORBIDDEN:
        return PermissionDeniedError(f"opsloom may not read and write the file of {instance}", instance=instance)
    return UnavailableError(f"the file of {instance} cannot be used ({error.strerror})", instance=instance)

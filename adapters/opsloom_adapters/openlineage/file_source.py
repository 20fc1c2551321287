"""Events in a file: read when it has changed, and kept as evidence of the answer."""

import gzip
import os
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import anyio
import anyio.to_thread

from opsloom.adapter_api.adapter import Probe
from opsloom.adapter_api.call import Call
from opsloom.model.errors import ProviderTimeoutError, UnavailableError, UnexpectedAnswerError
from opsloom.model.limits import HTTP_BODY_MAX_BYTES, LINEAGE_FILE_MAX_BYTES
from opsloom.model.window import Window, format_time
from opsloom_adapters.openlineage.json_lines import Line, UnreadableLineError, read_lines
from opsloom_adapters.openlineage.source import Reading, newest_before

_Version = tuple[int, int]


class _BrokenFileError(Exception):
    """The file cannot be unpacked, or is too large."""


@dataclass(frozen=True, slots=True)
class _Content:
    """The lines of the file, oldest event first, as it was at ``version``: its time and its size."""

    version: _Version
    lines: Sequence[Line]


class FileSource:
    """The file of one instance."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._last: _Content | None = None

    async def read(self, call: Call, window: Window) -> Reading:
        """See :class:`~opsloom_adapters.openlineage.source.EventSource`; no more than may become evidence is read."""
        lines = (await self._content(call)).lines
        wanted = [line for line in lines if line.event.time in window]
        shown = _newest_that_fit(wanted)
        self._capture(call, b"\n".join(line.raw for line in shown), window)
        complete = len(shown) == len(wanted)
        return Reading(
            events=[line.event for line in shown],
            window=window if complete else Window(start=shown[0].event.time, end=window.end),
            query=f"events of {self._path.name} from {format_time(window.start)} until {format_time(window.end)}",
            complete=complete,
            newest_before=newest_before([line.event for line in lines], window),
        )

    async def probe(self, call: Call) -> Probe:
        await self._content(call)
        return Probe()

    async def _content(self, call: Call) -> _Content:
        try:
            with anyio.fail_after(call.remaining_seconds()):
                self._last = await anyio.to_thread.run_sync(_load, self._path, self._last, abandon_on_cancel=True)
                return self._last
        except TimeoutError:
            raise ProviderTimeoutError(
                f"the file of {call.instance} could not be read in time", instance=call.instance
            ) from None
        except UnreadableLineError as error:
            self._capture(call, error.raw)
            raise UnexpectedAnswerError(
                f"{self._path.name} of {call.instance} holds what is no event of OpenLineage: {error}",
                instance=call.instance,
            ) from None
        except _BrokenFileError as error:
            raise UnexpectedAnswerError(
                f"{self._path.name} of {call.instance} {error}", instance=call.instance
            ) from None
        except OSError as error:
            raise UnavailableError(
                f"{self._path.name} of {call.instance} cannot be read ({error.strerror})", instance=call.instance
            ) from None

    def _capture(self, call: Call, body: bytes, window: Window | None = None) -> None:
        url = f"file:{self._path.name}"
        call.capture(method="READ", url=url, media_type="application/jsonl", body=body, window=window)


def _newest_that_fit(lines: Sequence[Line]) -> Sequence[Line]:
    """The end of ``lines`` that may become evidence; never nothing of something."""
    room = HTTP_BODY_MAX_BYTES + 1
    for index in range(len(lines) - 1, -1, -1):
        room -= len(lines[index].raw) + 1
        if room < 0:
            return lines[index + 1 :]
    return lines


def _load(path: Path, last: _Content | None) -> _Content:
    """The content now; ``last`` where that is still it.

    :raises OSError: the file cannot be read.
    """
    with path.open("rb") as stream:
        status = os.fstat(stream.fileno())
        version = (status.st_mtime_ns, status.st_size)
        if last is not None and last.version == version:
            return last
        try:
            source = gzip.GzipFile(fileobj=stream) if path.suffix == ".gz" else stream
            body = source.read(LINEAGE_FILE_MAX_BYTES + 1)
        except (gzip.BadGzipFile, EOFError, zlib.error):
            raise _BrokenFileError("cannot be unpacked") from None
    if len(body) > LINEAGE_FILE_MAX_BYTES:
        raise _BrokenFileError(f"is over {LINEAGE_FILE_MAX_BYTES // 1024 // 1024} MiB unpacked; rotate it")
    return _Content(version, sorted(read_lines(body), key=lambda line: line.event.time))

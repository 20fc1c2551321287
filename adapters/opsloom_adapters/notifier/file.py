"""By file: one JSON line for each notification, for whatever forwards or reads them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import anyio
from anyio import to_thread

from opsloom.adapter_api.adapter import Probe
from opsloom.adapter_api.call import Call
from opsloom.model.changes import Observation, Receipt, Sight
from opsloom.model.errors import OutcomeUnknownError, ProviderTimeoutError
from opsloom.model.limits import NOTIFIER_LOCK_POLL_SECONDS
from opsloom_adapters.notifier.line_file import LineFile, error_of_file
from opsloom_adapters.notifier.wire import Notification


@dataclass(frozen=True, slots=True)
class FileRoute:
    """Appends to ``path`` what is not in it yet."""

    path: Path

    @property
    def address(self) -> str:
        return f"file {self.path}"

    @property
    def blind_spot(self) -> str:
        return "Who or what reads the file, and when."

    async def probe(self, call: Call) -> Probe:
        """Whether the file could be appended to; it is not touched.

        :raises ConfigurationError: it is no regular file, or its folder is not there.
        :raises PermissionDeniedError: opsloom may not write there.
        """
        try:
            await to_thread.run_sync(LineFile.check_writable, self.path)
        except OSError as error:
            raise error_of_file(error, call.instance) from None
        return Probe()

    async def deliver(self, notification: Notification, call: Call) -> Receipt:
        """Append the line and wait until the disk has it; a key that is in the file already is left alone.

        :raises ConfigurationError: it is no regular file, is too large, or its folder is not there.
        :raises PermissionDeniedError: opsloom may not write there.
        :raises ProviderTimeoutError: another program keeps the file locked.
        :raises OutcomeUnknownError: writing failed half-way.
        """
        async with self._open_and_locked(call) as file:
            line = await self._line_with(file, notification.dedup_key, call)
            if line is None:
                line = notification.as_json() + b"\n"
                try:
                    await to_thread.run_sync(file.append, line)
                except OSError as error:
                    raise OutcomeUnknownError(
                        f"the file of {call.instance} could not be written to its end ({error.strerror})",
                        instance=call.instance,
                    ) from None
        self._capture(call, "APPEND", line)
        return Receipt(native_id=notification.dedup_key)

    async def look_for(self, dedup_key: str, call: Call) -> Observation:
        """Whether a whole line of the file has this key."""
        try:
            file = await to_thread.run_sync(LineFile.open_to_read, self.path)
        except FileNotFoundError:
            line = None
        except OSError as error:
            raise error_of_file(error, call.instance) from None
        else:
            with file:
                line = await self._line_with(file, dedup_key, call)
        self._capture(call, "READ", line or b"")
        if line is None:
            return Observation(sight=Sight.ABSENT)
        state = (("line", line.decode("utf-8", "replace").strip()),)
        return Observation(sight=Sight.PRESENT, state=state, receipt=Receipt(native_id=dedup_key))

    async def _line_with(self, file: LineFile, dedup_key: str, call: Call) -> bytes | None:
        try:
            return await to_thread.run_sync(file.line_with, dedup_key)
        except OSError as error:
            raise error_of_file(error, call.instance) from None

    @asynccontextmanager
    async def _open_and_locked(self, call: Call) -> AsyncIterator[LineFile]:
        """Another opsloom must not look for the same key before this one has written it."""
        try:
            file = await to_thread.run_sync(LineFile.open_to_append, self.path)
        except OSError as error:
            raise error_of_file(error, call.instance) from None
        with file:
            await _lock(file, call)
            yield file

    def _capture(self, call: Call, method: str, line: bytes) -> None:
        call.capture(method=method, url=self.path.as_uri(), media_type="application/json", body=line)


async def _lock(file: LineFile, call: Call) -> None:
    try:
        with anyio.fail_after(call.remaining_seconds()):
            while not file.lock():  # noqa: ASYNC110 - flock(2) has no event to wait for
                await anyio.sleep(NOTIFIER_LOCK_POLL_SECONDS)
    except TimeoutError:
        raise ProviderTimeoutError(
            f"the file of {call.instance} is locked by another program; nothing was written", instance=call.instance
        ) from None

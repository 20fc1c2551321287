"""By command: a program of the operator's is run for each notification."""

import shlex
import shutil
from dataclasses import dataclass

from opsloom.adapter_api.adapter import Probe
from opsloom.adapter_api.call import Call
from opsloom.model.changes import Observation, Receipt, Sight
from opsloom.model.errors import ConfigurationError, OutcomeUnknownError, UnavailableError
from opsloom_adapters.notifier.mapping import receipt_of
from opsloom_adapters.notifier.program import run_program
from opsloom_adapters.notifier.wire import Notification


@dataclass(frozen=True, slots=True)
class CommandRoute:
    """Runs ``words`` with the notification on stdin; exit status 0 means that it has been sent."""

    words: tuple[str, ...]

    @property
    def address(self) -> str:
        return f"command {shlex.join(self.words)}"

    @property
    def blind_spot(self) -> str:
        return "What the command does with it; whether it arrived cannot be looked up afterwards."

    async def probe(self, call: Call) -> Probe:
        """Whether the program is there; it is not run.

        :raises ConfigurationError: it is not.
        """
        self._executable(call.instance)
        return Probe()

    async def deliver(self, notification: Notification, call: Call) -> Receipt:
        """Run it once, within the deadline of ``call``.

        Every exit status but 0 leaves the outcome open, also 75 (``EX_TEMPFAIL`` of sysexits.h): sendmail and others
        end so when they have queued what they will send later.

        :raises ConfigurationError: the program is not there; nothing was done.
        :raises UnavailableError: it could not be started; nothing was done.
        :raises OutcomeUnknownError: it failed, or was stopped at the deadline.
        """
        argv = (self._executable(call.instance), *self.words[1:])
        said = notification.as_json()
        try:
            ended = await run_program(argv, said, call.remaining_seconds())
        except OSError as error:
            raise UnavailableError(
                f"the command of {call.instance} could not be started ({error.strerror}); nothing was sent",
                instance=call.instance,
            ) from None
        call.capture(
            method="RUN",
            url=f"command:{call.instance}",
            parameters=(("argv", shlex.join(self.words)), ("stdin", said.decode())),
            media_type="text/plain",
            body=ended.stdout,
        )
        if ended.exit_status == 0:
            return receipt_of(ended.stdout)
        how = "did not end in time" if ended.exit_status is None else f"failed (exit status {ended.exit_status})"
        raise OutcomeUnknownError(
            f"the command of {call.instance} {how}; nobody knows whether it has sent the notification",
            instance=call.instance,
            upstream=ended.stderr.decode("utf-8", "replace"),
        )

    async def look_for(self, dedup_key: str, call: Call) -> Observation:
        return Observation(sight=Sight.UNOBSERVABLE)

    def _executable(self, instance: str) -> str:
        found = shutil.which(self.words[0])
        if found is None:
            raise ConfigurationError(f"instance {instance}: command names no program that can be run: {self.words[0]}")
        return found

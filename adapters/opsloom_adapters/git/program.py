"""Runs the real git on one repository: without a shell, deaf to the user's configuration."""

import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from subprocess import DEVNULL, PIPE

import anyio

from opsloom.adapter_api.call import Call
from opsloom.adapter_api.pipes import feed, keep_beginning, read_capped
from opsloom.model.errors import (
    ConfigurationError,
    ProviderTimeoutError,
    UnavailableError,
    UnexpectedAnswerError,
)
from opsloom.model.limits import PROGRAM_OUTPUT_MAX_BYTES

_STDERR_MAX_BYTES = 4_096

# What a repository's own configuration could otherwise make git run, or change in what it prints, sends or notes in
# a reflog. And how long it waits for a lock, and that no ref is on the disk before the objects that it names.
_SETTINGS = (
    f"core.hooksPath={os.devnull}",
    "core.filesRefLockTimeout=1000",
    "core.fsmonitor=false",
    "core.fsync=committed",
    "core.quotePath=false",
    "i18n.logOutputEncoding=UTF-8",
    "log.showSignature=false",
    "log.showRoot=true",
    "push.followTags=false",
    "push.gpgSign=false",
    "push.recurseSubmodules=no",
    "user.email=noreply@opsloom.invalid",
    "user.name=opsloom",
)
_HARDENING = ("--no-pager", *(word for setting in _SETTINGS for word in ("-c", setting)))

# Nothing is inherited: no GIT_DIR, GIT_EXTERNAL_DIFF or GIT_SSH_COMMAND of whoever started opsloom. A partial
# clone cannot fetch what it lacks, because no protocol is allowed.
_ENVIRONMENT = {
    "GIT_ALLOW_PROTOCOL": "",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "LC_ALL": "C",
}
_SSH = {"GIT_SSH_COMMAND": "ssh -o BatchMode=yes", "GIT_SSH_VARIANT": "ssh"}


@dataclass(frozen=True, slots=True)
class Output:
    """What git wrote; ``whole`` is false where it was stopped at the cap."""

    exit_status: int
    stdout: bytes
    stderr: str
    whole: bool


class GitProgram:
    """git, bound to one repository.

    The repository is named by ``--git-dir``. So git does not search parent folders: a folder that is no
    repository never answers from the one around it. And it needs no ``safe.directory`` when somebody else
    owns the folder.
    """

    def __init__(self, executable: str, folder: Path) -> None:
        self._executable = executable
        self._folder = folder
        self._git_dir = folder / ".git" if (folder / ".git").exists() else folder

    @classmethod
    def find(cls, folder: Path, instance: str) -> "GitProgram":
        """Look for git and for the folder.

        :raises ConfigurationError: one of them is not there.
        """
        executable = shutil.which("git")
        if executable is None:
            raise ConfigurationError(f"instance {instance}: the program git is not installed")
        if not folder.is_dir():
            raise ConfigurationError(f"instance {instance}: repository is not a folder: {folder}")
        return cls(executable, folder.resolve())

    @property
    def work_tree(self) -> Path | None:
        """The folder of the files; ``None`` for a bare repository."""
        return None if self._git_dir == self._folder else self._folder

    async def run(
        self,
        call: Call,
        *arguments: str,
        stdin: bytes = b"",
        cap: int = PROGRAM_OUTPUT_MAX_BYTES,
        protocol: str = "",
        stdin_shown: bool = True,
    ) -> Output:
        """Run ``git ARGUMENTS``; at most ``cap`` bytes of its output are read, then it is stopped.

        ``protocol`` is the one way (``file``, ``ssh``) by which this run may reach another repository. The evidence
        shows the arguments without the constant hardening options, and the input unless it is not to be shown.

        :raises ProviderTimeoutError: the call's deadline passed; git has been stopped.
        :raises UnavailableError: git could not be started, such as when the folder has gone.
        """
        try:
            with anyio.fail_after(call.remaining_seconds()):
                output = await self._exchange(arguments, stdin, cap, protocol)
        except TimeoutError:
            raise ProviderTimeoutError(
                f"git did not answer in time for {call.instance}", instance=call.instance
            ) from None
        except OSError as error:
            raise UnavailableError(
                f"git could not be started for {call.instance}: {error.strerror}", instance=call.instance
            ) from None
        asked = [("argv", " ".join(("git", "--git-dir=<repository>", *arguments)))]
        if stdin and stdin_shown:
            asked.append(("stdin", stdin.decode("utf-8", "replace")))
        call.capture(
            method="RUN",
            url=f"git:{call.instance}",
            parameters=tuple(asked),
            media_type="text/plain",
            body=output.stdout,
        )
        return output

    async def read(self, call: Call, *arguments: str, stdin: bytes = b"") -> str:
        """All that ``git ARGUMENTS`` prints.

        :raises UnexpectedAnswerError: git failed, or printed more than ``limits.PROGRAM_OUTPUT_MAX_BYTES``.
        """
        text, whole = await self.read_beginning(call, *arguments, stdin=stdin)
        if not whole:
            cap = PROGRAM_OUTPUT_MAX_BYTES // 1024 // 1024
            raise UnexpectedAnswerError(
                f"git {arguments[0]} printed more than {cap} MiB for {call.instance}; ask for less",
                instance=call.instance,
            )
        return text

    async def read_beginning(
        self, call: Call, *arguments: str, stdin: bytes = b"", cap: int = PROGRAM_OUTPUT_MAX_BYTES
    ) -> tuple[str, bool]:
        """The first ``cap`` bytes of what ``git ARGUMENTS`` prints, and whether that is all.

        :raises UnexpectedAnswerError: git failed.
        """
        output = await self.run(call, *arguments, stdin=stdin, cap=cap)
        if output.whole and output.exit_status != 0:
            raise UnexpectedAnswerError(
                f"git {arguments[0]} failed for {call.instance} (exit status {output.exit_status})",
                instance=call.instance,
                upstream=output.stderr,
            )
        return output.stdout.decode("utf-8", "replace"), output.whole

    async def _exchange(self, arguments: tuple[str, ...], stdin: bytes, cap: int, protocol: str) -> Output:
        argv = [self._executable, f"--git-dir={self._git_dir}", *_HARDENING, *arguments]
        environment = _environment(protocol)
        async with await anyio.open_process(
            argv,
            stdin=PIPE if stdin else DEVNULL,
            stdout=PIPE,
            stderr=PIPE,
            cwd=self._folder,
            env=environment,
        ) as process:
            stderr = bytearray()
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(feed, process, stdin)
                tasks.start_soon(keep_beginning, process.stderr, stderr, _STDERR_MAX_BYTES)
                stdout, whole = await read_capped(process.stdout, cap)
                if not whole:
                    process.kill()
            status = await process.wait()
        return Output(status, stdout, self._without_paths(bytes(stderr)), whole)

    def _without_paths(self, stderr: bytes) -> str:
        text = stderr.decode("utf-8", "replace")
        return text.replace(str(self._git_dir), "<repository>").replace(str(self._folder), "<repository>")


def _environment(protocol: str) -> dict[str, str]:
    environment = {"PATH": os.environ.get("PATH", os.defpath), **_ENVIRONMENT, "GIT_ALLOW_PROTOCOL": protocol}
    if protocol == "ssh":
        environment |= {**_SSH, "SSH_AUTH_SOCK": os.environ.get("SSH_AUTH_SOCK", "")}
    return environment

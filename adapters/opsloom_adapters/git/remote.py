"""The repository that rollbacks are pushed to, where ``remote`` names one."""

from opsloom.adapter_api.call import Call
from opsloom.model.errors import (
    ConfigurationError,
    ConflictError,
    PermissionDeniedError,
    ProviderError,
    ProviderTimeoutError,
    UnavailableError,
)
from opsloom_adapters.git.program import GitProgram, Output
from opsloom_adapters.git.refs import RefMove, move_ref, moved, outcome_unknown, read_refs

# What receive-pack says when another push was faster
_FASTER = ("cannot lock ref", "failed to update ref", "fetch first", "already exists", "incorrect old value")


async def require_fresh_clone(program: GitProgram, remote: str, pattern: str, here: dict[str, str], call: Call) -> None:
    """Nothing is planned on what the remote no longer says: ``here`` are the clone's refs that match ``pattern``.

    :raises ConflictError: the remote's refs are others.
    :raises UnavailableError: the remote does not answer.
    """
    if await _read_refs_there(program, remote, pattern, call) != here:
        raise ConflictError(
            f"the clone of {call.instance} is not where its remote is: fetch it (git fetch --tags --force), "
            "then plan again; nothing was changed",
            instance=call.instance,
        )


async def catch_up(program: GitProgram, remote: str, ref: str, call: Call) -> None:
    """Let the clone's ``ref`` follow the remote to an object that is here: a push of ours whose answer was lost."""
    here = (await read_refs(program, call, ref)).get(ref, "")
    there = (await _read_refs_there(program, remote, ref, call)).get(ref, "")
    if there and there != here and (await program.run(call, "cat-file", "-e", there)).exit_status == 0:
        await move_ref(program, RefMove(ref, here), there, "opsloom: the remote is there", call)


async def push_ref(program: GitProgram, remote: str, move: RefMove, new: str, call: Call) -> None:
    """Move the remote's ref to ``new``, if it still is where it was.

    :raises ConflictError: it has moved; nothing was changed.
    :raises PermissionDeniedError: the remote refused, such as by a hook or a protected branch.
    :raises OutcomeUnknownError: the remote did not say what it did.
    """
    try:
        output = await program.run(
            call,
            "push",
            "--porcelain",
            "--no-verify",
            "--receive-pack=git-receive-pack",
            f"--force-with-lease={move.ref}:{move.old}",
            remote,
            f"{new}:{move.ref}",
            protocol=_protocol(remote),
        )
    except ProviderTimeoutError as error:
        raise outcome_unknown(call, str(error)) from error
    if output.exit_status != 0:
        raise _refusal(output, call)


def _refusal(output: Output, call: Call) -> ProviderError:
    """By the status line of ``git push --porcelain``: ``!``, from:to, summary, reason."""
    said = next((line for line in output.stdout.decode("utf-8", "replace").splitlines() if line.startswith("!\t")), "")
    if "[rejected]" in said or ("[remote rejected]" in said and any(word in said for word in _FASTER)):
        return moved(call, said)
    if "[remote rejected]" in said:
        return PermissionDeniedError(
            f"the remote of {call.instance} refused the push; nothing was changed",
            instance=call.instance,
            upstream=said.rpartition("\t")[2],
        )
    return outcome_unknown(call, "the push was not answered", output.stderr)


async def _read_refs_there(program: GitProgram, remote: str, pattern: str, call: Call) -> dict[str, str]:
    await _require_plain_address(program, remote, call)
    output = await program.run(
        call, "ls-remote", "--refs", "--upload-pack=git-upload-pack", remote, pattern, protocol=_protocol(remote)
    )
    if output.exit_status != 0:
        raise UnavailableError(
            f"the remote of {call.instance} does not answer", instance=call.instance, upstream=output.stderr
        )
    lines = (line.split("\t", 1) for line in output.stdout.decode("utf-8", "replace").splitlines())
    return {ref: object_id for object_id, ref in lines if _matches(ref, pattern)}


async def _require_plain_address(program: GitProgram, remote: str, call: Call) -> None:
    """The clone's own configuration must not lead a push elsewhere."""
    output = await program.run(call, "config", "--includes", "--name-only", "--get-regexp", r"^(url|remote)\.")
    names = output.stdout.decode("utf-8", "replace").splitlines()
    if any(name.startswith(("url.", f"remote.{remote}.")) for name in names):
        raise ConfigurationError(
            f"instance {call.instance}: remote cannot be used while the repository's configuration rewrites addresses "
            "(url.*.insteadOf, url.*.pushInsteadOf, or a remote of that very name)"
        )


def _matches(ref: str, pattern: str) -> bool:
    """As ``git for-each-ref`` matches; ``ls-remote`` also matches ends of names, and slashes by a star."""
    return ref.startswith(pattern.partition("*")[0]) and ref.count("/") == pattern.count("/")


def _protocol(remote: str) -> str:
    return "ssh" if remote.startswith("ssh://") else "file"

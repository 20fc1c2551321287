"""Refs: where they stand, and moving one of them in a single step."""

from dataclasses import dataclass

from opsloom.adapter_api.call import Call
from opsloom.model.errors import (
    ConflictError,
    OutcomeUnknownError,
    PermissionDeniedError,
    ProviderError,
    ProviderTimeoutError,
    UnavailableError,
)
from opsloom_adapters.git.program import GitProgram


@dataclass(frozen=True, slots=True)
class RefMove:
    """``ref`` is to leave ``old`` (empty: it does not exist), as long as each ref of ``held`` is where it was."""

    ref: str
    old: str
    held: tuple[tuple[str, str], ...] = ()


async def read_refs(program: GitProgram, call: Call, *patterns: str) -> dict[str, str]:
    """The object ids of the refs that match, by their full names."""
    text = await program.read(call, "for-each-ref", "--format=%(refname) %(objectname)", *patterns)
    return {ref: object_id for ref, _, object_id in (line.partition(" ") for line in text.splitlines())}


async def move_ref(program: GitProgram, move: RefMove, new: str, reason: str, call: Call) -> None:
    """Move it to the object ``new``: one compare-and-swap, by ``git update-ref``.

    :raises ConflictError: one of the refs has moved; nothing was changed.
    :raises OutcomeUnknownError: git did not end by itself.
    :raises PermissionDeniedError: the folder cannot be written.
    """
    wanted = f"update {move.ref} {new} {move.old}" if move.old else f"create {move.ref} {new}"
    lines = [f"verify {ref} {held}" for ref, held in move.held] + [wanted]
    try:
        output = await program.run(
            call, "update-ref", "-m", reason, "--stdin", stdin="".join(f"{line}\n" for line in lines).encode()
        )
    except ProviderTimeoutError as error:
        raise outcome_unknown(call, str(error)) from error
    if output.exit_status < 0:
        raise outcome_unknown(call, "git was killed")
    if output.exit_status != 0:
        raise await _refusal(program, move, output.stderr, call)


def outcome_unknown(call: Call, why: str, upstream: str = "") -> OutcomeUnknownError:
    """Git was told to move a ref, and ``why`` nobody knows whether it did."""
    return OutcomeUnknownError(
        f"{call.instance} was told to move a ref, and nobody knows whether it did: {why}",
        instance=call.instance,
        upstream=upstream,
    )


async def _refusal(program: GitProgram, move: RefMove, stderr: str, call: Call) -> ProviderError:
    """Git moved nothing; why."""
    before = {move.ref: move.old, **dict(move.held)}
    now = await read_refs(program, call, *before)
    if any(now.get(ref, "") != old for ref, old in before.items()) or "File exists" in stderr:
        return moved(call, stderr)
    if "Permission denied" in stderr or "Read-only file system" in stderr:
        return PermissionDeniedError(
            f"{call.instance}: the folder of the repository cannot be written; nothing was changed",
            instance=call.instance,
            upstream=stderr,
        )
    return UnavailableError(
        f"{call.instance}: git refused to move {move.ref}; nothing was changed", instance=call.instance, upstream=stderr
    )


def moved(call: Call, upstream: str = "") -> ConflictError:
    """Somebody else moved a ref, or is about to."""
    return ConflictError(
        f"the refs of {call.instance} have moved, or are being moved, by somebody else; nothing was changed",
        instance=call.instance,
        upstream=upstream,
    )

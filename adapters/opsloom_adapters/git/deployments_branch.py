"""Rollbacks by commit: a line more in the deployments file at its branch."""

import json
from pathlib import PurePosixPath

from opsloom.adapter_api.call import Call
from opsloom.model.changes import ChangeRevision, Effect
from opsloom.model.errors import UnexpectedAnswerError, UnsupportedError
from opsloom_adapters.git.deployments_file import native_id_of
from opsloom_adapters.git.objects import replace_file, signature, write_blob, write_commit
from opsloom_adapters.git.refs import RefMove, read_refs
from opsloom_adapters.git.remote import require_fresh_clone
from opsloom_adapters.git.repository import Repository
from opsloom_adapters.git.rollback_choice import Choice
from opsloom_adapters.git.rollback_record import ACTION_TRAILER, Entry, Place, Written

_BRANCHES = "refs/heads/"
# Not the path: evidence shows no folders of this machine.
_CHECKED_OUT = "--format=%(if)%(worktreepath)%(then)checked out%(end)"


class DeploymentsBranch:
    """Commits to the branch ``name``, which holds the deployments file at ``path``."""

    def __init__(self, repository: Repository, name: str, path: str) -> None:
        self._repository = repository
        self._name = name
        self._path = path

    async def inspect(self, choice: Choice, call: Call) -> Place:
        ref = await self._ref(call)
        await self._require_not_checked_out(ref, call)
        head = await self._head(ref, call)
        blob = await self._repository.program.read(call, "rev-parse", "--verify", f"{head}:{self._path}")
        return Place(
            move=RefMove(ref, head),
            targets=(ref, self._path),
            observed=((ref, head), (self._path, blob.strip()), ("deployed", choice.present.native_id)),
            effect=Effect(what="branch", before=head, after=f"one commit more: a line in {self._path}"),
        )

    async def write(self, place: Place, entry: Entry, call: Call) -> Written:
        program = self._repository.program
        head = place.move.old
        output = await program.run(call, "cat-file", "blob", f"{head}:{self._path}")
        if output.exit_status != 0 or not output.whole:
            raise UnexpectedAnswerError(
                f"{call.instance}: {self._path} cannot be read; nothing was changed", instance=call.instance
            )
        line = _line(entry)
        body = output.stdout + (b"" if output.stdout.endswith(b"\n") or not output.stdout else b"\n") + line + b"\n"
        blob = await write_blob(program, body, call)
        tree = await replace_file(program, f"{head}^{{tree}}", PurePosixPath(self._path).parts, blob, call)
        by = signature(self._repository.config.committer_email, entry.at)
        return Written(await write_commit(program, tree, head, by, entry.message, call), native_id_of(line))

    async def find(self, change: ChangeRevision, marker: str, call: Call) -> str:
        head = await self._head(await self._ref(call), call)
        text = await self._repository.program.read(
            call,
            "log",
            "--basic-regexp",
            f"--grep=^{ACTION_TRAILER}: {marker}$",
            "--format=%H",
            "--max-count=1",
            head,
            "--",
        )
        return text.strip()

    async def _ref(self, call: Call) -> str:
        program = self._repository.program
        name = (await program.read(call, "rev-parse", "--symbolic-full-name", self._name)).strip()
        if not name.startswith(_BRANCHES):
            raise UnsupportedError(
                f'{call.instance}: rollback = "revert" needs a local branch as deployments_ref; {self._name} is none'
            )
        return name

    async def _head(self, ref: str, call: Call) -> str:
        program, remote = self._repository.program, self._repository.config.remote
        refs = await read_refs(program, call, ref)
        if remote is not None:
            await require_fresh_clone(program, remote, ref, refs, call)
        return refs[ref]

    async def _require_not_checked_out(self, ref: str, call: Call) -> None:
        """A work tree whose branch moved under it would show the rollback undone, ready to be committed."""
        program = self._repository.program
        bare, head = (
            await program.read(call, "rev-parse", "--is-bare-repository", "--symbolic-full-name", "HEAD")
        ).split()
        if bare == "true" and head == ref:
            return  # HEAD of a bare repository counts as checked out for git
        if (await program.read(call, "for-each-ref", _CHECKED_OUT, ref)).strip():
            raise UnsupportedError(
                f"{call.instance}: {ref} is checked out in a work tree; use a bare repository, or another branch as "
                "deployments_ref"
            )


def _line(entry: Entry) -> bytes:
    target = entry.choice.target
    said = {
        "at": entry.at.isoformat(),
        "service": target.service,
        "environment": target.environment,
        "version": target.version,
        "commit": target.commit,
        "author": entry.author,
        "title": entry.title,
        "kind": entry.kind.value,
    }
    return json.dumps({key: value for key, value in said.items() if value}).encode()

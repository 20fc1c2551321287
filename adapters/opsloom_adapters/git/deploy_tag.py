"""Rollbacks by tag: the tag of a version is made anew, at the present, on the commit that it was on."""

from opsloom.adapter_api.call import Call
from opsloom.model.changes import ChangeRevision, Effect
from opsloom.model.errors import InvalidRequestError, UnsupportedError
from opsloom_adapters.git.deployment import Deployment
from opsloom_adapters.git.objects import signature, write_tag
from opsloom_adapters.git.refs import RefMove, read_refs
from opsloom_adapters.git.remote import require_fresh_clone
from opsloom_adapters.git.repository import Repository
from opsloom_adapters.git.rollback_choice import Choice
from opsloom_adapters.git.rollback_record import Entry, Place, Written, carries
from opsloom_adapters.git.tag_pattern import TagPattern

_TAGS = "refs/tags/"


class DeployTag:
    """Moves, or makes, the tag that ``tag_pattern`` has for the version."""

    def __init__(self, repository: Repository, pattern: str) -> None:
        self._repository = repository
        self._pattern = TagPattern.parse(pattern)

    async def inspect(self, choice: Choice, call: Call) -> Place:
        target = choice.target
        ref = await self._ref_of(target.environment, target.service, target.version, call)
        if target.committed_at is None:
            raise InvalidRequestError(f"revision: the commit of {target.version} is not in the repository: fetch it")
        refs = await self._refs(call)
        present = _ref_of_tag(choice.present)
        held = ((present, refs.get(present, "")),) if present in refs else ()
        old = refs.get(ref, "")
        return Place(
            move=RefMove(ref, old, held),
            targets=(ref,),
            observed=((ref, old), ("commit", target.commit), ("deployed", choice.present.native_id), *held),
            effect=Effect(what="deploy tag", before=old or "does not exist", after=f"a new tag of {target.commit}"),
            irreversible="" if self._can_tell(choice.present) else "no tag could tell the present version again",
        )

    async def write(self, place: Place, entry: Entry, call: Call) -> Written:
        tag = place.move.ref.removeprefix(_TAGS)
        by = signature(self._repository.config.committer_email, entry.at)
        written = await write_tag(self._repository.program, entry.choice.target.commit, tag, by, entry.message, call)
        return Written(written, f"tag:{tag}")

    async def find(self, change: ChangeRevision, marker: str, call: Call) -> str:
        ref = await self._ref_of(change.environment, change.service, change.revision or "", call)
        tag = (await self._refs(call)).get(ref, "")
        if not tag:
            return ""
        output = await self._repository.program.run(call, "cat-file", "tag", tag)
        found = output.exit_status == 0 and carries(output.stdout.decode("utf-8", "replace"), marker)
        return tag if found else ""

    def _can_tell(self, deployment: Deployment) -> bool:
        tag = self._pattern.tag_of(deployment.environment, deployment.service, deployment.version)
        return tag is not None and deployment.committed_at is not None

    async def _refs(self, call: Call) -> dict[str, str]:
        """All deploy tags: one that the remote has and the clone lacks may be the present deploy."""
        program, remote = self._repository.program, self._repository.config.remote
        refs = await read_refs(program, call, self._pattern.glob)
        if remote is not None:
            await require_fresh_clone(program, remote, self._pattern.glob, refs, call)
        return refs

    async def _ref_of(self, environment: str | None, service: str | None, version: str, call: Call) -> str:
        tag = self._pattern.tag_of(environment, service, version)
        ref = f"{_TAGS}{tag}"
        if tag is None or (await self._repository.program.run(call, "check-ref-format", ref)).exit_status != 0:
            raise UnsupportedError(
                f'{call.instance}: no tag of tag_pattern can tell this version; rollback = "revert" could write it down'
            )
        return ref


def _ref_of_tag(deployment: Deployment) -> str:
    """The ref of a deploy that a tag tells; of one that a line tells, the empty text."""
    kind, _, name = deployment.native_id.partition(":")
    return f"{_TAGS}{name}" if kind == "tag" else ""

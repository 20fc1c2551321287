"""The DeployRoller: a service goes back to a version, or forward again, by a deploy written into the repository.

What writes it down is a :class:`~opsloom_adapters.git.rollback_record.RollbackRecord`; the deploy system that follows
the repository does the rest.
"""

from contextlib import suppress
from dataclasses import dataclass

from opsloom.adapter_api.call import Call
from opsloom.adapter_api.orders import change_of
from opsloom.model.changes import ChangePlan, ChangeRevision, Effect, Observation, Order, Receipt, Sight
from opsloom.model.deploys import ChangeKind
from opsloom.model.errors import ConflictError, InvalidRequestError, ProviderError, UnsupportedError
from opsloom_adapters.git.config import RollbackStyle
from opsloom_adapters.git.deploy_tag import DeployTag
from opsloom_adapters.git.deployments_branch import DeploymentsBranch
from opsloom_adapters.git.leaving import Leaving, read_leaving
from opsloom_adapters.git.refs import move_ref
from opsloom_adapters.git.remote import catch_up, push_ref
from opsloom_adapters.git.repository import Repository
from opsloom_adapters.git.rollback_choice import Choice, choose, deploys_of
from opsloom_adapters.git.rollback_record import Place, RollbackRecord, Written, entry_of
from opsloom_adapters.git.story import read_story
from opsloom_adapters.git.web import commit_url

_NOT_INSPECTED = (
    "database migrations and data written since are not inspected",
    "whether a deploy system follows the repository is not inspected",
)


@dataclass(frozen=True, slots=True)
class _Survey:
    """What is there now, and what ``change``, with nothing left open, would do to it."""

    change: ChangeRevision
    choice: Choice
    place: Place
    leaving: Leaving
    gaps: tuple[str, ...]

    @property
    def kind(self) -> ChangeKind:
        return ChangeKind.DEPLOY if self.leaving.forward else ChangeKind.ROLLBACK

    @property
    def title(self) -> str:
        change, versions = self.change, f"from {self.choice.present.version} to {self.choice.target.version}"
        place = f"{change.service} in {change.environment}" if change.environment else change.service
        return f"Move {place} forward {versions}" if self.leaving.forward else f"Roll {place} back {versions}"


async def plan_rollback(repository: Repository, change: ChangeRevision, call: Call) -> ChangePlan:
    """What a rollback would do.

    :raises UnsupportedError: the setting ``rollback`` is absent, or cannot tell this version.
    :raises InvalidRequestError: no such service, environment or revision was deployed, or it runs already.
    :raises ConflictError: the clone is not where its remote is.
    """
    survey = await _look(repository, change, call)
    present, target = survey.choice.present, survey.choice.target
    commits = Effect(what="commit", before=present.commit or "not known", after=target.commit or "not known")
    return ChangePlan(
        change=survey.change,
        summary=f"{survey.title} ({survey.place.targets[0]})",
        targets=survey.place.targets,
        services=(change.service,),
        observed=survey.place.observed,
        conditional=True,
        effects=(
            Effect(what="deployed version", before=present.version, after=target.version),
            commits,
            survey.place.effect,
        ),
        affects=survey.leaving.shown,
        affected_count=survey.leaving.count,
        inverse=None
        if survey.place.irreversible
        else survey.change.model_copy(update={"revision": present.version, "comment": ""}),
        irreversible=survey.place.irreversible,
        not_inspected=(
            *_NOT_INSPECTED,
            *survey.gaps,
            *((survey.leaving.unknown,) if survey.leaving.unknown else ()),
        ),
        link=commit_url(repository.config, target.commit),
    )


async def apply_rollback(repository: Repository, order: Order, call: Call) -> Receipt:
    """Write the deploy down, by one compare-and-swap of one ref.

    :raises ConflictError: something that the plan stands on has moved; nothing was changed.
    :raises OutcomeUnknownError: git was stopped, or the remote did not answer.
    """
    record, change = _record_of(repository, call), change_of(order, ChangeRevision)
    try:
        survey = await _look(repository, change, call)
    except InvalidRequestError as error:
        raise _stale(call) from error
    if survey.place.observed != order.plan.observed:
        raise _stale(call)
    entry = entry_of(survey.choice, survey.kind, survey.title, order, call.now)
    written = await record.write(survey.place, entry, call)
    await _publish(repository, survey.place, written, order.marker, call)
    return Receipt(native_id=written.native_id, link=commit_url(repository.config, survey.choice.target.commit))


async def observe_rollback(repository: Repository, order: Order, call: Call) -> Observation:
    """Whether the newest deploy is of the ordered revision now; ``state`` names the object with the marker.

    A marker that is there while another version runs tells that the rollback was done and has been overtaken.
    """
    record, change = _record_of(repository, call), change_of(order, ChangeRevision)
    if repository.config.remote is not None:
        await catch_up(repository.program, repository.config.remote, order.plan.targets[0], call)
    story = await read_story(repository, await repository.head(call), call)
    present = (await deploys_of(repository.program, story, change, call))[-1].deployment
    marked = await record.find(change, order.marker, call)
    state = (("deployed version", present.version), ("deploy", present.native_id), ("marked object", marked))
    if present.version != change.revision:
        return Observation(sight=Sight.ABSENT, state=state)
    receipt = Receipt(native_id=present.native_id, link=commit_url(repository.config, present.commit))
    return Observation(sight=Sight.PRESENT, state=state, receipt=receipt)


async def _look(repository: Repository, change: ChangeRevision, call: Call) -> _Survey:
    record = _record_of(repository, call)
    story = await read_story(repository, await repository.head(call), call)
    choice = choose(await deploys_of(repository.program, story, change, call), change, call)
    resolved = change.model_copy(update={"environment": choice.target.environment, "revision": choice.target.version})
    place = await record.inspect(choice, call)
    leaving = await read_leaving(repository.program, choice, story.paths, call)
    return _Survey(resolved, choice, place, leaving, story.gaps)


async def _publish(repository: Repository, place: Place, written: Written, marker: str, call: Call) -> None:
    program, remote = repository.program, repository.config.remote
    reason = f"opsloom: {marker}"
    if remote is None:
        await move_ref(program, place.move, written.object_id, reason, call)
        return
    await push_ref(program, remote, place.move, written.object_id, call)
    with suppress(ProviderError):  # the remote has it, and that counts: the next fetch brings it to the clone
        await move_ref(program, place.move, written.object_id, reason, call)


def _record_of(repository: Repository, call: Call) -> RollbackRecord:
    config = repository.config
    if config.rollback is RollbackStyle.TAG and config.tag_pattern is not None:
        return DeployTag(repository, config.tag_pattern)
    if config.deployments_ref is None or config.deployments_file is None or config.rollback is None:
        raise UnsupportedError(
            f'{call.instance} may not roll back: set rollback = "tag" (moves deploy tags) or "revert" (commits to '
            f"deployments_file at deployments_ref) in [instances.{call.instance}]"
        )
    return DeploymentsBranch(repository, config.deployments_ref, config.deployments_file)


def _stale(call: Call) -> ConflictError:
    return ConflictError(
        f"the deploys of {call.instance} are not those that this was planned on; plan again; nothing was changed",
        instance=call.instance,
    )

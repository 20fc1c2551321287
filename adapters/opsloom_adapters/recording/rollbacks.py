"""Makes a service of the world run another version."""

from collections.abc import Sequence
from functools import partial

from opsloom.adapter_api.call import Call
from opsloom.adapter_api.orders import change_of
from opsloom.model.changes import ChangePlan, ChangeRevision, Effect, Observation, Order, Receipt
from opsloom.model.deploys import ChangeKind
from opsloom.model.errors import InvalidRequestError
from opsloom.model.limits import FILES_PER_CHANGE_MAX
from opsloom.model.refs import Ref, RefKind
from opsloom_adapters.recording.deploys import change_title, changes_until_now, revisions_of
from opsloom_adapters.recording.orders import apply_order, seen
from opsloom_adapters.recording.parse import Line
from opsloom_adapters.recording.question import ask
from opsloom_adapters.recording.recording import Recording
from opsloom_adapters.recording.turns import known_rollbacks
from opsloom_adapters.recording.wire import ChangeLine


async def plan_rollback(recording: Recording, change: ChangeRevision, call: Call) -> ChangePlan:
    """From the version that runs to the wanted one, or to the last good one before it.

    :raises UnsupportedError: the recording does not say what a rollback would do.
    :raises InvalidRequestError: the service or the version is not known, or runs already.
    """
    await known_rollbacks(recording, call)
    question = await ask(recording, call, (("service", change.service),))
    lines = await changes_until_now(recording, question)
    runs = revisions_of(lines, change.service, change.environment)
    if not runs:
        raise InvalidRequestError(_no_such_service(lines))
    question.capture_lines(recording.changes, runs, kind="deploys")
    current = runs[-1].record
    runs = revisions_of(lines, change.service, current.environment)
    revision = _revision(change, [line.record for line in runs])
    return ChangePlan(
        change=change.model_copy(update={"revision": revision, "environment": current.environment}),
        summary=change_title(current, revision),
        targets=(str(Ref(RefKind.DEPLOY, call.instance, current.id)),),
        services=(change.service,),
        observed=(("change", current.id), ("version", current.version)),
        conditional=True,
        effects=(
            Effect(what=f"version of {change.service}", before=current.version, after=revision),
            *_leaving(current),
        ),
        inverse=ChangeRevision(service=change.service, environment=current.environment, revision=current.version),
        not_inspected=_not_inspected(current, revision),
        link=question.links.to_record(current.kind, current.id),
    )


async def apply_rollback(recording: Recording, order: Order, call: Call) -> Receipt:
    change = change_of(order, ChangeRevision)
    return await apply_order(recording, order, call, partial(plan_rollback, recording, change, call))


async def observe_rollback(recording: Recording, order: Order, call: Call) -> Observation:
    """Present while the service runs the wanted version."""
    change = change_of(order, ChangeRevision)
    question = await ask(recording, call, (("service", change.service),))
    runs = revisions_of(await changes_until_now(recording, question), change.service, change.environment)
    question.capture_lines(recording.changes, runs[-1:], kind="deploys")
    version = runs[-1].record.version if runs else ""
    return seen(recording, order, call, holds=version == change.revision, state=(("version", version),))


def _revision(change: ChangeRevision, runs: Sequence[ChangeLine]) -> str:
    current = runs[-1].version
    wanted = change.revision if change.revision is not None else _last_good(runs)
    known = dict.fromkeys(version for run in reversed(runs) for version in (run.version, run.previous_version))
    valid = ", ".join(version for version in known if version not in ("", current)) or "none"
    if not wanted:
        raise InvalidRequestError(f"no version before the present one is recorded; revision may be: {valid}")
    if wanted == current or wanted not in known:
        told = "runs already" if wanted == current else "is not recorded"
        raise InvalidRequestError(f"revision names a version that {told}; it may be: {valid}")
    return wanted


def _last_good(runs: Sequence[ChangeLine]) -> str:
    """What ran before the version that runs was first deployed; a rollback does not count as new."""
    current = runs[-1].version
    deployed = next((n for n, run in enumerate(runs) if run.kind is ChangeKind.DEPLOY and run.version == current), None)
    if deployed is None:
        return ""
    before = [run.version for run in runs[:deployed] if run.version != current]
    return runs[deployed].previous_version or (before[-1] if before else "")


def _leaving(current: ChangeLine) -> list[Effect]:
    """What came with the deploy that is taken back."""
    if current.kind is not ChangeKind.DEPLOY:
        return []
    came = (("commit", current.commit), *(("file", file) for file in current.files[:FILES_PER_CHANGE_MAX]))
    return [
        Effect(what=f"{what} {name}", before=f"as of {current.version}", after="as before it")
        for what, name in came
        if name
    ]


def _not_inspected(current: ChangeLine, revision: str) -> tuple[str, ...]:
    unknown = ["What relies on the present version, such as data that it migrated."]
    if current.previous_version != revision:
        unknown.append("What came with the versions between the present one and the wanted one.")
    return tuple(unknown)


def _no_such_service(lines: Sequence[Line[ChangeLine]]) -> str:
    services = sorted({line.record.service for line in lines if line.record.service})
    deployed = [service for service in services if revisions_of(lines, service, None)]
    return f"no deploy of that service and environment is recorded; service may be: {', '.join(deployed) or 'none'}"

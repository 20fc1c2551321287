"""Reads ``changes.jsonl``, and what was rolled back since."""

from collections.abc import Iterator, Sequence

from opsloom.adapter_api.call import Call
from opsloom.model.changes import ChangeRevision
from opsloom.model.deploys import ChangeKind, Deploy, DeployQuery, DeployStatus
from opsloom.model.page import Page
from opsloom_adapters.recording.mapping import deploy_of, deploy_status_of
from opsloom_adapters.recording.parse import Line, compact
from opsloom_adapters.recording.question import Question, ask, filters_of, newest_first
from opsloom_adapters.recording.recording import Recording
from opsloom_adapters.recording.wire import ChangeLine
from opsloom_adapters.recording.world import Deed

_RUNS = frozenset({ChangeKind.DEPLOY, ChangeKind.ROLLBACK})


async def search_deploys(recording: Recording, query: DeployQuery, call: Call) -> Page[Deploy]:
    """Changes in the window, newest first."""
    question = await ask(recording, call, filters_of(query), query.window)
    deploys = _deploys(await changes_until_now(recording, question), question)
    found = newest_first((line for line in deploys if query.matches(line.record)), lambda deploy: deploy.at)
    return question.page_of(found, recording.changes, kind="deploys", limit=query.limit)


async def get_deploy(recording: Recording, native_id: str, call: Call) -> Deploy:
    """The change with this id."""
    question = await ask(recording, call, (("id", native_id),))
    deploys = _deploys(await changes_until_now(recording, question), question)
    return question.record_of(deploys, recording.changes, native_id)


async def changes_until_now(recording: Recording, question: Question) -> list[Line[ChangeLine]]:
    """The recorded changes and those of the world, as they follow one another."""
    recorded = await recording.changes.read(question.call)
    lines = [line for line in recorded if line.record.at <= question.recorded_until]
    for deed in question.deeds:
        if isinstance(deed.change, ChangeRevision):
            lines.append(_line_of(deed, deed.change, [line for line in lines if line.record.at <= deed.at]))
    return lines


def revisions_of(lines: Sequence[Line[ChangeLine]], service: str, environment: str | None) -> list[Line[ChangeLine]]:
    """What made ``service`` run a version, the newest last; no environment means any."""
    runs = [
        line
        for line in lines
        if line.record.service == service
        and line.record.kind in _RUNS
        and line.record.version
        and deploy_status_of(line.record.status or DeployStatus.SUCCEEDED) is DeployStatus.SUCCEEDED
        and (environment is None or line.record.environment in (None, environment))
    ]
    return sorted(runs, key=lambda line: line.record.at)


def goes_forward(current: ChangeLine, revision: str) -> bool:
    """Whether ``revision`` is what ``current`` rolled back."""
    return current.kind is ChangeKind.ROLLBACK and current.previous_version == revision


def change_title(current: ChangeLine, revision: str) -> str:
    """What it is to run ``revision`` where ``current`` is what runs."""
    where = f"{current.service} in {current.environment}" if current.environment else current.service
    way = "Roll forward" if goes_forward(current, revision) else "Roll back"
    return f"{way} {where} from {current.version} to {revision}"


def _line_of(deed: Deed, change: ChangeRevision, before: Sequence[Line[ChangeLine]]) -> Line[ChangeLine]:
    current = revisions_of(before, change.service, change.environment)[-1].record
    revision = change.revision or ""
    line = ChangeLine(
        id=deed.native_id,
        kind=ChangeKind.DEPLOY if goes_forward(current, revision) else ChangeKind.ROLLBACK,
        at=deed.at,
        service=change.service,
        environment=change.environment,
        status=DeployStatus.SUCCEEDED,
        version=revision,
        previous_version=current.version,
        actor="opsloom",
        title=change_title(current, revision),
    )
    return Line(b"", line, compact(line.model_dump(mode="json", exclude_defaults=True) | {"marker": deed.order.marker}))


def _deploys(lines: Sequence[Line[ChangeLine]], question: Question) -> Iterator[Line[Deploy]]:
    for line in lines:
        yield Line(line.raw, deploy_of(line.record, question.call.instance, question.links), line.made)

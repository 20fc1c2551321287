"""Reads ``changes.jsonl``."""

from collections.abc import Iterator, Sequence

from opsloom.adapter_api.call import Call
from opsloom.model.deploys import Deploy, DeployQuery
from opsloom.model.page import Page
from opsloom_adapters.recording.mapping import deploy_of
from opsloom_adapters.recording.parse import Line
from opsloom_adapters.recording.question import Question, ask, filters_of, newest_first
from opsloom_adapters.recording.recording import Recording
from opsloom_adapters.recording.wire import ChangeLine


async def search_deploys(recording: Recording, query: DeployQuery, call: Call) -> Page[Deploy]:
    """Changes in the window, newest first."""
    question = await ask(recording, call, filters_of(query), query.window)
    deploys = _deploys(await recording.changes.read(call), question)
    found = newest_first((line for line in deploys if query.matches(line.record)), lambda deploy: deploy.at)
    return question.page_of(found, recording.changes, kind="deploys", limit=query.limit)


async def get_deploy(recording: Recording, native_id: str, call: Call) -> Deploy:
    """The change with this id."""
    question = await ask(recording, call, (("id", native_id),))
    deploys = _deploys(await recording.changes.read(call), question)
    return question.record_of(deploys, recording.changes, native_id)


def _deploys(lines: Sequence[Line[ChangeLine]], question: Question) -> Iterator[Line[Deploy]]:
    for raw, change in lines:
        if change.at <= question.present:
            yield Line(raw, deploy_of(change, question.call.instance, question.links))

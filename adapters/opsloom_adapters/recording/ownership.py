"""Reads ``services.json`` and ``teams.json``: who owns what, who is on call, whom to call next."""

from collections.abc import Sequence
from pathlib import PurePosixPath

from opsloom.adapter_api.call import Call
from opsloom.model.ownership import (
    EscalationStep,
    Link,
    OnCall,
    Ownership,
    OwnershipQuery,
    Service,
    ServiceQuery,
    Team,
)
from opsloom.model.page import Page
from opsloom.model.refs import Ref, RefKind
from opsloom_adapters.recording.parse import Line, Teams, compact
from opsloom_adapters.recording.question import Question, ask, filters_of
from opsloom_adapters.recording.recording import Recording
from opsloom_adapters.recording.wire import ServiceEntry, TitledLink


async def search_services(recording: Recording, query: ServiceQuery, call: Call) -> Page[Service]:
    """Services by a piece of their name or title, in the order of the file."""
    question = await ask(recording, call, filters_of(query))
    text = (query.text or "").casefold()
    found = (
        Line(raw, _service_of(entry, question))
        for raw, entry in await recording.services.read_if_any(call) or ()
        if text in f"{entry.name}\n{entry.title}".casefold()
    )
    return question.page_of(found, recording.services, kind="services", limit=query.limit)


async def get_ownership(recording: Recording, query: OwnershipQuery, call: Call) -> Page[Ownership]:
    """The owner of a service, or of the service whose folder is the longest that holds the path."""
    question = await ask(recording, call, filters_of(query))
    services = await recording.services.read_if_any(call) or ()
    match = _by_name(services, query.service) if query.path is None else _by_path(services, query.path)
    if match is None:
        return question.page_of((), recording.services, kind="services", limit=1)
    (raw, entry), matched_by = match
    callers, callees = await _neighbours(recording, entry, question)
    ownership = Ownership(
        service=_service_of(entry, question),
        upstream=callers,
        downstream=callees,
        matched_by=matched_by,
        **await _people(recording, entry.owner, query, question),
    )
    return question.page_of([Line(raw, ownership)], recording.services, kind="services", limit=1)


Match = tuple[Line[ServiceEntry], str]


def _by_name(services: Sequence[Line[ServiceEntry]], name: str | None) -> Match | None:
    for line in services:
        if line.record.name == name:
            return line, f"services.json, name {name}"
    return None


def _by_path(services: Sequence[Line[ServiceEntry]], path: str) -> Match | None:
    folders = [(PurePosixPath(folder), line) for line in services for folder in line.record.paths]
    holding = [(folder, line) for folder, line in folders if PurePosixPath(path).is_relative_to(folder)]
    if not holding:
        return None
    folder, line = max(holding, key=lambda match: len(match[0].parts))
    return line, f"services.json, path {folder}/"

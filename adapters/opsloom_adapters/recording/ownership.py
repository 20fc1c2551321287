"""Reads ``services.json`` and ``teams.json``: who owns what, who is on call, whom to call next."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import PurePosixPath

from opsloom.adapter_api.call import Call
from opsloom.model.errors import InvalidRequestError
from opsloom.model.ownership import Ownership, OwnershipQuery, Service, ServiceQuery
from opsloom.model.page import Page
from opsloom_adapters.recording.ownership_mapping import on_call_of, service_of, steps_of, team_of
from opsloom_adapters.recording.parse import Line, Teams
from opsloom_adapters.recording.question import ask, filters_of
from opsloom_adapters.recording.recording import Recording
from opsloom_adapters.recording.wire import ServiceEntry

_KIND = "services"


async def search_services(recording: Recording, query: ServiceQuery, call: Call) -> Page[Service]:
    """Services by a piece of their name or title, in the order of the file."""
    question = await ask(recording, call, filters_of(query))
    text = (query.text or "").casefold()
    services = await recording.services.read_if_any(call)
    found = (
        Line(line.raw, service_of(line.record, call.instance, question.links))
        for line in services or ()
        if text in f"{line.record.name}\n{line.record.title}".casefold()
    )
    notes = _notes(services)
    return question.page_of(found, recording.services, kind=_KIND, limit=query.limit, notes=notes)


async def get_ownership(recording: Recording, query: OwnershipQuery, call: Call) -> Page[Ownership]:
    """The owner of a service, or of the service whose folder is the longest that holds the path.

    :raises InvalidRequestError: the path climbs out of a folder with ``..``.
    """
    question = await ask(recording, call, filters_of(query))
    recorded = await recording.services.read_if_any(call)
    services = recorded or ()
    if query.path is None:
        line, matched_by = _by_name(services, query.service), f"services.json, name {query.service}"
    else:
        line, matched_by = _by_path(services, query.path)
    if line is None:
        return question.page_of((), recording.services, kind=_KIND, limit=1, notes=_notes(recorded))
    entry = line.record
    callers = [other for other in services if entry.name in other.record.depends_on]
    teams = _of_owner(await recording.teams.read_if_any(call), entry.owner, min(query.at, question.present))
    if pieces := teams.pieces():
        question.capture(recording.teams, pieces, kind=_KIND)
    ownership = Ownership(
        service=service_of(entry, call.instance, question.links),
        teams=tuple(team_of(line.record) for line in teams.teams),
        on_call=tuple(on_call_of(line.record) for line in teams.on_call),
        escalation=tuple(step for line in teams.escalation for step in steps_of(line.record)),
        upstream=tuple(caller.record.name for caller in callers),
        downstream=entry.depends_on,
        matched_by=matched_by,
    )
    raw = b"\n".join((line.raw, *(caller.raw for caller in callers)))
    return question.page_of([Line(raw, ownership)], recording.services, kind=_KIND, limit=1)


def _notes(services: Sequence[Line[ServiceEntry]] | None) -> tuple[str, ...]:
    return () if services is not None else ("the recording has no services.json",)


def _by_name(services: Sequence[Line[ServiceEntry]], name: str | None) -> Line[ServiceEntry] | None:
    return next((line for line in services if line.record.name == name), None)


def _by_path(services: Sequence[Line[ServiceEntry]], text: str) -> tuple[Line[ServiceEntry] | None, str]:
    path = PurePosixPath(text)
    if ".." in path.parts:
        raise InvalidRequestError("path must be relative to the repository and without ..")
    folders = ((PurePosixPath(folder), line) for line in services for folder in line.record.paths)
    holding = [(folder, line) for folder, line in folders if path.is_relative_to(folder)]
    if not holding:
        return None, ""
    folder, line = max(holding, key=lambda match: len(match[0].parts))
    return line, f"services.json, path {folder}"


def _of_owner(teams: Teams | None, owner: str | None, at: datetime) -> Teams:
    """What ``teams.json`` says of one team, with the shifts that hold at ``at``."""
    if teams is None:
        return Teams([], [], [])
    shifts = (line for line in teams.on_call if line.record.starts_at <= at < line.record.ends_at)
    return Teams(
        [line for line in teams.teams if line.record.name == owner],
        [line for line in shifts if line.record.team == owner],
        [line for line in teams.escalation if line.record.team == owner],
    )

"""From bytes to records, each beside the bytes that it was read from: those become its evidence."""

import json
from collections.abc import Sequence
from typing import Any, Generic, NamedTuple, TypeVar

from pydantic import ValidationError

from opsloom_adapters.recording.folder import MalformedError
from opsloom_adapters.recording.wire import (
    EscalationEntry,
    OnCallEntry,
    TeamEntry,
    TopologyFile,
    Wire,
)

T = TypeVar("T")
W = TypeVar("W", bound=Wire)


class Line(NamedTuple, Generic[T]):
    """A record, and the bytes that say so: ``raw`` stands in the file, ``made`` is what the world adds."""

    raw: bytes
    record: T
    made: bytes = b""


class Teams(NamedTuple):
    """The three lists of ``teams.json``."""

    teams: Sequence[Line[TeamEntry]]
    on_call: Sequence[Line[OnCallEntry]]
    escalation: Sequence[Line[EscalationEntry]]

    def pieces(self) -> list[bytes]:
        """The bytes of all of them."""
        people = [team.raw for team in self.teams] + [shift.raw for shift in self.on_call]
        return people + [escalation.raw for escalation in self.escalation]


def parse_lines(data: bytes, name: str, shape: type[W]) -> list[Line[W]]:
    """JSON lines; blank ones are allowed.

    :raises MalformedError: names the file and the line.
    """
    lines = enumerate(data.split(b"\n"), 1)
    return [Line(raw, _record(raw, f"{name} line {number}", shape)) for number, raw in lines if raw.strip()]


def parse_elements(data: bytes, name: str, shape: type[W]) -> list[Line[W]]:
    """A JSON array; the bytes of an element are its compact JSON.

    :raises MalformedError: names the file and the element.
    """
    return _elements(_document(data, name), name, shape)


def parse_teams(data: bytes, name: str) -> Teams:
    """``teams.json``.

    :raises MalformedError: names the file, the list and the element.
    """
    document = _object(data, name)
    return Teams(
        _elements(document.get("teams", []), f"{name} teams", TeamEntry),
        _elements(document.get("on_call", []), f"{name} on_call", OnCallEntry),
        _elements(document.get("escalation", []), f"{name} escalation", EscalationEntry),
    )


def parse_topology(data: bytes, name: str) -> TopologyFile:
    """``topology.json``.

    :raises MalformedError: it is not of that shape.
    """
    return _record(data, name, TopologyFile)


def parse_templates(data: bytes, name: str) -> dict[str, str]:
    """``links.json``: kind to template. Only http and https: a link is there to be clicked.

    :raises MalformedError: it is not of that shape.
    """
    templates = _object(data, name)
    for kind, template in templates.items():
        if not (isinstance(template, str) and template.startswith(("https://", "http://"))):
            raise MalformedError(f"{name} {kind}", "is no template of an http or https address", data)
    return templates


def compact(value: object) -> bytes:
    """The compact JSON of ``value``."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")


def _document(data: bytes, name: str) -> Any:
    try:
        return json.loads(data)
    except (ValueError, RecursionError) as error:  # ValueError: no JSON, or no UTF-8
        line = f" line {error.lineno}" if isinstance(error, json.JSONDecodeError) else ""
        raise MalformedError(name + line, "is no JSON", data) from None


def _object(data: bytes, name: str) -> dict[str, Any]:
    document = _document(data, name)
    if not isinstance(document, dict):
        raise MalformedError(name, "is no JSON object", data)
    return document


def _elements(array: Any, name: str, shape: type[W]) -> list[Line[W]]:
    if not isinstance(array, list):
        raise MalformedError(name, "is no JSON array", compact(array))
    raws = enumerate(map(compact, array), 1)
    return [Line(raw, _record(raw, f"{name} element {number}", shape)) for number, raw in raws]


def _record(raw: bytes, place: str, shape: type[W]) -> W:
    try:
        return shape.model_validate_json(raw)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False, include_context=False)[0]
        field = "/".join(str(part) for part in first["loc"])
        why = f"is not as the layout says ({first['type']}{' at ' + field if field else ''})"
        raise MalformedError(place, why, raw) from None

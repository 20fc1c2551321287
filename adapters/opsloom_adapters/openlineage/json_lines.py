"""Events as JSON lines, as the file transport of OpenLineage's clients appends them.

Source: https://openlineage.io/docs/client/python/configuration
"""

from dataclasses import dataclass

from pydantic import ValidationError

from opsloom.model.limits import HTTP_BODY_MAX_BYTES
from opsloom_adapters.openlineage import wire


@dataclass(frozen=True, slots=True)
class Line:
    """One event, and the line that it stands on."""

    raw: bytes
    event: wire.Event


class UnreadableLineError(Exception):
    """A line holds no event; its text tells the line's number and what is wrong with it, ``raw`` is the line."""

    def __init__(self, number: int, why: str, raw: bytes) -> None:
        super().__init__(f"line {number} ({why})")
        self.raw = raw


def read_lines(body: bytes) -> list[Line]:
    """All lines but blank ones.

    :raises UnreadableLineError: the first line that holds no event.
    """
    return [Line(raw, _event_of(raw, number)) for number, raw in enumerate(body.splitlines(), 1) if raw.strip()]


def _event_of(raw: bytes, number: int) -> wire.Event:
    if len(raw) > HTTP_BODY_MAX_BYTES:
        mib = HTTP_BODY_MAX_BYTES // 1024 // 1024
        raise UnreadableLineError(number, f"it is over {mib} MiB", raw[:HTTP_BODY_MAX_BYTES])
    try:
        return wire.EVENT.validate_json(raw)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False, include_context=False)[0]
        place = "/".join(str(part) for part in first["loc"])
        raise UnreadableLineError(number, f"{first['type']} at {place}" if place else first["type"], raw) from None

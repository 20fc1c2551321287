"""When the world becomes well, and when it becomes ill again, by what was rolled back."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from operator import attrgetter
from typing import NamedTuple

from opsloom.adapter_api.call import Call
from opsloom.model.changes import ChangeRevision
from opsloom.model.errors import UnexpectedAnswerError, UnsupportedError
from opsloom_adapters.recording.question import Question
from opsloom_adapters.recording.recording import Recording
from opsloom_adapters.recording.wire import ChangeLine, RollbackLine


class Turn(NamedTuple):
    """From ``at`` on, all is as it was before ``well_before``; without that, as it was at the end of the recording."""

    at: datetime
    well_before: datetime | None


async def turns_of(recording: Recording, question: Question) -> list[Turn]:
    """The turns until now, from ill to well and back; none where nothing was rolled back."""
    moves = [(deed.at, deed.change) for deed in question.deeds if isinstance(deed.change, ChangeRevision)]
    if not moves:
        return []
    known = await known_rollbacks(recording, question.call)
    turns = [turn for rollback, culprit in known if rollback.heals for turn in _turns(rollback, culprit, moves)]
    return _merged(sorted((turn for turn in turns if turn.at <= question.present), key=attrgetter("at")))


async def known_rollbacks(recording: Recording, call: Call) -> list[tuple[RollbackLine, ChangeLine]]:
    """What the recording says of rollbacks, each with the change that it takes back. Never evidence: that would give
    the answer away before anybody rolled back.

    :raises UnsupportedError: it says nothing.
    :raises UnexpectedAnswerError: it speaks of a change that is not recorded.
    """
    lines = await recording.rollbacks.read_if_any(call)
    if lines is None:
        raise UnsupportedError(
            f"this recording does not say what a rollback would do: {call.instance} replays one "
            f"without {recording.rollbacks.name}"
        )
    changes = {line.record.id: line.record for line in await recording.changes.read(call)}
    if not {line.record.change for line in lines} <= changes.keys():
        raise UnexpectedAnswerError(
            f"the recording of {call.instance} is broken: {recording.rollbacks.name} names a change that "
            f"{recording.changes.name} does not hold",
            instance=call.instance,
        )
    return [(line.record, changes[line.record.change]) for line in lines]


def _turns(
    rollback: RollbackLine, culprit: ChangeLine, moves: Iterable[tuple[datetime, ChangeRevision]]
) -> Iterable[Turn]:
    """Whatever else the service runs heals; running the culprit again does not."""
    for at, change in moves:
        if change.service == rollback.service and change.environment in (None, culprit.environment):
            well = change.revision != culprit.version
            yield Turn(at + timedelta(seconds=rollback.after_seconds), culprit.at if well else None)


def _merged(turns: Iterable[Turn]) -> list[Turn]:
    """Without those that turn nothing."""
    merged: list[Turn] = []
    for turn in turns:
        was_well = bool(merged) and merged[-1].well_before is not None
        if was_well != (turn.well_before is not None):
            merged.append(turn)
    return merged


def state_at(turns: Sequence[Turn], moment: datetime) -> Turn | None:
    """The last turn until ``moment``."""
    return next((turn for turn in reversed(turns) if turn.at <= moment), None)

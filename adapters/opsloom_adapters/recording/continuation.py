"""How a series goes on after the recording: copies of its own samples, moved in time. No randomness, no model."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from datetime import datetime
from operator import itemgetter
from typing import NamedTuple

from opsloom.model.window import Window
from opsloom_adapters.recording.series import Sample
from opsloom_adapters.recording.turns import Turn

_LAST_SECONDS = 300.0  # what is repeated of the end of the recording
_WELL_SECONDS = 3_600.0  # what is repeated of the time before the change

_TIME = itemgetter(0)


class _Pattern(NamedTuple):
    """Samples that are repeated every ``period_seconds``; they span less than that."""

    samples: Sequence[Sample]
    period_seconds: float

    def copies(self, after: float, until: float) -> Iterator[Sample]:
        """The copies that lie in ``after < t <= until``, unix seconds, ascending."""
        if not self.samples:
            return
        first, last = self.samples[0][0], self.samples[-1][0]
        laps = int((after - last) // self.period_seconds), int((until - first) // self.period_seconds)
        for lap in range(laps[0], laps[1] + 1):
            for at, value, raw in self.samples:
                moved = at + lap * self.period_seconds
                if after < moved <= until:
                    yield moved, value, _line_at(raw, moved)


def continued(
    samples: Sequence[Sample], turns: Sequence[Turn], recorded_until: datetime, present: datetime, window: Window
) -> list[Sample]:
    """The samples that the world adds until ``present``, of those in ``window``.

    Until the first turn, and whenever the world turns ill, the end of the recording is repeated; when it turns well,
    the hour before the change that was taken back. A series that had ended, or was not there yet, is not continued.
    """
    end = recorded_until.timestamp()
    starts = [(speaks_until(turns, recorded_until), None), *turns]
    ends = [*(turn.at for turn in turns), present]
    made: list[Sample] = []
    for (start, well_before), stop in zip(starts, ends, strict=True):
        pattern = _ending(samples, end) if well_before is None else _before(samples, well_before.timestamp())
        # A little more than the window: its start belongs to it, and the start of a stretch does not to that.
        after = max(start.timestamp(), window.start.timestamp() - 1)
        copies = pattern.copies(after, min(stop.timestamp(), window.end.timestamp()))
        made += [one for one in copies if window.start.timestamp() <= one[0] < window.end.timestamp()]
    return made


def speaks_until(turns: Sequence[Turn], recorded_until: datetime) -> datetime:
    """Where the recording falls silent: at its end, or when the world turned before that."""
    return min([recorded_until, *(turn.at for turn in turns)])


def _ending(samples: Sequence[Sample], end: float) -> _Pattern:
    known = samples[: bisect_right(samples, end, key=_TIME)]
    step = known[-1][0] - known[-2][0] if len(known) > 1 else 0.0
    period = max(_LAST_SECONDS, step)
    if not known or end - known[-1][0] > period:
        return _Pattern((), period)
    return _Pattern(known[bisect_right(known, known[-1][0] - period, key=_TIME) :], period)


def _before(samples: Sequence[Sample], moment: float) -> _Pattern:
    known = samples[: bisect_left(samples, moment, key=_TIME)]
    period = min(_WELL_SECONDS, moment - known[0][0]) if known else _WELL_SECONDS
    return _Pattern(known[bisect_left(known, moment - period, key=_TIME) :], period)


def _line_at(raw: bytes, moved: float) -> bytes:
    prefix, _, value = raw.rsplit(b",", 2)
    return b",".join((prefix, f"{moved:.15g}".encode(), value))

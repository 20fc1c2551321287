"""Forms that log entries share, where a provider counts them: which entry has which, and what is said of all."""

from collections.abc import Sequence
from typing import Protocol

from opsloom.model.logs import LogEntry

_COUNTS_NAMED = 5


class LogPattern(Protocol):
    """``text`` is the form as the provider writes it, ``count`` how many entries of the window have it."""

    @property
    def text(self) -> str: ...

    @property
    def count(self) -> int: ...

    def fits(self, message: str) -> bool:
        """Whether ``message`` has the form; in linear time, whatever the form."""
        ...


def with_pattern(entry: LogEntry, patterns: Sequence[LogPattern]) -> LogEntry:
    """``entry`` with the first of ``patterns`` that it fits, the most frequent one, and how many entries have that."""
    fitting = next((one for one in patterns if one.fits(entry.message)), None)
    if fitting is None:
        return entry
    return entry.model_copy(update={"pattern": fitting.text, "similar": fitting.count})


def counts_of(patterns: Sequence[LogPattern]) -> str:
    """How many forms there are and how often the most frequent occur; their texts are the entries' own."""
    counts = ", ".join(str(one.count) for one in patterns[:_COUNTS_NAMED])
    more = ", ..." if len(patterns) > _COUNTS_NAMED else ""
    return f"{len(patterns)}, with {counts}{more} entries; similar tells how many each entry is like"

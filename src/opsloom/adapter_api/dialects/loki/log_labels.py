"""Which labels of a Loki's entries say what, and which words tell how bad an entry is."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from opsloom.model.logs import LogSeverity


def quoted(value: str) -> str:
    """A double-quoted string literal: LogQL has Go's escapes, which include all that JSON writes."""
    return json.dumps(value, ensure_ascii=False)


class LevelWords:
    """The words of each severity, in lower case and separated by spaces."""

    def __init__(self, words_of_severity: Mapping[LogSeverity, str]) -> None:
        self._severities = {word: severity for severity, words in words_of_severity.items() for word in words.split()}

    def severity_of(self, word: str) -> LogSeverity:
        """What a level label says, in any case of letters; any other word is unknown."""
        return self._severities.get(word.lower(), LogSeverity.UNKNOWN)

    def fits(self, least: LogSeverity) -> str:
        """``=~"..."`` with the words of ``least`` and worse; ``!~"..."`` with the lesser ones where entries without
        a level must stay, because these rank with info."""
        if keeps_unknown(least):
            lesser = [word for word, severity in self._severities.items() if severity.rank < least.rank]
            return "!~" + _one_of(lesser)
        return "=~" + _one_of(word for word, severity in self._severities.items() if severity.rank >= least.rank)

    def fits_none(self) -> str:
        """``!~"..."`` with all words."""
        return "!~" + _one_of(self._severities)


@dataclass(frozen=True, slots=True)
class LogLabels:
    """Of several ``services`` or ``levels`` the first that is present counts; ``streams`` must be so on any stream."""

    services: Sequence[str]
    levels: Sequence[str]
    trace_id: str
    words: LevelWords
    streams: Mapping[str, str] = field(default_factory=dict)


def keeps_unknown(least: LogSeverity) -> bool:
    """Whether entries without a level pass where ``least`` and worse are asked for."""
    return least.rank <= LogSeverity.UNKNOWN.rank


def _one_of(words: Iterable[str]) -> str:
    return quoted(f"(?i)({'|'.join(words)})")

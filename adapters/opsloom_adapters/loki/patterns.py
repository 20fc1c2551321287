"""Lines of the same form: which of Loki's detected patterns an entry has, and how many others have it.

Source: https://grafana.com/docs/loki/latest/reference/loki-http-api/#patterns-detection
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from opsloom.adapter_api.dialects.log_patterns import counts_of
from opsloom_adapters.loki import wire

_ANYTHING = "<_>"


@dataclass(frozen=True, slots=True)
class CountedPattern:
    """``text`` with ``<_>`` for whatever varies, and how many entries of the window have that form."""

    text: str
    count: int

    def fits(self, line: str) -> bool:
        """Whether ``line`` holds the constant parts in their order; in linear time, whatever the pattern."""
        first, *others = self.text.split(_ANYTHING)
        if not others:
            return line == first
        last = others.pop()
        if not line.startswith(first) or not line.endswith(last):
            return False
        place, end = len(first), len(line) - len(last)
        for part in others:
            place = line.find(part, place, end)
            if place < 0:
                return False
            place += len(part)
        return place <= end


def counted_patterns(heard: Iterable[wire.Pattern]) -> list[CountedPattern]:
    """The most frequent first; those without an entry left out."""
    counts: dict[str, int] = {}
    for one in heard:
        counts[one.pattern] = counts.get(one.pattern, 0) + sum(count for _, count in one.samples)
    counted = [CountedPattern(text, count) for text, count in counts.items() if count]
    return sorted(counted, key=lambda one: (-one.count, one.text))


def note_on(patterns: Sequence[CountedPattern]) -> str:
    """How often the forms occur, and of which lines."""
    said = counts_of(patterns)
    return f"forms of lines that Loki detected in these streams and this window, of any text and severity: {said}"

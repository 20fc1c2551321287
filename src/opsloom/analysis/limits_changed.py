"""Numbers with a name that a diff changed: timeouts, pool sizes, lifetimes, attempts."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from opsloom.analysis.diff import Diff

_SECONDS = {
    **dict.fromkeys(("ns", "nanosecond"), 1e-9),
    **dict.fromkeys(("us", "microsecond"), 1e-6),
    **dict.fromkeys(("ms", "milli", "millisecond"), 1e-3),
    **dict.fromkeys(("s", "sec", "second"), 1.0),
    **dict.fromkeys(("m", "min", "minute"), 60.0),
    **dict.fromkeys(("h", "hour"), 3_600.0),
    **dict.fromkeys(("d", "day"), 86_400.0),
}
_NAMED_NUMBER = re.compile(
    r"""(?P<name>[A-Za-z_][A-Za-z0-9_.-]*)["']?          # MaxConns, default_ttl, "timeout"
        (?:\s*:\s*[A-Za-z]\w*)?                          # a type, as in CACHE_SECONDS: int = 30
        \s*(?::=|[:=,(])\s*["']?
        (?P<number>\d[\d_]*(?:\.\d+)?)
        \s*(?:\*\s*(?:\w+\.)?)?(?P<unit>[A-Za-z]+)?""",  # 5 * time.Second, 300ms
    re.VERBOSE,
)


_BOUNDING = re.compile(
    r"max|limit|pool|timeout|deadline|wait|ttl|expir|quota|capacity|budget|threshold|attempts|retries|backoff|interval",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class ChangedLimit:
    """Durations are in seconds; all else is in its own unit."""

    name: str
    before: float
    after: float

    @property
    def lowered(self) -> bool:
        return self.after < self.before

    @property
    def told(self) -> str:
        return f"{'lowers' if self.lowered else 'raises'} {self.name} from {self.before:g} to {self.after:g}"


def changed_limits(diff: Diff) -> tuple[ChangedLimit, ...]:
    """The numbers that have one name on both sides and another value, in the order of their names."""
    before, after = _numbers(diff.removed), _numbers(diff.added)
    both = sorted(before.keys() & after.keys())
    return tuple(ChangedLimit(name, before[name], after[name]) for name in both if before[name] != after[name])


def added_limits(diff: Diff) -> tuple[str, ...]:
    """The names of new numbers that bound something, as their names say."""
    new = _numbers(diff.added).keys() - _numbers(diff.removed).keys()
    return tuple(sorted(name for name in new if _BOUNDING.search(name)))


def _numbers(lines: Iterable[str]) -> dict[str, float]:
    found: dict[str, float] = {}
    for line in lines:
        for match in _NAMED_NUMBER.finditer(line):
            unit = (match["unit"] or "").casefold()
            factor = _SECONDS.get(unit) or _SECONDS.get(unit.removesuffix("s"), 1.0)
            found[match["name"].rpartition(".")[2]] = float(match["number"].replace("_", "")) * factor
    return found

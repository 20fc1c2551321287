"""What a change does to a running system, as far as its files and its diff tell."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from opsloom.analysis.change_files import is_dependency_list, is_inert, is_presentation
from opsloom.analysis.diff import Diff
from opsloom.analysis.limits_changed import added_limits, changed_limits
from opsloom.model.deploys import Deploy

MOVED_SHARE = 0.6


class Substance(StrEnum):
    """Ways in which a change can hurt, the most dangerous first, and ways in which it cannot."""

    LIMIT_LOWERED = "limit_lowered"
    GUARD_REMOVED = "guard_removed"
    NEW_WORK = "new_work"
    LIMIT_ADDED = "limit_added"
    DEPENDENCY = "dependency"
    OTHER = "other"
    UNKNOWN = "unknown"
    LIMIT_RAISED = "limit_raised"
    MOVED = "moved"
    TELEMETRY = "telemetry"
    PRESENTATION = "presentation"
    INERT = "inert"


_GUARD = re.compile(
    r"\b(?:if|unless|guard|assert|require|ensure|validate|where|limit|lock|mutex|synchronized|catch|except|rescue"
    r"|finally|defer|close|cancel|timeout|retry|fallback|semaphore|throttle)\b|[!=]=\s*(?:nil|null|None)\b",
    re.IGNORECASE,
)
_ERROR_IDIOM = re.compile(r"\berr\b")  # Go passes errors on with an `if` that guards nothing
_REMOTE_CALL = re.compile(
    r"""\.(?P<method>[A-Za-z_]\w*)\(\s*(?:\w+\.)?(?:ctx|context)\b
      | \b(?P<sql>SELECT|INSERT|UPDATE|DELETE)\s
      | \b(?P<http>requests\.\w+|fetch|axios\.\w+|http\.(?:Get|Post|Do))\(""",
    re.VERBOSE,
)
_DEFINED = re.compile(r"\b(?:func|def|function|fn)\s+(?:\([^)]*\)\s*)?([A-Za-z_]\w*)")
_TELEMETRY = re.compile(
    r"\b(?:log|logger|logging|LOG_\w+|slog|zap|metrics?|counter|histogram|gauge|prometheus|span|tracer?|otel"
    r"|SetAttributes|Inc|Observe)\b"
)
_TOKEN = re.compile(r"[A-Za-z_]\w*|\d+(?:\.\d+)?")


@dataclass(frozen=True)
class Reading:
    """What a change does, and by which words that was told."""

    substance: Substance
    told: str


def substance_of(change: Deploy) -> Reading:
    """The most dangerous thing that ``change`` does.

    Source: most outages are triggered by a push of code or configuration (The Site Reliability Workbook, appendix C),
    and what a reviewer looks for in one is a limit that is lower, a check that is gone, work that is new for each
    request. A file that no process reads cannot be it at all, and code that only moved seldom is.
    """
    by_files = _by_files(change)
    if by_files is not None:
        return by_files
    diff = Diff.of(change.diff)
    if not diff.removed and not diff.added:
        return Reading(Substance.INERT, "changes only comments") if change.diff else _UNKNOWN
    readings = (reading_of(diff) for reading_of in _BY_DANGER)
    return next((reading for reading in readings if reading is not None), _OTHER)


_UNKNOWN = Reading(Substance.UNKNOWN, "its diff is not known")
_OTHER = Reading(Substance.OTHER, "changes code, in no way known to be dangerous")


def _by_files(change: Deploy) -> Reading | None:
    if not change.files:
        return None
    if all(map(is_inert, change.files)):
        return Reading(Substance.INERT, "touches only files that no service in production reads")
    if all(is_inert(file) or is_presentation(file) for file in change.files):
        return Reading(Substance.PRESENTATION, "touches only how pages look")
    if all(map(is_dependency_list, change.files)):
        return Reading(Substance.DEPENDENCY, "changes versions of libraries")
    return None


def _lowered(diff: Diff) -> Reading | None:
    """Less time, fewer connections, fewer attempts, a shorter life: what fitted before may not fit now."""
    lowered = [limit for limit in changed_limits(diff) if limit.lowered]
    if not lowered:
        return None
    most = max(lowered, key=lambda limit: (limit.before / max(limit.after, 1e-9), limit.name))
    return Reading(Substance.LIMIT_LOWERED, most.told)


def _limit_added(diff: Diff) -> Reading | None:
    """A bound where there was none: of a pool, a queue, a wait."""
    added = added_limits(diff)
    return Reading(Substance.LIMIT_ADDED, f"puts in a limit: {', '.join(added)}") if added else None


def _raised(diff: Diff) -> Reading | None:
    """More room seldom breaks anything at once."""
    raised = changed_limits(diff)
    return Reading(Substance.LIMIT_RAISED, raised[0].told) if raised else None


def _guard_removed(diff: Diff) -> Reading | None:
    """A condition, a bound, a lock or a clean-up that is not there any more."""
    gone = _guards(diff.removed) - _guards(diff.added)
    words = ", ".join(sorted(gone))
    return Reading(Substance.GUARD_REMOVED, f"removes a guard: {words}") if gone else None


def _guards(lines: Iterable[str]) -> Counter[str]:
    return Counter(word.casefold() for line in lines if not _ERROR_IDIOM.search(line) for word in _GUARD.findall(line))


def _new_work(diff: Diff) -> Reading | None:
    """Calls to others, or queries, that were not made before; a function that the diff itself defines is no other."""
    defined = {name.casefold() for line in diff.added for name in _DEFINED.findall(line)}
    new = sorted(name for name in _calls(diff.added) - _calls(diff.removed) if name not in defined)
    return Reading(Substance.NEW_WORK, f"makes new calls: {', '.join(new)}") if new else None


def _calls(lines: Iterable[str]) -> Counter[str]:
    calls = (match for line in lines if not _DEFINED.search(line) for match in _REMOTE_CALL.finditer(line))
    return Counter((match["method"] or match["sql"] or match["http"]).casefold() for match in calls)


def _telemetry(diff: Diff) -> Reading | None:
    """Only what is logged or measured."""
    if diff.changed and all(_TELEMETRY.search(line) for line in diff.changed):
        return Reading(Substance.TELEMETRY, "changes only what is logged or measured")
    return None


def _moved(diff: Diff) -> Reading | None:
    """Most of what was taken away stands somewhere else now, and what is new is no more than that."""
    removed, added = (Counter(_TOKEN.findall("\n".join(side))) for side in (diff.removed, diff.added))
    kept = (removed & added).total()
    if removed and kept >= MOVED_SHARE * removed.total() and len(added.keys() - removed.keys()) <= len(removed):
        return Reading(Substance.MOVED, "rearranges code that was there before")
    return None


_BY_DANGER = (_lowered, _guard_removed, _telemetry, _new_work, _limit_added, _raised, _moved)

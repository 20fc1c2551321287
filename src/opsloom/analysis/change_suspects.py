"""Which change did it, ranked, and which were looked at and are not it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import exp

from opsloom.analysis import change_signals as reasons
from opsloom.analysis.change_signals import Circumstances
from opsloom.analysis.diff import Diff
from opsloom.analysis.flag_code import with_flag_code
from opsloom.analysis.scene import Cited
from opsloom.analysis.signal import Signal, against, score_of
from opsloom.analysis.substance import substance_of
from opsloom.analysis.words import words_of_all
from opsloom.model.deploys import ChangeKind, Deploy

PRIOR_WEIGHT = -3.2
"""Log-odds of a change about which nothing is known: one in twenty-five of those of the last hours."""


@dataclass(frozen=True)
class ChangeSuspect:
    """``score`` is log-odds, the sum of the signals' weights and the prior; ``confidence`` the same as 0 to 1."""

    change: Deploy
    score: float
    confidence: float
    signals: tuple[Signal, ...]
    against: tuple[str, ...]
    evidence: tuple[str, ...] = ()


def rank_changes(
    changes: Sequence[Cited[Deploy]],
    services: Iterable[str],
    at: Circumstances,
    without: frozenset[str] = frozenset(),
) -> tuple[ChangeSuspect, ...]:
    """All ``changes``, the likeliest first; signals named in ``without`` are left out (for ablation)."""
    names = {name.casefold(): name for name in services}
    known = [cited.value for cited in changes]
    acting = [with_flag_code(change, known) for change in known]
    suspects = [_suspect(cited, change, names, at, without) for cited, change in zip(changes, acting, strict=True)]
    return tuple(sorted(suspects, key=lambda one: (-one.score, -one.change.at.timestamp(), str(one.change.ref))))


def changed_words(change: Deploy) -> frozenset[str]:
    """The words of what it changed: of its title, its files and its lines; lines around them do not count."""
    name = [change.ref.native_id] if change.kind is ChangeKind.FLAG else []
    return words_of_all([change.title, *change.files, *Diff.of(change.diff).changed, *name])


def _service_of(change: Deploy, names: dict[str, str]) -> str | None:
    """The service that it names, or else the only one after which a folder of its files is called."""
    if change.service is not None:
        return change.service
    folders = {folder for file in change.files for folder in file.casefold().split("/")[:-1]}
    found = {name for key, name in names.items() if folders & {key, key.removesuffix("service").rstrip("-_")}}
    return found.pop() if len(found) == 1 else None


def _suspect(
    cited: Cited[Deploy], change: Deploy, names: dict[str, str], at: Circumstances, without: frozenset[str]
) -> ChangeSuspect:
    """``change`` is ``cited`` as it acts."""
    service, reading = _service_of(change, names), substance_of(change)
    shared = changed_words(change) & at.complaints
    found = [
        reasons.lag(change, service, at),
        reasons.fits_service(service, at),
        reasons.substance(change, reading, shared),
        reasons.overlap(shared, reading, at),
        reasons.kind(change),
        reasons.outside_cause(at),
    ]
    signals = tuple(signal for signal in found if signal is not None and signal.name not in without)
    score = PRIOR_WEIGHT + score_of(signals)
    return ChangeSuspect(cited.value, score, 1 / (1 + exp(-score)), signals, against(signals), cited.evidence)

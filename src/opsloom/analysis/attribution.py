"""Which outbreak is a symptom of which: every outbreak has at most one cause, so shared infrastructure glues nothing.

Faults are felt upstream, by callers; load (too little or too much of it) is felt downstream, by callees. Source: the
golden signals and "symptoms versus causes", chapter 6 of the Google SRE book.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from math import ceil

from opsloom.analysis.alert_folding import AlertKey
from opsloom.analysis.alert_load import Load
from opsloom.analysis.crowd import Crowd
from opsloom.analysis.graph import ServiceGraph
from opsloom.analysis.outbreaks import CAUSE_SECONDS, RULE_LAG_SECONDS, Outbreak, OutbreakIndex
from opsloom.model.alerts import Severity

# Calls between a symptom and its cause, the services between them without alerts of their own.
DISTANCE_MAX = 3
# With so few callers one of them that alerts too is reason enough; of more, a share must.
FEW_CALLERS = 5
CALLERS_SHARE_MIN = 0.2
# ... and a larger one if its own alert is weaker than theirs: what takes many down is seldom a mere warning.
CALLERS_SHARE_OF_WEAKER_MIN = 0.5
# A dependency without an alert of its own is suspected only if most that need it fail, and at almost the same time.
# Two are no coincidence where nobody could hear the dependency itself; the silence of a monitored one means something.
SILENT_CALLERS_SHARE_MIN = 2 / 3
SILENT_CALLERS_MIN = 3
UNINSTRUMENTED_CALLERS_MIN = 2
SILENT_ONSET_SECONDS = 300


class Relation(StrEnum):
    """Why an outbreak is taken for a symptom."""

    CALLS = "calls"
    STARVED = "starved"
    OVERLOADED = "overloaded"
    SHARED_DEPENDENCY = "shared_dependency"


@dataclass(frozen=True, slots=True)
class Cause:
    """``outbreak`` explains a symptom. ``via`` is the silent dependency that both share, if that is the relation;
    ``distance`` counts the calls between the two services.
    """

    outbreak: Outbreak
    relation: Relation
    distance: int
    via: str | None = None


class Attribution:
    """Finds causes among ``outbreaks``."""

    def __init__(self, outbreaks: Sequence[Outbreak], graph: ServiceGraph) -> None:
        self._outbreaks = outbreaks
        self._graph = graph
        self._index = OutbreakIndex(outbreaks)
        self._callers_of: dict[str, Crowd] = {}
        self._leads_to = _nearby_callers({one.service for one in outbreaks if one.service}, graph)

    def causes(self) -> dict[Outbreak, Cause]:
        """The cause of every outbreak that has one. Who follows the causes comes to an end: cycles are cut at the
        outbreak that began first.
        """
        found = {symptom: cause for symptom in self._outbreaks if (cause := self._cause_of(symptom)) is not None}
        for first in _firsts_of_cycles(found):
            del found[first]
        roots = [one for one in self._outbreaks if one not in found]
        found.update(self._silent_dependencies(roots))
        return found

    def _cause_of(self, symptom: Outbreak) -> Cause | None:
        if symptom.service is None:
            return None
        if symptom.load is Load.STARVED:
            starving = self._loading_caller(symptom, (Load.USUAL, Load.STARVED), Relation.STARVED)
            return starving or self._failing_callee(symptom, symptom.service)
        overloading = (Load.SURGING,)
        if symptom.load is Load.SURGING:
            return self._loading_caller(symptom, overloading, Relation.OVERLOADED)
        failing = self._failing_callee(symptom, symptom.service)
        return failing or self._loading_caller(symptom, overloading, Relation.OVERLOADED)

    def _loading_caller(self, symptom: Outbreak, loads: Iterable[Load], relation: Relation) -> Cause | None:
        """The caller whose requests, missing or too many, ``symptom`` is about."""
        if symptom.service is None or not self._is_blamed_by_enough(symptom.service, symptom, symptom):
            return None
        callers = self._graph.callers(symptom.service)
        found = [one for caller in callers for one in self._explaining(caller, symptom) if one.load in loads]
        return Cause(self._likeliest(found, symptom), relation, 1) if found else None

    def _failing_callee(self, symptom: Outbreak, service: str) -> Cause | None:
        """The nearest callee that fails too; silent services between are passed if few others need them."""
        seen, level = {service}, [service]
        for distance in range(1, DISTANCE_MAX + 1):
            callees = {callee for name in level for callee in self._graph.callees(name)} - seen
            seen |= callees
            found, level = [], []
            for callee in callees:
                failing = [one for one in self._explaining(callee, symptom) if one.load is Load.USUAL]
                if failing:
                    found += [one for one in failing if self._is_blamed_by_enough(callee, one, symptom)]
                elif self._leads_to.get(callee, DISTANCE_MAX) <= DISTANCE_MAX - distance and self._passes_blame(
                    callee, symptom
                ):
                    level.append(callee)
            if found:
                return Cause(self._likeliest(found, symptom), Relation.CALLS, distance)
        return None

    def _explaining(self, service: str, symptom: Outbreak) -> list[Outbreak]:
        """What is for information only explains nothing."""
        found = self._index.causes(service, symptom)
        return [one for one in found if one is not symptom and one.severity is not Severity.INFO]

    def _is_blamed_by_enough(self, service: str, outbreak: Outbreak, symptom: Outbreak) -> bool:
        """A service that many need breaks for many of them; one that flaps is no news to any of many."""
        if len(self._graph.callers(service)) <= FEW_CALLERS:
            return True
        weaker = outbreak.severity.rank > symptom.severity.rank
        enough = CALLERS_SHARE_OF_WEAKER_MIN if weaker else CALLERS_SHARE_MIN
        return not outbreak.is_flapping and self._alerting_share(service, outbreak.started_at) >= enough

    def _passes_blame(self, service: str, symptom: Outbreak) -> bool:
        few = len(self._graph.callers(service)) <= FEW_CALLERS
        return few or self._alerting_share(service, symptom.started_at) >= CALLERS_SHARE_MIN

    def _alerting_share(self, service: str, around: datetime) -> float:
        """How many of the callers had an outbreak begin when one would, had ``service`` broken then."""
        callers = self._graph.callers(service)
        crowd = self._callers_of.get(service)
        if crowd is None:
            crowd = Crowd([self._spans(caller) for caller in callers])
            self._callers_of[service] = crowd
        return crowd.count(around.timestamp()) / len(callers)

    def _spans(self, service: str) -> Iterable[tuple[float, float]]:
        for outbreak in self._index.of(service):
            start = outbreak.started_at.timestamp()
            yield start - CAUSE_SECONDS, start + RULE_LAG_SECONDS

    def _likeliest(self, found: Sequence[Outbreak], symptom: Outbreak) -> Outbreak:
        """Few callers before many, the worse before the better, what began before the symptom, and closest to it."""

        def order(one: Outbreak) -> tuple[bool, int, bool, float, AlertKey]:
            shared = len(self._graph.callers(one.service or "")) > FEW_CALLERS
            lag = (symptom.started_at - one.started_at).total_seconds()
            return shared, one.severity.rank, lag < 0, abs(lag), one.key

        return min(found, key=order)

    def _silent_dependencies(self, roots: Sequence[Outbreak]) -> dict[Outbreak, Cause]:
        """Outbreaks without a cause among the alerts, that most callers of one silent service have at once."""
        needing: defaultdict[str, list[Outbreak]] = defaultdict(list)
        for root in roots:
            if root.service is not None and root.load is Load.USUAL and root.severity is not Severity.INFO:
                for callee in self._graph.callees(root.service):
                    if not self._index.is_active(callee, root.started_at):
                        needing[callee].append(root)
        found: dict[Outbreak, Cause] = {}
        for callee, outbreaks in sorted(needing.items(), key=lambda item: min(one.key for one in item[1])):
            least = UNINSTRUMENTED_CALLERS_MIN if callee in self._graph.uninstrumented else SILENT_CALLERS_MIN
            enough = max(least, ceil(SILENT_CALLERS_SHARE_MIN * len(self._graph.callers(callee))))
            for together in _at_once(outbreaks):
                if len({one.service for one in together}) >= enough:
                    self._join(found, together, callee)
        return found

    def _join(self, found: dict[Outbreak, Cause], together: Sequence[Outbreak], via: str) -> None:
        """Make the first of the sets that ``together`` are in so far the cause of the others."""
        tops = {_top(found, one): None for one in together}
        first = min(tops, key=_began_first)
        for other in tops:
            if other is not first:
                found[other] = Cause(first, Relation.SHARED_DEPENDENCY, 2, via)


def _nearby_callers(alerting: Iterable[str], graph: ServiceGraph) -> dict[str, int]:
    """Services with an alerting one downstream, and the calls to the nearest such; searches need go nowhere else."""
    distances = dict.fromkeys(alerting, 0)
    level = list(distances)
    for distance in range(1, DISTANCE_MAX):
        level = list({caller for name in level for caller in graph.callers(name)} - distances.keys())
        distances.update(dict.fromkeys(level, distance))
    return distances


def _firsts_of_cycles(causes: dict[Outbreak, Cause]) -> list[Outbreak]:
    """Of each cycle the outbreak that began first."""
    firsts: list[Outbreak] = []
    done: set[Outbreak] = set()
    for start in causes:
        path: dict[Outbreak, None] = {}
        one = start
        while one not in done and one not in path and one in causes:
            path[one] = None
            one = causes[one].outbreak
        if one in path:
            walked = list(path)
            firsts.append(min(walked[walked.index(one) :], key=_began_first))
        done.update(path)
    return firsts


def _at_once(outbreaks: Iterable[Outbreak]) -> list[list[Outbreak]]:
    """Runs of outbreaks of the same environment that began at most ``SILENT_ONSET_SECONDS`` after one another."""
    by_environment: defaultdict[str, list[Outbreak]] = defaultdict(list)
    for one in outbreaks:
        by_environment[one.environment].append(one)
    runs = []
    for found in by_environment.values():
        ordered = sorted(found, key=_began_first)
        runs.append([ordered[0]])
        for earlier, later in pairwise(ordered):
            if later.started_at - earlier.started_at > timedelta(seconds=SILENT_ONSET_SECONDS):
                runs.append([])
            runs[-1].append(later)
    return runs


def _top(causes: dict[Outbreak, Cause], one: Outbreak) -> Outbreak:
    while one in causes:
        one = causes[one].outbreak
    return one


def _began_first(one: Outbreak) -> tuple[datetime, int, AlertKey]:
    return one.started_at, one.severity.rank, one.key

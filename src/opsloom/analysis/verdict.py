"""The verdict on an incident: where it starts, which change did it if any, who suffers, and what speaks against it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from opsloom.analysis.change_signals import CLOCK_TOLERANCE_SECONDS, Circumstances, rarity_of
from opsloom.analysis.change_suspects import ChangeSuspect, changed_words, rank_changes
from opsloom.analysis.complaints import complaints_of
from opsloom.analysis.deviation import SYMPTOMS, Deviation, Deviations, deviations_of
from opsloom.analysis.fan_out import changed_fan_outs
from opsloom.analysis.graph import ServiceGraph
from opsloom.analysis.outside_causes import OutsideCause, outside_cause_of
from opsloom.analysis.scene import Scene
from opsloom.analysis.service_signals import Surroundings
from opsloom.analysis.service_suspects import ServiceSuspect, rank_services
from opsloom.analysis.words import words_of_all, words_of_service

CONVICTED = 0.5
RULED_OUT = 0.15


class VerdictKind(StrEnum):
    """``service``: it starts there, and no recorded change is to blame."""

    CHANGE = "change"
    SERVICE = "service"
    INCONCLUSIVE = "inconclusive"


@dataclass(frozen=True)
class RuledOut:
    """A change that was looked at, and why it is not it."""

    change: ChangeSuspect
    why: str


@dataclass(frozen=True)
class Verdict:
    """``services`` and ``changes`` are ranked; ``blast`` are the services that suffer with the first one.

    ``confidence`` is that of the claim that ``kind`` makes; ``notes`` say what could not be judged.
    """

    kind: VerdictKind
    onset: datetime
    services: tuple[ServiceSuspect, ...]
    changes: tuple[ChangeSuspect, ...]
    blast: tuple[str, ...]
    ruled_out: tuple[RuledOut, ...]
    outside: OutsideCause | None
    confidence: float
    notes: tuple[str, ...]


def judge(scene: Scene, without: frozenset[str] = frozenset()) -> Verdict:
    """Weigh all that ``scene`` holds; ``without`` leaves signals out by name, for ablation.

    Nobody is convicted on nearness alone: naming the wrong change sends people the wrong way, naming none does not.
    """
    graph = ServiceGraph.of(edge.value for edge in scene.edges)
    deviations = deviations_of(scene)
    focus = scene.service or (scene.focus.service if scene.focus else None)
    alerted = scene.focus.signal if scene.focus else None
    around = Surroundings(
        graph, deviations, tuple(changed_fan_outs(scene, graph)), focus, alerted, scene.focus is not None
    )
    services = rank_services(around, without)
    primary = services[0].service if services else focus
    onset = _onset(scene, deviations.get(primary or "", ()))
    names = _names(scene, graph, deviations)
    at = _circumstances(scene, graph, deviations, primary, onset, names)
    known = [cited for cited in scene.changes if cited.value.at <= scene.now]
    changes = rank_changes(known, names, at, without)
    kind, confidence = _decide(services, changes)
    return Verdict(
        kind,
        datetime.fromtimestamp(onset, UTC),
        services,
        changes,
        _blast(graph, deviations, primary),
        _ruled_out(changes),
        at.outside,
        confidence,
        (*scene.gaps, *_notes(scene, deviations)),
    )


def _onset(scene: Scene, deviations: Iterable[Deviation]) -> float:
    """When the first metric of the primary service left its level; the time of the alert if none did."""
    found = [one.onset for one in deviations if one.onset is not None]
    return min(found, default=scene.alerted_at.timestamp())


def _names(scene: Scene, graph: ServiceGraph, deviations: Deviations) -> frozenset[str]:
    named = {cited.value.service for group in (scene.changes, scene.logs, scene.alerts) for cited in group}
    return frozenset(graph.services | deviations.keys() | {name for name in named if name is not None})


def _circumstances(
    scene: Scene,
    graph: ServiceGraph,
    deviations: Deviations,
    primary: str | None,
    onset: float,
    names: frozenset[str],
) -> Circumstances:
    since = datetime.fromtimestamp(onset - CLOCK_TOLERANCE_SECONDS, UTC)
    complaints = complaints_of(scene.logs, since, scene.now)
    noticeable = tuple(one for several in deviations.values() for one in several if one.noticeable)
    alert = scene.focus
    texts = [*(one.text for one in complaints), *(one.metric for one in noticeable)]
    if alert is not None:
        texts += [alert.name, alert.summary, alert.metric or ""]
    of_services = frozenset().union(*map(words_of_service, names))
    rarity = rarity_of([changed_words(cited.value) for cited in scene.changes if cited.value.at <= scene.now])
    return Circumstances(
        onset,
        primary,
        noticeable,
        graph,
        words_of_all(texts) - of_services,
        rarity,
        outside_cause_of(complaints, names),
    )


def _decide(services: tuple[ServiceSuspect, ...], changes: tuple[ChangeSuspect, ...]) -> tuple[VerdictKind, float]:
    change = changes[0].confidence if changes else 0.0
    service = services[0].confidence if services else 0.0
    if change >= CONVICTED:
        return VerdictKind.CHANGE, change
    if service >= CONVICTED:
        return VerdictKind.SERVICE, service
    return VerdictKind.INCONCLUSIVE, 1 - max(change, service)


def _blast(graph: ServiceGraph, deviations: Deviations, primary: str | None) -> tuple[str, ...]:
    """Who depends on ``primary``, and who suffers without depending on a known call; not what it calls itself."""
    if primary is None:
        return ()
    below = graph.downstream(primary)
    suffering = {
        service
        for service, several in deviations.items()
        if service not in below and any(one.noticeable and one.kind not in SYMPTOMS for one in several)
    }
    return tuple(sorted((suffering | graph.upstream(primary).keys()) - {primary}))


def _ruled_out(changes: tuple[ChangeSuspect, ...]) -> tuple[RuledOut, ...]:
    return tuple(RuledOut(one, one.against[0]) for one in changes if one.confidence < RULED_OUT and one.against)


def _notes(scene: Scene, deviations: Deviations) -> tuple[str, ...]:
    missing = [
        (not deviations, "no metric has points both before and after the alert"),
        (not scene.edges, "who calls whom is not known, so cause and symptom cannot be told apart by position"),
        (not scene.changes, "no change was found in what could be looked at"),
        (not scene.logs, "no log line was found in what could be looked at"),
    ]
    return tuple(note for is_missing, note in missing if is_missing)

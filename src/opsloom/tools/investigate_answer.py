"""An investigation as an answer: the verdict first, then rows by section, each with the evidence that it stands on."""

from collections.abc import Iterator, Sequence
from typing import Any

from opsloom.adapter_api.capabilities import OwnershipReader
from opsloom.analysis.change_suspects import ChangeSuspect
from opsloom.analysis.graph import ServiceGraph
from opsloom.analysis.grouping import AlertGroup, group_alerts
from opsloom.analysis.service_suspects import ServiceSuspect
from opsloom.analysis.signal import Signal
from opsloom.analysis.user_impact import user_impact
from opsloom.analysis.verdict import Verdict, VerdictKind
from opsloom.model import limits
from opsloom.model.alerts import Alert
from opsloom.model.deploys import ChangeKind, Deploy
from opsloom.model.metrics import Series
from opsloom.model.ownership import Ownership, OwnershipQuery
from opsloom.model.window import format_time
from opsloom.providers.operations import GET_OWNERSHIP
from opsloom.tools.answer import Answer, Cell, Row
from opsloom.tools.context import ToolContext
from opsloom.tools.gather import collect
from opsloom.tools.scene_gathering import Gathering

COLUMNS = ("section", "rank", "name", "at", "confidence", "why", "against", "ref", "evidence")
SERVICES_SHOWN = 3
CHANGES_SHOWN = 3
RULED_OUT_SHOWN = 2
GROUPS_SHOWN = 3
REASONS_SHOWN = 3
AGAINST_SHOWN = 2
EVIDENCE_SHOWN = 2
BLAST_SHOWN = 50
SECONDARY_SHOWN = 3
SUSPECT_CONFIDENCE = 0.2
CHART_BEFORE_SECONDS = 1_800
CHART_MOST_SECONDS = 3 * 3_600


async def answer_of(
    context: ToolContext, found: Gathering, focus: Alert | None, verdict: Verdict, *, defaulted: bool
) -> Answer:
    """The rows, in the order in which somebody at 3 a.m. needs them."""
    graph = ServiceGraph.of(cited.value for cited in found.edges)
    groups = group_alerts([cited.value for cited in found.alerts], graph, found.now)
    owners = await _owners(context, verdict.services[0].service if verdict.services else None)
    rows = [
        *_impact(groups, focus, found),
        *_services(verdict.services),
        *_changes(verdict.changes),
        *_ruled_out(verdict),
        *owners,
        *_blast(verdict),
        *_groups(groups),
        *_unchecked(found, verdict),
        *_next(verdict, focus),
    ]
    answer = Answer(
        columns=COLUMNS,
        rows=rows,
        sources=list(found.sources.values()),
        window=found.window,
        window_defaulted=defaulted,
        now=found.now,
        total=len(rows),
        notes=["confidence is how often such a verdict was right on recorded incidents; suspects are not causes yet"],
        evidence=list(dict.fromkeys(ident for row in rows for ident in _cited(row))),
    )
    answer.headline = {"verdict": _verdict(verdict, found)} | _chart(verdict, focus, found)
    return answer


def _cited(row: Row) -> Sequence[str]:
    cell = row[-1]
    return [str(ident) for ident in cell] if isinstance(cell, list) else []


def _row(
    section: str,
    name: str | list[Cell] | None = None,
    *,
    rank: int | None = None,
    at: str | None = None,
    confidence: float | None = None,
    why: str | None = None,
    against: str | None = None,
    ref: str | None = None,
    evidence: Sequence[str] = (),
) -> Row:
    rounded = None if confidence is None else round(confidence, 2)
    return [
        section,
        rank,
        name,
        at,
        rounded,
        why or None,
        against or None,
        ref,
        list(evidence[:EVIDENCE_SHOWN]) or None,
    ]


def _verdict(verdict: Verdict, found: Gathering) -> dict[str, Any]:
    return {
        "kind": str(verdict.kind),
        "confidence": round(verdict.confidence, 2),
        "onset": format_time(verdict.onset.replace(microsecond=0)),
        "told": _told(verdict, found),
    }


def _told(verdict: Verdict, found: Gathering) -> str:
    primary = verdict.services[0].service if verdict.services else "an unknown service"
    unheard = [gap for gap in found.gaps if gap.startswith("changes:")]
    if verdict.kind is VerdictKind.CHANGE:
        change = verdict.changes[0].change
        return f"It starts at {primary}; the likeliest cause is {_named(change)} at {format_time(change.at)}"
    if verdict.kind is VerdictKind.SERVICE:
        outside = f"; {verdict.outside.told}" if verdict.outside else ""
        return f"It starts at {primary}; {_unconvicted(verdict, unheard)}{outside}"
    return "Nothing stands out enough to blame: neither a service nor a change" + (f"; {unheard[0]}" if unheard else "")


def _unconvicted(verdict: Verdict, unheard: Sequence[str]) -> str:
    """What is to be said of changes where none is convicted."""
    if (suspect := _suspect(verdict)) is not None:
        change = suspect.change
        doubt = suspect.against[0] if suspect.against else "what is known of it does not suffice to blame it"
        return f"suspect, not convicted: {_named(change)} at {format_time(change.at)}; {doubt}"
    return f"no change was found, but {unheard[0]}" if unheard else "no recorded change explains it"


def _suspect(verdict: Verdict) -> ChangeSuspect | None:
    """The first change, if it is one to be looked at."""
    first = verdict.changes[0] if verdict.changes else None
    return first if first is not None and first.confidence >= SUSPECT_CONFIDENCE else None


def _impact(groups: Sequence[AlertGroup], focus: Alert | None, found: Gathering) -> Iterator[Row]:
    series = [cited.value for cited in found.series]
    mine = next((one for one in groups if focus is None or _holds(one, focus)), None)
    impact = user_impact(mine, series, found.now) if mine else None
    if impact is not None:
        cited = [cited for cited in found.series if cited.value.service == impact.service]
        evidence = cited[0].evidence if cited else ()
        yield _row("impact", impact.service, why=impact.line, evidence=evidence)
    elif focus is not None:
        told = [cited.evidence for cited in found.alerts if cited.value.ref == focus.ref]
        yield _row(
            "impact", focus.service, at=format_time(focus.starts_at), why=focus.summary, ref=str(focus.ref),
            evidence=told[0] if told else (),
        )  # fmt: skip


def _holds(group: AlertGroup, alert: Alert) -> bool:
    return any(alert.ref in folded.refs for folded in group.alerts)


def _services(services: Sequence[ServiceSuspect]) -> Iterator[Row]:
    for rank, one in enumerate(services[:SERVICES_SHOWN], 1):
        yield _row(
            "service", one.service, rank=rank, confidence=one.confidence,
            why=_why(one.signals), against="; ".join(one.against[:AGAINST_SHOWN]), evidence=_evidence(one.signals),
        )  # fmt: skip


def _changes(changes: Sequence[ChangeSuspect]) -> Iterator[Row]:
    """The first ones; a commit is left out where the deploy that carried it is ranked, too."""
    deployed = {one.change.commit for one in changes if one.change.kind is not ChangeKind.COMMIT and one.change.commit}
    apart = [one for one in changes if one.change.kind is not ChangeKind.COMMIT or one.change.commit not in deployed]
    for rank, one in enumerate(apart[:CHANGES_SHOWN], 1):
        change = one.change
        yield _row(
            "change", _named(change), rank=rank, at=format_time(change.at), confidence=one.confidence,
            why=_why(one.signals), against="; ".join(one.against[:AGAINST_SHOWN]), ref=str(change.ref),
            evidence=one.evidence,
        )  # fmt: skip


def _ruled_out(verdict: Verdict) -> Iterator[Row]:
    shown = {suspect.change.ref for suspect in verdict.changes[:CHANGES_SHOWN]}
    others = [one for one in verdict.ruled_out if one.change.change.ref not in shown]
    for one in others[:RULED_OUT_SHOWN]:
        change = one.change.change
        yield _row("ruled_out", _named(change), at=format_time(change.at), why=one.why, ref=str(change.ref))
    if len(others) > RULED_OUT_SHOWN:
        yield _row("ruled_out", f"and {len(others) - RULED_OUT_SHOWN} more changes")


def _named(change: Deploy) -> str:
    """``flag on checkout: title``; the version where the title does not tell it anyway."""
    version = "" if change.kind is ChangeKind.FLAG or change.version in change.title else change.version
    where = f"on {change.service}" if change.service else ""
    return " ".join(part for part in (change.kind, version, where) if part) + f": {change.title}"


def _why(signals: Sequence[Signal]) -> str:
    told = sorted((one for one in signals if one.weight > 0 and one.told), key=lambda one: -one.weight)
    return "; ".join(one.told for one in told[:REASONS_SHOWN])


def _evidence(signals: Sequence[Signal]) -> list[str]:
    return list(dict.fromkeys(ident for one in signals for ident in one.evidence))


async def _owners(context: ToolContext, service: str | None) -> list[Row]:
    """Whom to call about the service at which it starts."""
    if service is None or not context.hub.capable(OwnershipReader):
        return []
    found = await collect(context, GET_OWNERSHIP, OwnershipQuery(at=context.now, service=service))
    known: list[Ownership] = [row for _, row in found.rows]
    teams = list(dict.fromkeys(team.name for row in known for team in row.teams))
    people = list(dict.fromkeys(str(shift) for row in known for shift in row.on_call))
    if not (teams or people):
        return []
    told = f"on call: {', '.join(people) or 'nobody known'}"
    return [_row("owner", ", ".join(teams) or service, why=told, evidence=found.evidence)]


def _blast(verdict: Verdict) -> Iterator[Row]:
    if verdict.blast:
        more = f", and {len(verdict.blast) - BLAST_SHOWN} more" if len(verdict.blast) > BLAST_SHOWN else ""
        yield _row("blast", list(verdict.blast[:BLAST_SHOWN]), why=f"depend on it, or suffer with it{more}")


def _groups(groups: Sequence[AlertGroup]) -> Iterator[Row]:
    for one in groups[:GROUPS_SHOWN]:
        alert = one.primary.alert
        secondary = [f"{two.folded.alert.name} on {two.folded.alert.service}: {two.reason}" for two in one.secondary]
        more = f"; +{len(secondary) - SECONDARY_SHOWN} more" if len(secondary) > SECONDARY_SHOWN else ""
        yield _row(
            "group", f"{alert.name} on {alert.service}", at=format_time(one.started_at),
            why="; ".join(secondary[:SECONDARY_SHOWN]) + more if secondary else "alone", ref=str(alert.ref),
        )  # fmt: skip


def _unchecked(found: Gathering, verdict: Verdict) -> Iterator[Row]:
    for note in dict.fromkeys([*found.gaps, *verdict.notes]):
        yield _row("unchecked", note)


def _next(verdict: Verdict, focus: Alert | None) -> Iterator[Row]:
    """The two calls that would tell most."""
    primary = verdict.services[0].service if verdict.services else None
    calls = []
    if (suspect := _suspect(verdict)) is not None:
        calls.append(f"get_record ref={suspect.change.ref} detail=full")
    if primary is not None:
        calls.append(f"search_logs service={primary} severity=error since=-1h")
        calls.append(f"map_dependencies service={primary}")
    elif focus is not None and focus.service:
        calls.append(f"query_metrics service={focus.service}")
    yield from (_row("next", call) for call in calls[:2])


def _chart(verdict: Verdict, focus: Alert | None, found: Gathering) -> dict[str, Any]:
    """The metric of the alert, or the one that deviates most, around the onset: few points, for a picture."""
    chosen = _series_shown(verdict, focus, found)
    if chosen is None:
        return {}
    end = found.now.timestamp()
    first = min((one.change.at.timestamp() for one in verdict.changes[:CHANGES_SHOWN]), default=end)
    around = 2 * verdict.onset.timestamp() - end - CHART_BEFORE_SECONDS
    start = max(found.window.start.timestamp(), end - CHART_MOST_SECONDS, min(first, around))
    step = max(1.0, (end - start) / limits.INVESTIGATE_CHART_POINTS)
    buckets: dict[int, list[float]] = {}
    for at, value in chosen.points:
        if start <= at < end:
            buckets.setdefault(int((at - start) / step), []).append(value)
    points = [
        float(f"{sum(values) / len(values):.3g}") if (values := buckets.get(place)) else None
        for place in range(limits.INVESTIGATE_CHART_POINTS)
    ]
    return {
        "chart": {
            "metric": chosen.metric,
            "service": chosen.service,
            "unit": chosen.unit,
            "start": format_time(verdict.onset.fromtimestamp(int(start), tz=verdict.onset.tzinfo)),
            "step_seconds": round(step),
            "points": points,
        }
    }


def _series_shown(verdict: Verdict, focus: Alert | None, found: Gathering) -> Series | None:
    series: list[Series] = [cited.value for cited in found.series]
    if focus is not None and focus.metric:
        for one in series:
            if (one.metric, one.service) == (focus.metric, focus.service):
                return one
    primary = verdict.services[0].service if verdict.services else (focus.service if focus else None)
    mine = [one for one in series if one.service == primary and one.kind is not None]
    return mine[0] if mine else None

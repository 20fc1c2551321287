"""What is around a change: who owns the services that it concerns, and who depends on them."""

from dataclasses import dataclass, field
from typing import TypeVar

from opsloom.adapter_api.capabilities import OwnershipReader, TopologyReader
from opsloom.model.limits import PROVIDER_ROWS_MAX, SURROUNDINGS_SERVICES_MAX, WINDOW_DEFAULT_SECONDS
from opsloom.model.ownership import OwnershipQuery
from opsloom.model.page import Page
from opsloom.model.topology import DependencyQuery
from opsloom.model.window import resolve_window
from opsloom.providers.hub import Hub
from opsloom.providers.operations import GET_DEPENDENCIES, GET_OWNERSHIP, Operation

Q = TypeVar("Q")
R = TypeVar("R")


@dataclass
class Surroundings:
    """Facts for the preview; ``gaps`` says what could not be looked at."""

    owners: list[str] = field(default_factory=list)
    on_call: list[str] = field(default_factory=list)
    dependants: list[str] = field(default_factory=list)
    tiers: list[str] = field(default_factory=list)
    gaps: list[str] = field(default_factory=list)
    evidence: list[str] = field(default_factory=list)


async def look_around(hub: Hub, services: tuple[str, ...]) -> Surroundings:
    """Ask the ownership and topology sources about the first ``limits.SURROUNDINGS_SERVICES_MAX`` services."""
    found = Surroundings()
    for service in services[:SURROUNDINGS_SERVICES_MAX]:
        await _owners_of(hub, service, found)
        await _dependants_of(hub, service, found)
    if len(services) > SURROUNDINGS_SERVICES_MAX:
        found.gaps.append(f"owners and dependants of {len(services) - SURROUNDINGS_SERVICES_MAX} more services")
    if not services:
        found.gaps.append("owner and dependants: the change names no service")
    for facts in (found.owners, found.on_call, found.dependants, found.tiers, found.gaps):
        facts[:] = dict.fromkeys(facts)
    return found


async def _owners_of(hub: Hub, service: str, found: Surroundings) -> None:
    query = OwnershipQuery(at=hub.clock.now(), service=service)
    for ownership in await _rows(hub, OwnershipReader, GET_OWNERSHIP, query, f"the owner of {service}", found):
        if ownership.service is not None:
            found.owners += [ownership.service.owner] if ownership.service.owner else []
            found.tiers += [ownership.service.tier] if ownership.service.tier else []
        found.owners += [team.name for team in ownership.teams]
        found.on_call += [shift.user for shift in ownership.on_call]
        found.dependants += ownership.upstream


async def _dependants_of(hub: Hub, service: str, found: Surroundings) -> None:
    window, _ = resolve_window(None, None, hub.clock.now(), default_seconds=WINDOW_DEFAULT_SECONDS)
    query = DependencyQuery(window=window, service=service, limit=PROVIDER_ROWS_MAX)
    edges = await _rows(hub, TopologyReader, GET_DEPENDENCIES, query, f"measured calls to {service}", found)
    found.dependants += sorted(edge.caller for edge in edges if edge.callee == service)


async def _rows(
    hub: Hub, capability: type, operation: Operation[Q, Page[R]], query: Q, what: str, found: Surroundings
) -> list[R]:
    if not hub.capable(capability):
        found.gaps.append(f"{what}: no source is configured")
        return []
    rows: list[R] = []
    for outcome in await hub.ask(operation, query):
        found.evidence += outcome.evidence
        if outcome.value is None:
            found.gaps.append(f"{what}: {outcome.instance} did not answer")
        else:
            rows += outcome.value.rows
    return rows

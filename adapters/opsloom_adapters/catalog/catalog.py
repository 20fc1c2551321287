"""The catalogue: all documents of the folder, by what they name."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from opsloom.adapter_api.dialects.backstage.entity_ref import EntityRef
from opsloom.model.slo import Slo
from opsloom_adapters.catalog.slo_mapping import UnreadableSloError, slos_of
from opsloom_adapters.catalog.slo_wire import IndicatorSpec, IndicatorWire, SloWire
from opsloom_adapters.catalog.source_files import SourceFile
from opsloom_adapters.catalog.wire import EntityWire, Metadata, PolicyWire, ScheduleWire, Shift, Step

ENTITY_KINDS = frozenset({"api", "component", "group", "resource", "system", "user"})


@dataclass(frozen=True, slots=True)
class Entity:
    """An entity of Backstage and the file that it stands in."""

    ref: EntityRef
    wire: EntityWire
    source: str

    @property
    def metadata(self) -> Metadata:
        return self.wire.metadata


@dataclass(frozen=True, slots=True)
class Schedule:
    """Who holds the pager of ``team``."""

    name: str
    team: EntityRef
    shifts: tuple[Shift, ...]
    source: str


@dataclass(frozen=True, slots=True)
class Policy:
    """Whom to tell when nobody of ``team`` answers."""

    team: EntityRef
    steps: tuple[Step, ...]
    source: str


@dataclass(frozen=True, slots=True)
class Promise:
    """The SLOs of one document."""

    slos: tuple[Slo, ...]
    source: str


@dataclass(slots=True)
class Catalog:
    """``needs`` and ``needed_by`` are the declared dependencies both ways, ``promises`` the SLOs of components,
    ``problems`` one sentence per file.
    """

    entities: dict[EntityRef, Entity] = field(default_factory=dict)
    schedules: list[Schedule] = field(default_factory=list)
    policies: list[Policy] = field(default_factory=list)
    needs: defaultdict[EntityRef, set[EntityRef]] = field(default_factory=lambda: defaultdict(set))
    needed_by: defaultdict[EntityRef, set[EntityRef]] = field(default_factory=lambda: defaultdict(set))
    promises: defaultdict[EntityRef, list[Promise]] = field(default_factory=lambda: defaultdict(list))
    indicators: dict[str, IndicatorSpec] = field(default_factory=dict)
    objectives: list[tuple[SloWire, str]] = field(default_factory=list)
    problems: dict[str, str] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        return not (self.entities or self.schedules or self.policies)

    def components(self) -> list[Entity]:
        """All components, by name."""
        found = [entity for entity in self.entities.values() if entity.ref.kind == "component"]
        return sorted(found, key=lambda entity: (entity.ref.namespace, entity.ref.name))

    def labels(self, refs: Iterable[EntityRef]) -> tuple[str, ...]:
        """The labels of ``refs``, sorted."""
        return tuple(sorted(self.label(ref) for ref in refs))

    def label(self, ref: EntityRef) -> str:
        """How people call what ``ref`` names: as its own document writes it, if there is one."""
        entity = self.entities.get(ref)
        return (entity.ref if entity else ref).label

    def members_of(self, group: EntityRef) -> set[EntityRef]:
        """The users whom the group names, and those who name the group."""
        entity = self.entities.get(group)
        named = refs_in(entity.wire.spec.members, "user", group.namespace) if entity else ()
        naming = (
            user.ref
            for user in self.entities.values()
            if user.ref.kind == "user" and group in refs_in(user.wire.spec.member_of, "group", user.ref.namespace)
        )
        return {*named, *naming}


def catalog_of(files: Iterable[SourceFile]) -> Catalog:
    """Sort all documents of ``files``; one that cannot be read is a problem of its file and hides no other."""
    catalog = Catalog()
    for file in files:
        if file.problem:
            catalog.problems[file.name] = f"{file.name} was left out: {file.problem}"
        for number, document in enumerate(file.documents, start=1):
            try:
                problem = _add(catalog, document, file.name)
            except ValidationError as error:
                place = ".".join(str(part) for part in error.errors()[0]["loc"][:2])
                problem = f"it is not as its kind should be (at {place})"
            if problem:
                catalog.problems.setdefault(file.name, f"document {number} of {file.name}: {problem}")
    for entity in catalog.entities.values():
        for needing, needed in _dependencies_of(entity):
            catalog.needs[needing].add(needed)
            catalog.needed_by[needed].add(needing)
    for wire, source in catalog.objectives:
        try:
            _add_promise(catalog, wire, source)
        except UnreadableSloError as error:
            catalog.problems.setdefault(source, f"the SLO {wire.metadata.name} of {source}: {error}")
    return catalog


def refs_in(texts: Iterable[str], kind: str, namespace: str) -> Iterator[EntityRef]:
    """The refs that can be read."""
    return (ref for text in texts if (ref := EntityRef.parse(text, kind, namespace)) is not None)


def _add(catalog: Catalog, document: Any, source: str) -> str:
    """Put one document in its place; the result says what is wrong with it, if anything is."""
    if not isinstance(document, Mapping):
        return ""
    api, kind = str(document.get("apiVersion", "")), str(document.get("kind", ""))
    if api.startswith("backstage.io/"):
        return _add_entity(catalog, document, source) if kind.lower() in ENTITY_KINDS else ""
    if api == "opsloom/v1":
        return _add_document_of_ours(catalog, kind, document, source)
    if api == "openslo/v1":
        return _add_document_of_openslo(catalog, kind, document, source)
    family = api.partition("/")[0]
    return f"its apiVersion is unknown; {family}/v1 is known" if family in ("opsloom", "openslo") else ""


def _add_entity(catalog: Catalog, document: Any, source: str) -> str:
    wire = EntityWire.model_validate(document)
    ref = _ref_of(wire.metadata, wire.kind)
    if ref is None:
        return "a name in it is none that Backstage takes"
    if ref in catalog.entities:
        return f"{ref} was already described in {catalog.entities[ref].source}"
    catalog.entities[ref] = Entity(ref, wire, source)
    spec = wire.spec
    referred = (*spec.depends_on, *spec.dependency_of, *spec.members, *spec.member_of)
    readable = all(EntityRef.parse(text, "component") for text in referred)
    return "" if readable else "it refers to something by what is no entity reference"


def _ref_of(metadata: Metadata, kind: str) -> EntityRef | None:
    return EntityRef.parse(f"{kind}:{metadata.namespace or 'default'}/{metadata.name}", kind)


def _add_document_of_ours(catalog: Catalog, kind: str, document: Any, source: str) -> str:
    if kind == "OnCallSchedule":
        schedule = ScheduleWire.model_validate(document)
        team = EntityRef.parse(schedule.spec.team, "group")
        if team is not None:
            catalog.schedules.append(Schedule(schedule.metadata.name, team, schedule.spec.shifts, source))
    elif kind == "EscalationPolicy":
        policy = PolicyWire.model_validate(document)
        team = EntityRef.parse(policy.spec.team, "group")
        if team is not None:
            catalog.policies.append(Policy(team, policy.spec.steps, source))
    else:
        return "its kind is unknown; opsloom/v1 has OnCallSchedule and EscalationPolicy"
    return "" if team is not None else "its team is no entity reference"


def _add_document_of_openslo(catalog: Catalog, kind: str, document: Any, source: str) -> str:
    """An SLO may refer to an SLI further on, so that both are only put aside."""
    if kind == "SLO":
        catalog.objectives.append((SloWire.model_validate(document), source))
    elif kind == "SLI":
        indicator = IndicatorWire.model_validate(document)
        catalog.indicators[indicator.metadata.name] = indicator.spec
    return ""


def _add_promise(catalog: Catalog, wire: SloWire, source: str) -> None:
    ref = EntityRef.parse(wire.spec.service, "component")
    if ref is None or ref not in catalog.entities:
        raise UnreadableSloError("its service is not in the catalogue")
    catalog.promises[ref].append(Promise(slos_of(wire, catalog.label(ref), catalog.indicators), source))


def _dependencies_of(entity: Entity) -> Iterator[tuple[EntityRef, EntityRef]]:
    """Backstage gives no default kind here; a bare name means a component."""
    spec, namespace = entity.wire.spec, entity.ref.namespace
    for needed in refs_in(spec.depends_on, "component", namespace):
        yield entity.ref, needed
    for needing in refs_in(spec.dependency_of, "component", namespace):
        yield needing, entity.ref

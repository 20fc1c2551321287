"""From runs to dependencies: a job needs what it reads, a data set needs the job that writes it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from opsloom.model.topology import Dependency, DependencyKind, DependencySource, NodeKind
from opsloom_adapters.openlineage.names import Node, NodeType, labels_of, services_of
from opsloom_adapters.openlineage.runs import JobRun

# https://openlineage.io/spec/facets/2-0-4/JobTypeJobFacet.json
_KIND_OF_PROCESSING = {"BATCH": NodeKind.BATCH, "SERVICE": NodeKind.SERVICE}


@dataclass
class _Edge:
    """The runs that make one edge."""

    caller_kind: NodeKind
    callee_kind: NodeKind
    kind: DependencyKind
    external: bool
    runs: list[JobRun] = field(default_factory=list)


def dependencies_of(runs: Sequence[JobRun], globs: Mapping[str, str], seconds: float) -> list[Dependency]:
    """The edges that ``runs`` make within ``seconds``; what happens inside one service is none."""
    ends = [(run, caller, callee) for run in runs for caller, callee in _ends_of(run)]
    nodes = {node for _, caller, callee in ends for node in (caller, callee)}
    services = services_of(nodes, globs)
    labels = labels_of(nodes, services)
    kinds = _kinds_of(runs, nodes, services)
    written = {node for run in runs for node in run.outputs}
    edges: dict[tuple[str, str], _Edge] = {}
    for run, caller, callee in ends:
        between_jobs = caller.type is callee.type
        edge = edges.setdefault(
            (labels[caller], labels[callee]),
            _Edge(
                caller_kind=kinds[caller],
                callee_kind=kinds[callee],
                kind=DependencyKind.SYNC if between_jobs else DependencyKind.DATA,
                external=callee.type is NodeType.DATASET and callee not in written,
            ),
        )
        edge.runs.append(run)
    return [
        _dependency_of(caller, callee, edge, seconds) for (caller, callee), edge in edges.items() if caller != callee
    ]


def _ends_of(run: JobRun) -> Iterator[tuple[Node, Node]]:
    """Caller and callee, which is what the caller needs; a parent waits for the runs that it starts."""
    yield from ((run.job, dataset) for dataset in run.inputs)
    yield from ((dataset, run.job) for dataset in run.outputs)
    if run.parent is not None:
        yield run.parent, run.job


def _kinds_of(runs: Iterable[JobRun], nodes: Iterable[Node], services: Mapping[Node, str]) -> dict[Node, NodeKind]:
    kinds = {node: NodeKind.JOB if node.type is NodeType.JOB else NodeKind.DATASTORE for node in nodes}
    for run in runs:
        kind = _KIND_OF_PROCESSING.get(run.processing_type.upper())
        if kind is not None:
            kinds[run.job] = kind
    return kinds | dict.fromkeys(services, NodeKind.SERVICE)


def _dependency_of(caller: str, callee: str, edge: _Edge, seconds: float) -> Dependency:
    return Dependency(
        caller=caller,
        callee=callee,
        kind=edge.kind,
        source=DependencySource.OBSERVED,
        external=edge.external,
        caller_kind=edge.caller_kind,
        callee_kind=edge.callee_kind,
        first_seen=min(run.first for run in edge.runs),
        last_seen=max(run.last for run in edge.runs),
        request_rate=len(edge.runs) / seconds,
        error_rate=sum(run.failed for run in edge.runs) / seconds,
    )

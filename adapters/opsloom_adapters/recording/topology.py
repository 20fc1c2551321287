"""Reads who calls whom: observed in ``topology.json`` and ``spans.jsonl``, declared in ``services.json``."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from opsloom.adapter_api.call import Call
from opsloom.model.errors import UnsupportedError
from opsloom.model.limits import DEPENDENCIES_MAX, HTTP_BODY_MAX_BYTES
from opsloom.model.page import Page
from opsloom.model.topology import Dependency, DependencyQuery, DependencySource
from opsloom.model.window import Window
from opsloom_adapters.recording.parse import Line, compact
from opsloom_adapters.recording.question import Question, ask, filters_of
from opsloom_adapters.recording.recording import RecordedFile, Recording
from opsloom_adapters.recording.spans import CallCount, CallSpan, count_calls
from opsloom_adapters.recording.wire import ServiceEntry, TopologyFile

_KIND = "topology"
_MIB = 1024 * 1024
_SAMPLED = "rates count the recorded spans, which may be a sample of the requests"
_TOO_MANY_SPANS = (
    f"the spans of this window are over {HTTP_BODY_MAX_BYTES // _MIB} MiB and were left out: "
    "edges have no rates and no times; ask for a shorter window"
)

_Counts = Mapping[tuple[str, str], CallCount]


class _Edge(NamedTuple):
    """An edge, and the pieces of files that say so."""

    dependency: Dependency
    pieces: Sequence[tuple[RecordedFile[Any], bytes]]


async def get_dependencies(recording: Recording, query: DependencyQuery, call: Call) -> Page[Dependency]:
    """The edges of one service or of all. The topology holds for every window; spans count only within theirs.

    :raises UnsupportedError: the recording has none of the files that tell.
    """
    question = await ask(recording, call, filters_of(query), query.window)
    topology = await recording.topology.read_if_any(call)
    spans = await recording.spans.read_if_any(call)
    services = await recording.services.read_if_any(call)
    contents = ((recording.topology, topology), (recording.spans, spans), (recording.services, services))
    files: list[RecordedFile[Any]] = [file for file, content in contents if content is not None]
    if not files:
        raise UnsupportedError(f"{call.instance} replays a recording without topology.json and spans.jsonl")
    counts, notes = _counted(spans or (), query.window, question)
    edges = (*_observed(recording, topology or TopologyFile(), counts), *_declared(recording, services or ()))
    found = [one for one in edges if query.service in (None, one.dependency.caller, one.dependency.callee)]
    shown = found[: min(query.limit, DEPENDENCIES_MAX)]
    for file in files:
        pieces = dict.fromkeys(piece for edge in shown for source, piece in edge.pieces if source is file)
        question.capture(file, pieces, kind=_KIND)
    return question.page([edge.dependency for edge in shown], len(found), files[0], kind=_KIND, notes=notes)


def _counted(spans: Sequence[CallSpan], window: Window, question: Question) -> tuple[_Counts, tuple[str, ...]]:
    """The calls until the recording falls silent, as far as they fit into evidence, and what to say about them."""
    end = min(window.end, question.recorded_until)
    counts = count_calls(spans, Window(start=window.start, end=end)) if window.start < end else {}
    lines = {line for count in counts.values() for call in count.calls for line in call.lines}
    if sum(len(line) + 1 for line in lines) > HTTP_BODY_MAX_BYTES:
        return {}, (_TOO_MANY_SPANS,)
    return counts, (_SAMPLED,) if counts else ()


def _observed(recording: Recording, topology: TopologyFile, counts: _Counts) -> Iterator[_Edge]:
    """The edges of the topology in its order, then those that only spans tell."""
    drawn = dict.fromkeys(topology.edges)
    for ends in (*drawn, *(ends for ends in counts if ends not in drawn)):
        caller, callee = ends
        dependency = Dependency(
            caller=caller,
            callee=callee,
            source=DependencySource.OBSERVED,
            external=callee in topology.external,
        )
        pieces: list[tuple[RecordedFile[Any], bytes]] = [(recording.topology, compact(ends))] if ends in drawn else []
        if count := counts.get(ends):
            measured = {
                "first_seen": count.first_seen,
                "last_seen": count.last_seen,
                "request_rate": count.request_rate,
                "error_rate": count.error_rate,
            }
            dependency = dependency.model_copy(update=measured)
            pieces += [(recording.spans, line) for call in count.calls for line in call.lines]
        yield _Edge(dependency, pieces)


def _declared(recording: Recording, services: Sequence[Line[ServiceEntry]]) -> Iterator[_Edge]:
    for line in services:
        for callee in line.record.depends_on:
            dependency = Dependency(caller=line.record.name, callee=callee, source=DependencySource.DECLARED)
            yield _Edge(dependency, [(recording.services, line.raw)])

"""TopologyReader: the chains of jobs and data sets that runs were seen to make."""

from collections.abc import Iterator, Sequence

from opsloom.adapter_api.call import Call
from opsloom.model.limits import DEPENDENCIES_MAX
from opsloom.model.page import Page
from opsloom.model.topology import Dependency, DependencyQuery
from opsloom.model.window import format_time
from opsloom_adapters.openlineage.config import OpenlineageConfig
from opsloom_adapters.openlineage.mapping import dependencies_of
from opsloom_adapters.openlineage.runs import JobRun, runs_of
from opsloom_adapters.openlineage.source import EventSource, Reading


async def get_dependencies(
    source: EventSource, config: OpenlineageConfig, query: DependencyQuery, call: Call
) -> Page[Dependency]:
    """The edges of runs with an event in the window, busiest first.

    :raises UnexpectedAnswerError: an event cannot be read; the text names its line or its place.
    """
    reading = await source.read(call, query.window)
    runs = runs_of(reading.events)
    edges = dependencies_of(runs, config.services, reading.window.seconds)
    found = [edge for edge in edges if query.service in (None, edge.caller, edge.callee)]
    found.sort(key=lambda edge: (-(edge.request_rate or 0.0), edge.caller, edge.callee))
    shown = found[: min(query.limit, DEPENDENCIES_MAX)]
    return Page(
        rows=tuple(shown),
        total=len(found) if reading.complete else None,
        complete=reading.complete and len(shown) == len(found),
        query=reading.query,
        link=f"{config.web_url}/events" if config.web_url else None,
        notes=tuple(_notes(reading, runs)),
    )


def _notes(reading: Reading, runs: Sequence[JobRun]) -> Iterator[str]:
    if not reading.complete:
        yield f"too many events: those before {format_time(reading.window.start)} were not read; rates count from there"
    if not runs:
        last = reading.newest_before
        before = "nor before it" if last is None else f"the last one before it is of {format_time(last)}"
        yield f"no run event in this window, {before}"
    without = [run for run in runs if not run.inputs and not run.outputs]
    if without:
        failed = sum(run.failed for run in without)
        yield f"runs whose events in this window name no data set: {len(without)}, {failed} of them failed"
    others = sum(event.run is None for event in reading.events)
    if others:
        yield f"events that tell of no run, left out: {others}"

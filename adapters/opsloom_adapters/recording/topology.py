"""Reads ``topology.json``."""

from opsloom.adapter_api.call import Call
from opsloom.model.page import Page
from opsloom.model.topology import Dependency, DependencyQuery, DependencySource
from opsloom_adapters.recording.parse import Line, compact
from opsloom_adapters.recording.question import ask, filters_of
from opsloom_adapters.recording.recording import Recording


async def get_dependencies(recording: Recording, query: DependencyQuery, call: Call) -> Page[Dependency]:
    """The edges of one service or of all; a recording does not say when an edge was seen."""
    question = await ask(recording, call, filters_of(query), query.window)
    topology = await recording.topology.read(call)
    found = (
        Line(
            compact([caller, callee]),
            Dependency(
                caller=caller,
                callee=callee,
                source=DependencySource.OBSERVED,
                external=callee in topology.external,
            ),
        )
        for caller, callee in topology.edges
        if query.service in (None, caller, callee)
    )
    return question.page_of(found, recording.topology, kind="topology", limit=query.limit)

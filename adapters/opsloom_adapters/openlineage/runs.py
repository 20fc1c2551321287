"""Events put together to the runs that they tell of."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from opsloom_adapters.openlineage import wire
from opsloom_adapters.openlineage.names import Node

_FAILED = frozenset({"FAIL", "ABORT"})
"""Failed, and stopped abnormally: https://openlineage.io/docs/spec/run-cycle. Either way the output is not there."""


@dataclass(slots=True)
class JobRun:
    """One run of ``job``: the events of a run add up, whichever names a data set."""

    job: Node
    first: datetime
    last: datetime
    processing_type: str = ""
    parent: Node | None = None
    failed: bool = False
    inputs: set[Node] = field(default_factory=set)
    outputs: set[Node] = field(default_factory=set)

    def add(self, event: wire.Event, run: wire.Run, job: wire.Job) -> None:
        """Put in what one more event says."""
        self.first, self.last = min(self.first, event.time), max(self.last, event.time)
        self.processing_type = job.processing_type or self.processing_type
        self.failed |= (event.type or "").upper() in _FAILED
        self.inputs.update(Node.dataset(one) for one in event.inputs or ())
        self.outputs.update(Node.dataset(one) for one in event.outputs or ())
        if run.facets is not None and run.facets.parent is not None:
            self.parent = Node.job(run.facets.parent.job)


def runs_of(events: Iterable[wire.Event]) -> list[JobRun]:
    """The runs that run events among ``events`` tell of; an event that is there twice counts once."""
    runs: dict[tuple[Node, str], JobRun] = {}
    for event in events:
        if event.run is None or event.job is None:
            continue
        job = Node.job(event.job)
        run = runs.setdefault((job, event.run.run_id), JobRun(job, event.time, event.time))
        run.add(event, event.run, event.job)
    return list(runs.values())

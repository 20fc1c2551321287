"""The golden signals of a service: what each is, which come first, and asking for all of them at once.

Source: https://sre.google/sre-book/monitoring-distributed-systems/#xref_monitoring_golden-signals
"""

from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import anyio

from opsloom.model.errors import OpsloomError
from opsloom.model.metrics import MetricKind, Series

A = TypeVar("A")
Q = TypeVar("Q")

_TURNS = (MetricKind.ERRORS, MetricKind.LATENCY, MetricKind.SATURATION, MetricKind.SUCCESS, MetricKind.TRAFFIC)


@dataclass(frozen=True, slots=True)
class GoldenSignal:
    """``metric`` is the name and what was made of it, such as ``http_requests_total:error_ratio``."""

    metric: str
    kind: MetricKind
    unit: str
    expression: str

    def named(self, heard: Iterable[Series]) -> tuple[Series, ...]:
        """``heard``, the answer to ``expression``, under the name of the signal."""
        said = {"metric": self.metric, "kind": self.kind, "unit": self.unit}
        return tuple(one.model_copy(update=said) for one in heard)


def in_turns(signals: Iterable[GoldenSignal]) -> list[GoldenSignal]:
    """The best signal of each kind before the second of any; ``signals`` come with the best of each kind first."""
    seen: Counter[MetricKind] = Counter()
    turns = []
    for signal in signals:
        turns.append(((seen[signal.kind], _TURNS.index(signal.kind)), signal))
        seen[signal.kind] += 1
    return [signal for _, signal in sorted(turns, key=lambda turn: turn[0])]


async def all_at_once(ask: Callable[[Q], Awaitable[A]], questions: Sequence[Q]) -> list[A]:
    """The answers in the order of ``questions``.

    :raises OpsloomError: the first one of them; the others are not waited for.
    """
    answers: dict[int, A] = {}
    errors: list[OpsloomError] = []

    async with anyio.create_task_group() as tasks:

        async def keep(place: int, question: Q) -> None:
            try:
                answers[place] = await ask(question)
            except OpsloomError as error:
                errors.append(error)
                tasks.cancel_scope.cancel()

        for place, question in enumerate(questions):
            tasks.start_soon(keep, place, question)
    if errors:
        raise errors[0]
    return [answers[place] for place in range(len(questions))]

"""One explainable reason for or against a suspect."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Signal:
    """``value`` in the signal's own unit, ``weight`` is what it adds to the score, ``told`` is for people."""

    name: str
    value: float
    weight: float
    told: str
    evidence: tuple[str, ...] = ()


def score_of(signals: Iterable[Signal]) -> float:
    """The sum of the weights: each signal can be taken away, and the rest still be added up by hand."""
    return sum(signal.weight for signal in signals)


def against(signals: Iterable[Signal]) -> tuple[str, ...]:
    """What speaks against the suspect, the weightiest first."""
    return tuple(one.told for one in sorted(signals, key=lambda one: one.weight) if one.weight < 0 and one.told)

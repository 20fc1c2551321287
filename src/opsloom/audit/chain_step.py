"""One step in the chain of an action."""

from dataclasses import dataclass
from enum import StrEnum

from opsloom.audit.canonical import Json


class Stage(StrEnum):
    """The parts of a chain, in their order."""

    CALL = "call"
    EVIDENCE = "evidence"
    FINDING = "finding"
    PLAN = "plan"
    QUESTION = "question"
    DECISION = "decision"
    EXECUTION = "execution"
    RECONCILIATION = "reconciliation"
    VERIFICATION = "verification"
    END = "end"
    REVIEW = "review"


@dataclass(frozen=True, slots=True)
class Step:
    """A sentence on what happened. ``seq`` is the record that says so, to be proven by ``opsloom audit prove``; None
    where the log itself does not say it. ``at`` is RFC 3339; ``quoted`` are lines that the sentence introduces."""

    stage: Stage
    text: str
    seq: int | None
    at: str
    evidence: tuple[str, ...] = ()
    quoted: tuple[str, ...] = ()
    problem: str = ""

    def to_json(self) -> dict[str, Json]:
        """For programs."""
        return {
            "stage": str(self.stage),
            "seq": self.seq,
            "at": self.at,
            "text": self.text,
            "quoted": list(self.quoted),
            "evidence": list(self.evidence),
            "problem": self.problem or None,
        }

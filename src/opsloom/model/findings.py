"""Findings: claims, and the evidence that they stand on."""

from datetime import datetime
from enum import StrEnum

from opsloom.model.record import Noun


class FindingKind(StrEnum):
    """How the claim is meant."""

    OBSERVED = "observed"
    INFERRED = "inferred"
    RULED_OUT = "ruled_out"
    UNKNOWN = "unknown"


class Finding(Noun):
    """One claim of an investigation. ``confidence`` is 0 to 1; ``author`` is who recorded it."""

    id: str
    investigation: str
    at: datetime
    claim: str
    kind: FindingKind
    confidence: float | None = None
    evidence: tuple[str, ...] = ()
    author: str

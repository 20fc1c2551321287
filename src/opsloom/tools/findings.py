"""Findings: a claim stands on evidence that we hold, or is refused."""

from typing import Annotated

from pydantic import Field

from opsloom.model.errors import InvalidRequestError
from opsloom.model.findings import FindingKind
from opsloom.model.limits import CLAIM_CHARS, EVIDENCE_IDS_MAX
from opsloom.tools.answer import Answer
from opsloom.tools.context import ToolContext
from opsloom.tools.registry import tool


@tool(title="Record a finding", reads_providers=False, read_only=False)
async def record_finding(
    context: ToolContext,
    claim: Annotated[str, Field(description="one sentence", min_length=1, max_length=CLAIM_CHARS)],
    kind: Annotated[FindingKind, Field(description="how it is meant")],
    evidence: Annotated[list[str], Field(description="ids (ev_...) it stands on", max_length=EVIDENCE_IDS_MAX)],
    confidence: Annotated[float | None, Field(description="0 to 1", ge=0, le=1)] = None,
) -> Answer:
    """Write a claim with its evidence into our own log; evidence we do not hold is refused.
    unknown and ruled_out are welcome.
    """
    if not evidence and kind is not FindingKind.UNKNOWN:
        raise InvalidRequestError(f"a finding of kind {kind} must cite evidence; only 'unknown' may cite none")
    missing = await context.evidence.missing(evidence)
    if missing:
        raise InvalidRequestError(
            f"refused: this server holds no evidence {', '.join(sorted(missing))[:400]}. "
            "Cite ids from the 'evidence' of answers; nothing was recorded."
        )
    finding = await context.investigations.record_finding(
        investigation=context.investigation,
        claim=claim,
        kind=kind,
        confidence=confidence,
        evidence=tuple(dict.fromkeys(evidence)),
        author=context.author,
    )
    context.seen.extend(finding.evidence)
    return Answer(
        columns=("id", "kind", "confidence", "claim"),
        rows=[[finding.id, finding.kind, finding.confidence, finding.claim]],
        total=1,
        evidence=list(finding.evidence),
        cell_chars=CLAIM_CHARS,
    )

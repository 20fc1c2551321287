"""Reviewing what was approved by breaking the glass; due within ``limits.BREAK_GLASS_REVIEW_SECONDS``."""

from opsloom.approval.progress import ActionView
from opsloom.approval.rows import By, record_of
from opsloom.audit.log import AuditLog
from opsloom.audit.record import Kind
from opsloom.model.errors import ApprovalError, InvalidRequestError


async def review(log: AuditLog, view: ActionView, person: str, reason: str, by: By) -> None:
    """Record that ``person`` has reviewed the action, and what came of it.

    :raises ApprovalError: nobody broke the glass for it, or ``person`` did.
    :raises InvalidRequestError: there is no reason.
    :raises AuditUnavailableError: the log cannot be written.
    """
    if not reason.strip():
        raise InvalidRequestError("a review says what was found: give a reason")
    breakers = {decision.person for decision in view.decisions if decision.break_glass}
    if not breakers:
        raise ApprovalError(f"nobody broke the glass for action {view.code}: there is nothing to review")
    if person in breakers:
        raise ApprovalError("whoever broke the glass does not review it; somebody else has to")
    told = {"person": person, "reason": reason}
    await log.append(record_of(Kind.ACTION_REVIEWED, view.action, by, told), spill=False)

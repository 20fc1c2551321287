"""The answer of every tool that is about an action: one shape, from the plan to the verified end."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from opsloom.approval.action import shown_code
from opsloom.approval.planner import Draft
from opsloom.approval.policy_words import needs_of
from opsloom.approval.preview import words_of_requester
from opsloom.approval.progress import ActionView, Effectiveness
from opsloom.approval.state import State
from opsloom.approval.wording import decision_of, how_to_approve, next_step
from opsloom.model.limits import CELL_CHARS, DETAIL_CELL_CHARS, EVIDENCE_IDS_MAX
from opsloom.model.window import format_time

Safe = Callable[[str, int], str]

STATUSES = {
    State.PLANNED: "recommend_only",
    State.AWAITING: "pending_approval",
    State.APPROVED: "approved",
    State.EXECUTING: "executing",
    State.VERIFYING: "verifying",
    State.UNKNOWN: "unknown",
    State.SUCCEEDED: "succeeded",
    State.INEFFECTIVE: "ineffective",
    State.DENIED: "denied",
    State.EXPIRED: "expired",
    State.REVOKED: "revoked",
    State.CANCELLED: "cancelled",
    State.STALE: "stale",
    State.FAILED: "failed",
}
DRY_RUN = "dry_run"
REGRESSED = "regressed"


@dataclass(frozen=True)
class ActionAnswer:
    """An action as it stands, or the draft of one that was not kept; ``notes`` are our sentences."""

    found: ActionView | Draft
    notes: tuple[str, ...] = ()


def render_action(answer: ActionAnswer, *, investigation: str, demo: bool, safe: Safe) -> dict[str, Any]:
    """The answer as JSON values."""
    shown = _draft(answer.found, safe) if isinstance(answer.found, Draft) else _action(answer.found, safe)
    head = {"status": shown.pop("status"), **({"demo": True} if demo else {}), "investigation": investigation}
    evidence = list(dict.fromkeys(shown.pop("evidence")))[:EVIDENCE_IDS_MAX]
    kept = {name: value for name, value in shown.items() if value not in (None, "", [], {})}
    return {**head, **kept, "notes": list(answer.notes), "evidence": evidence}


def _draft(draft: Draft, safe: Safe) -> dict[str, Any]:
    fields = draft.fields
    return {
        "status": DRY_RUN,
        "tool": fields["tool"],
        "risk": draft.requirement.risk,
        "preview": fields["preview"],
        "requester_says": words_of_requester(fields["reason"], safe),
        "needs": needs_of(draft.requirement),
        "next": "Nothing was planned. Repeat it without dry_run to ask for approval.",
        "evidence": fields["plan_evidence"],
    }


def _action(view: ActionView, safe: Safe) -> dict[str, Any]:
    action, progress = view.action, view.progress
    regressed = progress.effectiveness is Effectiveness.REGRESSED
    waiting = view.state is State.AWAITING
    return {
        "status": REGRESSED if regressed else STATUSES[view.state],
        "action": action.id,
        "code": shown_code(action.code),
        "tool": action.tool,
        "risk": action.requirement.risk,
        "preview": action.preview,
        "requester_says": words_of_requester(action.reason, safe),
        "needs": needs_of(action.requirement),
        "missing": view.tally.missing if waiting else None,
        "expires_at": format_time(action.approve_by) if waiting else None,
        "approve_with": how_to_approve(view) if waiting else None,
        "decisions": [decision_of(one) for one in view.decisions],
        "detail": safe(progress.detail, DETAIL_CELL_CHARS),
        "differences": [
            f"{safe(one.what, CELL_CHARS)}: {safe(one.before, CELL_CHARS)!r} -> {safe(one.after, CELL_CHARS)!r}"
            for one in progress.differences
        ],
        "looks": [safe(look, CELL_CHARS) for look in progress.looks],
        "link": safe(progress.receipt.link, CELL_CHARS) if progress.receipt and progress.receipt.link else None,
        "next_action": progress.next_action,
        "next": next_step(view),
        "evidence": [*action.plan_evidence, *progress.evidence, *action.evidence],
    }

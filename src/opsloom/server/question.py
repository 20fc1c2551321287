"""Asking a person through the requester's own client: what is asked, and what an answer is worth.

A client may answer for its user, in milliseconds and without a form. So a decision is required and has no default, the
code must be typed, and an answer that comes too fast, empty or malformed is worth nothing either way.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from mcp.types import ElicitResult
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from opsloom.approval.action import heard_code, shown_code
from opsloom.approval.decision import Verdict
from opsloom.approval.policy_words import needs_of
from opsloom.approval.preview import Safe, words_of_requester
from opsloom.approval.progress import ActionView
from opsloom.model.errors import InvalidRequestError
from opsloom.model.limits import HUMAN_ANSWER_MIN_SECONDS, REASON_CHARS
from opsloom.model.window import format_time


class Outcome(StrEnum):
    """What an answer is, where it is no decision."""

    CLIENT_AUTO = "client_auto"
    DECLINED_OR_UNAVAILABLE = "declined_or_unavailable"


@dataclass(frozen=True)
class Answer:
    """A verdict with the person's reason, or the outcome that it is instead."""

    verdict: Verdict | None
    outcome: Outcome | None = None
    reason: str = ""


class _Form(BaseModel):
    model_config = ConfigDict(extra="forbid")

    decision: Verdict
    code: str = Field(max_length=32)
    reason: str = Field("", max_length=REASON_CHARS)


def message_of(view: ActionView, safe: Safe) -> str:
    """The text above the form; a pure function of what is stored."""
    action = view.action
    code = shown_code(action.code)
    return "\n".join(
        [
            f"opsloom asks: action {code}",
            action.preview,
            words_of_requester(action.reason, safe),
            f"Evidence that it cites: {', '.join(action.evidence) or 'none'}",
            f"The policy asks: {needs_of(action.requirement)} Decide by {format_time(action.approve_by)}.",
            f"To decide, choose and type the code {code}. Declining the form decides nothing.",
        ]
    )


def form_of(view: ActionView) -> dict[str, Any]:
    """The schema of the form: flat, and with nothing filled in."""
    return {
        "type": "object",
        "properties": {
            "decision": {
                "type": "string",
                "title": "Decision",
                "description": "approve: it runs exactly as shown. deny: it never runs.",
                "enum": [str(verdict) for verdict in Verdict],
            },
            "code": {
                "type": "string",
                "title": "Code",
                "description": f"type {shown_code(view.action.code)}",
                "minLength": 8,
                "maxLength": 9,
            },
            "reason": {"type": "string", "title": "Reason (optional)", "maxLength": REASON_CHARS},
        },
        "required": ["decision", "code"],
    }


def read_answer(result: object, seconds: float, view: ActionView) -> Answer:
    """What the client's answer, ``seconds`` after the question, is worth; nothing if it gave none."""
    if result is None:
        return Answer(None, Outcome.DECLINED_OR_UNAVAILABLE)
    if result is None:
        return Answer(None, Outcome.DECLINED_OR_UNAVAILABLE)
    if not isinstance(result, ElicitResult):
        return Answer(None, Outcome.CLIENT_AUTO)
    if result.action != "accept":
        return Answer(None, Outcome.DECLINED_OR_UNAVAILABLE)
    try:
        form = _Form.model_validate(result.content or {})
        typed = heard_code(form.code)
    except (ValidationError, InvalidRequestError):
        return Answer(None, Outcome.CLIENT_AUTO)
    if seconds < HUMAN_ANSWER_MIN_SECONDS or typed != view.action.code:
        return Answer(None, Outcome.CLIENT_AUTO)
    return Answer(form.decision, reason=form.reason)

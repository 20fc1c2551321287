"""An action: a planned change in exactly the form in which a person approves it."""

import base64
import json
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from hashlib import sha256
from typing import Any

from opsloom.approval.requirement import Requirement
from opsloom.audit.canonical import Json, canonical_json
from opsloom.model.changes import ChangePlan
from opsloom.model.errors import InvalidRequestError
from opsloom.model.limits import ACTION_CODE_CHARS
from opsloom.model.record import Noun

_RFC4648 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_TO_CROCKFORD = str.maketrans(_RFC4648, _CROCKFORD)
_AS_HEARD = str.maketrans("ILO", "110", "- ")


class CheckKind(StrEnum):
    """What is looked at after the change."""

    APPLIED = "applied"
    ALERT_CLEARED = "alert_cleared"
    METRIC_BACK = "metric_back"


class Check(Noun):
    """One condition of success. ``alert`` is a ref; ``metric`` of ``service`` must be at or below ``threshold``
    (above it when ``downwards``: the metric is bad when it falls)."""

    kind: CheckKind
    alert: str | None = None
    metric: str | None = None
    service: str | None = None
    threshold: float | None = None
    downwards: bool = False

    def __str__(self) -> str:
        if self.kind is CheckKind.ALERT_CLEARED:
            return f"alert {self.alert} has ended"
        if self.kind is CheckKind.METRIC_BACK:
            return (
                f"{self.metric} of {self.service} is {'above' if self.downwards else 'at or below'} {self.threshold:g}"
            )
        return "the provider shows the change"


class Action(Noun):
    """All that the digest is taken over; nothing of it changes after it was made.

    ``arguments`` are the tool's, checked and with their defaults. ``reason`` and ``evidence`` are the requester's own.
    ``preview`` is what the approver reads. ``approve_by`` and ``execute_by`` are in the store's time. ``replaces`` is
    the stale action that this one was planned anew for, ``undoes`` the one that it is the inverse of. ``demo`` marks a
    change to a recording's own world, which may be approved without a person.
    """

    id: str
    tool: str
    tool_digest: str
    arguments: Mapping[str, Any]
    instance: str
    adapter: str
    plan: ChangePlan
    plan_evidence: tuple[str, ...] = ()
    environment: str | None = None
    tiers: tuple[str, ...] = ()
    checks: tuple[Check, ...]
    verify_seconds: float
    preview: str
    requirement: Requirement
    policy_digest: str
    requester: str
    requester_user: str
    investigation: str
    reason: str = ""
    evidence: tuple[str, ...] = ()
    planned_at: datetime
    approve_by: datetime
    execute_by: datetime
    replaces: str | None = None
    undoes: str | None = None
    demo: bool = False

    @cached_property
    def canonical(self) -> str:
        """RFC 8785 form of all fields."""
        return canonical_json(self.model_dump(mode="json"))

    @cached_property
    def digest(self) -> str:
        """SHA-256 of :attr:`canonical`, in hexadecimal."""
        return sha256(self.canonical.encode()).hexdigest()

    @cached_property
    def code(self) -> str:
        """The first 40 bits of the digest as 8 Crockford characters: it stands for this very plan."""
        return base64.b32encode(bytes.fromhex(self.digest[:10])).decode().translate(_TO_CROCKFORD)

    @property
    def request(self) -> str:
        """Digest of who asks for what: an identical call has the same."""
        return request_of(self.requester, self.tool, self.arguments)

    @property
    def marker(self) -> str:
        """What the provider is told, to find the change again."""
        return f"opsloom-{self.id}"


def request_of(requester: str, tool: str, arguments: Mapping[str, Json]) -> str:
    """See :attr:`Action.request`."""
    return sha256(canonical_json([requester, tool, arguments]).encode()).hexdigest()


def shown_code(code: str) -> str:
    """``K7Q2M3XD`` as people read it: ``K7Q2-M3XD``."""
    return f"{code[:4]}-{code[4:]}"


def heard_code(text: str) -> str:
    """A code as people type it: in any case, with or without the hyphen, O for 0 and I or L for 1.

    :raises InvalidRequestError: it is none.
    """
    code = text.strip().upper().translate(_AS_HEARD)
    if len(code) != ACTION_CODE_CHARS or not set(code) <= set(_CROCKFORD):
        raise InvalidRequestError(f"a code has {ACTION_CODE_CHARS} letters and digits, such as K7Q2-M3XD")
    return code


def read_action(record: str, digest: str) -> Action:
    """An action as it was stored.

    :raises ValueError: its text is not the one that the digest was taken over.
    """
    action = Action.model_validate(json.loads(record))
    if action.digest != digest or action.canonical != record:
        raise ValueError("the stored action does not have its digest")
    return action

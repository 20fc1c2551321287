"""What the policy asks before an action may run."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

from opsloom.model.record import Noun


class Risk(StrEnum):
    """R0 reads; R1 adds a note; R2 changes what runs or who is disturbed; R3 is wide or cannot be undone."""

    R0 = "R0"
    R1 = "R1"
    R2 = "R2"
    R3 = "R3"


class Assurance(StrEnum):
    """How sure we are that a certain person decided.

    A0: the requester's own client says so. A1: a person known to the operating system, on another channel. A2: signed
    with the person's own key.
    """

    A0 = "A0"
    A1 = "A1"
    A2 = "A2"


class Execution(StrEnum):
    """Who starts an approved action: the server at once, or the next ``action_status``."""

    ON_APPROVAL = "on_approval"
    ON_STATUS = "on_status"


class PolicyQuestion(Noun):
    """What a policy decides on. ``arguments`` are the tool's, checked and with defaults. ``targets`` counts what would
    be changed or hidden; ``at`` is when (for freezes)."""

    tool: str
    arguments: Mapping[str, Any]  # JSON; a recursive type would have pydantic walk in circles
    services: tuple[str, ...] = ()
    environments: tuple[str, ...] = ()
    tiers: tuple[str, ...] = ()
    targets: int = 1
    reversible: bool = True
    at: datetime


class Requirement(Noun):
    """What one action needs.

    ``rule`` names the rule that matched, empty if none did. Not ``allowed``: it may be recommended and cannot run,
    for the ``reason``. ``approvals`` different people must approve, each at least at ``assurance`` and at least one at
    ``strongest``; ``denials`` of them stop it. ``approvers`` are those who may, ``None`` for anybody.
    ``other_than_requester``: the requester's own approval does not count, unless ``self_approval`` (the setting
    ``local_self_approve``) lets it. Times count from the plan: decided within ``approval_seconds``, begun within
    ``execution_seconds``.
    """

    rule: str
    risk: Risk
    allowed: bool
    reason: str = ""
    approvals: int = 1
    denials: int = 1
    approvers: tuple[str, ...] | None = None
    assurance: Assurance = Assurance.A0
    strongest: Assurance = Assurance.A0
    other_than_requester: bool = False
    self_approval: bool = False
    approval_seconds: int
    execution_seconds: int
    execute: Execution = Execution.ON_APPROVAL

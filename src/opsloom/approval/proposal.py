"""What a tool proposes, and who proposes it."""

from collections.abc import Mapping
from dataclasses import dataclass

from opsloom.audit.canonical import Json
from opsloom.model.changes import Change


@dataclass(frozen=True)
class Proposal:
    """A change at one instance; ``environment`` is told to the policy where it is known."""

    change: Change
    instance: str
    environment: str | None = None


@dataclass(frozen=True)
class Request:
    """The call behind a proposal. ``arguments`` are checked, with defaults, as JSON values; ``requester`` names user,
    host and client, ``user`` the person alone. ``undoes`` and ``replaces`` are ids of earlier actions."""

    tool: str
    tool_digest: str
    arguments: Mapping[str, Json]
    requester: str
    user: str
    investigation: str
    reason: str = ""
    evidence: tuple[str, ...] = ()
    replaces: str | None = None
    undoes: str | None = None

"""What a record of the audit log says, and the builders of the kinds that a server writes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum

from opsloom.audit.canonical import Json


class Kind(StrEnum):
    """What happened."""

    CALL_RECEIVED = "call.received"
    CALL_FINISHED = "call.finished"
    CALL_CANCELLED = "call.cancelled"
    CALL_OUTCOME_UNKNOWN = "call.outcome_unknown"
    AUDIT_GAP = "audit.gap"
    AUDIT_READ = "audit.read"
    ACTION_PLANNED = "action.planned"
    ACTION_MOVED = "action.moved"
    ACTION_ASKED = "action.asked"
    ACTION_ANSWERED = "action.answered"
    ACTION_DECIDED = "action.decided"
    ACTION_REVIEWED = "action.reviewed"
    APPROVER_KEY_ADDED = "approver_key.added"
    APPROVER_KEY_REVOKED = "approver_key.revoked"
    SERVER_STARTED = "server.started"
    SERVER_STOPPED = "server.stopped"


CALL_ENDS = frozenset({Kind.CALL_FINISHED, Kind.CALL_CANCELLED, Kind.CALL_OUTCOME_UNKNOWN})


class CallStatus(StrEnum):
    """How a call ended."""

    OK = "ok"
    PARTIAL = "partial"
    EMPTY = "empty"
    ERROR = "error"
    REJECTED = "rejected"
    UNKNOWN_TOOL = "unknown_tool"
    DENIED = "denied"
    PENDING_APPROVAL = "pending_approval"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who asked. ``client_name`` and ``client_version`` are what the client says of itself, unproven."""

    user: str
    host: str
    client_name: str
    client_version: str

    def fields(self) -> dict[str, Json]:
        client: dict[str, Json] = {"name": self.client_name, "version": self.client_version, "asserted": True}
        return {"user": self.user, "host": self.host, "client": client}


@dataclass(frozen=True, slots=True)
class Record:
    """A record before the log has numbered it.

    ``details`` holds the fields of its kind; the names ``id``, ``stream``, ``seq``, ``time``, ``server`` and
    ``spilled`` are the log's own. ``call`` is the UUIDv7 of the call that the record belongs to.
    """

    kind: str
    actor: Actor | None = None
    call: str | None = None
    details: Mapping[str, Json] = field(default_factory=dict)

    def fields(self) -> dict[str, Json]:
        fields: dict[str, Json] = {name: value for name, value in self.details.items() if value is not None}
        fields["kind"] = str(self.kind)
        if self.actor is not None:
            fields["actor"] = self.actor.fields()
        if self.call is not None:
            fields["call"] = self.call
        return fields


def new_id() -> str:
    """A UUIDv7 (RFC 9562): sorts by the time it was made."""
    from uuid_utils import uuid7

    return str(uuid7())


def time_text(time: datetime) -> str:
    """RFC 3339 in UTC with microseconds."""
    if time.tzinfo is not UTC:
        time = time.astimezone(UTC)
    return time.isoformat(timespec="microseconds")[: -len("+00:00")] + "Z"


def received(
    *,
    call: str,
    actor: Actor,
    method: str,
    target: str,
    protocol: str,
    arguments: Mapping[str, Json],
    arguments_digest: str,
    tool_digest: str | None = None,
    investigation: str | None = None,
    trace: str | None = None,
) -> Record:
    """A call has come in, and nothing has been done about it yet.

    ``method`` is MCP's (``tools/call``), ``target`` the tool's name or the resource's URI, ``arguments``
    already redacted, ``arguments_digest`` the :func:`~opsloom.audit.canonical.digest_of` them before that.
    """
    return Record(
        Kind.CALL_RECEIVED,
        actor,
        call,
        {
            "method": method,
            "target": target,
            "protocol": protocol,
            "arguments": arguments,
            "arguments_digest": arguments_digest,
            "tool_digest": tool_digest,
            "investigation": investigation,
            "trace": trace,
        },
    )


def finished(
    *,
    call: str,
    actor: Actor,
    status: CallStatus,
    duration_ms: int,
    result_digest: str | None = None,
    evidence: Sequence[str] = (),
    error: str | None = None,
    investigation: str | None = None,
    degraded: bool = False,
) -> Record:
    """A call was answered. ``error`` is the name of the error's type; ``degraded`` if it was not logged in time."""
    return Record(
        Kind.CALL_FINISHED,
        actor,
        call,
        {
            "status": str(status),
            "duration_ms": duration_ms,
            "result_digest": result_digest,
            "evidence": list(evidence),
            "error": error,
            "investigation": investigation,
            "degraded": True if degraded else None,
        },
    )

"""The call under way: made by the audit middleware, filled by the handlers, written when it ends."""

from contextvars import ContextVar
from dataclasses import dataclass, field

from opsloom.audit.record import Actor, CallStatus


@dataclass
class CallRecord:
    """What the audit log will say of this call. ``status`` and the rest are set by whoever knows."""

    ident: str
    actor: Actor
    investigation: str | None = None
    status: CallStatus = CallStatus.OK
    error: str | None = None
    result_digest: str | None = None
    evidence: list[str] = field(default_factory=list)
    degraded: bool = False


CURRENT_CALL: ContextVar[CallRecord] = ContextVar("CURRENT_CALL")

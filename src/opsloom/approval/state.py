"""The states of an action, and which may follow which."""

from enum import StrEnum


class State(StrEnum):
    """Where an action stands."""

    PLANNED = "PLANNED"
    AWAITING = "AWAITING"
    APPROVED = "APPROVED"
    EXECUTING = "EXECUTING"
    VERIFYING = "VERIFYING"
    UNKNOWN = "UNKNOWN"
    SUCCEEDED = "SUCCEEDED"
    INEFFECTIVE = "INEFFECTIVE"
    DENIED = "DENIED"
    EXPIRED = "EXPIRED"
    REVOKED = "REVOKED"
    CANCELLED = "CANCELLED"
    STALE = "STALE"
    FAILED = "FAILED"

    @property
    def ended(self) -> bool:
        """Whether nothing can follow."""
        return not ARROWS[self]


_S = State
ARROWS: dict[State, frozenset[State]] = {
    _S.PLANNED: frozenset({_S.AWAITING, _S.CANCELLED, _S.EXPIRED}),
    _S.AWAITING: frozenset({_S.APPROVED, _S.DENIED, _S.EXPIRED, _S.REVOKED, _S.CANCELLED}),
    _S.APPROVED: frozenset({_S.EXECUTING, _S.DENIED, _S.EXPIRED, _S.REVOKED, _S.CANCELLED}),
    _S.EXECUTING: frozenset({_S.VERIFYING, _S.STALE, _S.FAILED, _S.UNKNOWN}),
    _S.UNKNOWN: frozenset({_S.VERIFYING, _S.FAILED}),
    _S.VERIFYING: frozenset({_S.SUCCEEDED, _S.INEFFECTIVE}),
    **{
        end: frozenset[State]()
        for end in (
            _S.SUCCEEDED, _S.INEFFECTIVE, _S.DENIED, _S.EXPIRED, _S.REVOKED, _S.CANCELLED, _S.STALE, _S.FAILED
        )
    },
}  # fmt: skip
OPEN = frozenset(state for state in State if not state.ended)
UNDECIDED = frozenset({State.PLANNED, State.AWAITING})
STOPPABLE = frozenset({State.PLANNED, State.AWAITING, State.APPROVED})
"""Nothing has been sent to a provider yet."""

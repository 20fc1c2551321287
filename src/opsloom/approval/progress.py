"""What is learned of an action after it was planned."""

from datetime import datetime
from enum import StrEnum

from opsloom.approval.action import Action, shown_code
from opsloom.approval.decision import Decision, Tally, tally
from opsloom.approval.state import State
from opsloom.model.changes import Effect, Receipt
from opsloom.model.record import Noun


class Effectiveness(StrEnum):
    """What the change did to the trouble."""

    EFFECTIVE = "effective"
    INEFFECTIVE = "ineffective"
    REGRESSED = "regressed"


class Progress(Noun):
    """``detail`` is our sentence about the present state. ``differences`` are what had moved, of a stale action;
    ``next_action`` is the one that was planned in its stead, or to undo it. ``looks`` are what the verifier or the
    reconciler saw, the latest last; ``reconciled`` says that the outcome was found out afterwards. Times are the
    store's.
    """

    detail: str = ""
    started_at: datetime | None = None
    ended_at: datetime | None = None
    receipt: Receipt | None = None
    differences: tuple[Effect, ...] = ()
    effectiveness: Effectiveness | None = None
    looks: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()
    reconciled: bool = False
    next_action: str | None = None


class ActionView(Noun):
    """One action as it stands."""

    action: Action
    state: State
    version: int
    server: str | None
    progress: Progress
    decisions: tuple[Decision, ...]

    @property
    def code(self) -> str:
        """As people read and type it."""
        return shown_code(self.action.code)

    @property
    def tally(self) -> Tally:
        return tally(self.action, self.decisions)

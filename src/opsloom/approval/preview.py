"""The preview: what an approver reads, rendered by the server from the real plan and from nothing else.

Whatever a provider or a model wrote stands in quotes, on one line or behind a bar, cleaned, capped, and with the
characters that could become a link, an image or markup made plain. What the requester says of the change is not in
here: it is shown apart, labelled (:func:`words_of_requester`).
"""

import json
import re
from collections.abc import Callable, Iterable

from opsloom.approval.action import Check
from opsloom.approval.proposal import Proposal, Request
from opsloom.approval.requirement import Requirement
from opsloom.approval.surroundings import Surroundings
from opsloom.model.changes import (
    Change,
    ChangePlan,
    ChangeRevision,
    CreateTicket,
    PagePerson,
    RecordEvent,
    ScaleService,
    SendMessage,
    ToggleFlag,
    UpdateAlert,
    UpdateTicket,
)
from opsloom.model.errors import InvalidRequestError
from opsloom.model.limits import MESSAGE_CHARS, PLAN_AFFECTED_MAX, PREVIEW_MAX_CHARS, PREVIEW_VALUE_CHARS

Safe = Callable[[str, int], str]
_MARKUP = re.compile(r"(\\*)([<>\[\]`])")


class Preview:
    """Writes one preview; ``safe`` cleans, redacts and caps."""

    def __init__(self, safe: Safe) -> None:
        self._safe = safe

    def text(
        self,
        proposal: Proposal,
        plan: ChangePlan,
        around: Surroundings,
        requirement: Requirement,
        checks: Iterable[Check],
        request: Request,
        verify_seconds: float,
    ) -> str:
        """The preview: one fact a line.

        :raises InvalidRequestError: it would be too long to be shown whole.
        """
        lines = [
            f"{request.tool} at {proposal.instance}, risk {requirement.risk}: {self.plain(plan.summary)}",
            *(
                f"- {self.plain(effect.what)}: {self.quoted(effect.before)} -> {self.quoted(effect.after)}"
                for effect in plan.effects
            ),
            *self._texts(plan),
            f"Targets: {self._list(plan.targets)}",
        ]
        if plan.affected_count:
            lines.append(f"Also hits {plan.affected_count}: {self._list(plan.affects)}")
        lines += [
            f"Services: {self._list(plan.services)}",
            f"Owner: {self._list(around.owners)}; on call: {self._list(around.on_call)}",
            f"Depending on it: {self._list(around.dependants)}",
            f"Undo: {self._undo(plan)}",
        ]
        observed = ", ".join(f"{self.plain(name)}={self.quoted(value)}" for name, value in plan.observed)
        if observed:
            lines.append(f"Only while this holds: {observed}")
        told = "; ".join(self.plain(str(check)) for check in checks)
        lines.append(f"Success, looked at for up to {_duration(verify_seconds)}: {told}")
        gaps = [*plan.not_inspected, *around.gaps]
        unseen = "; ".join(self.plain(gap).rstrip(".") for gap in gaps)
        lines.append(f"NOT inspected: {unseen or 'nothing that we know of'}")
        if not requirement.allowed:
            lines.append(f"CANNOT RUN: {self.plain(requirement.reason)}")
        text = "\n".join(lines)
        if len(text) > PREVIEW_MAX_CHARS:  # nobody can approve what is not shown
            raise InvalidRequestError(
                f"its preview would have {len(text)} characters, and no approver is shown more than"
                f" {PREVIEW_MAX_CHARS}: ask for a smaller change"
            )
        return text

    def plain(self, text: str) -> str:
        """One line without markup."""
        return _without_markup(self._one_line(text))

    def quoted(self, text: str) -> str:
        """The same in quotes, so that it is seen where it ends."""
        return _without_markup(json.dumps(self._one_line(text), ensure_ascii=False)) if text else "nothing"

    def _one_line(self, text: str) -> str:
        return self._safe(text, PREVIEW_VALUE_CHARS).replace("\n", " ").replace("\t", " ")

    def _texts(self, plan: ChangePlan) -> list[str]:
        """What people will read, whole, each line behind a bar: nothing in it can pass for a line of ours."""
        change = plan.change
        if isinstance(change, SendMessage | PagePerson):
            return self._whole("Text", change.text)
        if isinstance(change, CreateTicket) and change.description:
            return self._whole("Description", change.description)
        if isinstance(change, RecordEvent) and change.text:
            return self._whole("Text", change.text)
        if isinstance(change, UpdateTicket | UpdateAlert) and change.comment:
            return self._whole("Comment", change.comment)
        return []

    def _whole(self, label: str, text: str) -> list[str]:
        shown = self._safe(text, MESSAGE_CHARS)
        if shown != text:
            label += " (NOT exactly: secrets, invisible characters or what is too long are left out here)"
        return [f"{label}:", *(f"  | {_without_markup(line)}" for line in shown.split("\n"))]

    def _list(self, values: Iterable[str]) -> str:
        named = list(values)
        more = [f"and {len(named) - PLAN_AFFECTED_MAX} more"] if len(named) > PLAN_AFFECTED_MAX else []
        return ", ".join([*(self.plain(value) for value in named[:PLAN_AFFECTED_MAX]), *more]) or "unknown"

    def _undo(self, plan: ChangePlan) -> str:
        if plan.inverse is not None:
            return f"{self.plain(inverse_of(plan.inverse))}, as a new action with an approval of its own"
        return f"NOT POSSIBLE: {self.plain(plan.irreversible or 'the provider offers no way')}"


def inverse_of(change: Change) -> str:
    """What undoing means, in few words."""
    if isinstance(change, ChangeRevision):
        return f"run {change.revision} again"
    if isinstance(change, ScaleService):
        return f"run {change.replicas} processes again"
    if isinstance(change, ToggleFlag):
        return f"switch it {'on' if change.enabled else 'off'} again"
    if isinstance(change, UpdateTicket):
        values = [
            f"{name} {value}" for name, value in (("status", change.status), ("assignee", change.assignee)) if value
        ]
        return f"set {' and '.join(values) or 'what was set'}"
    return change.kind.replace("_", " ")


def words_of_requester(reason: str, safe: Safe) -> str:
    """The requester's own reason, labelled as just that."""
    preview = Preview(safe)
    return f"The requester says (unverified): {preview.quoted(reason)}" if reason else "The requester gives no reason."


def _without_markup(text: str) -> str:
    return _MARKUP.sub(r"\1\1\\\2", text)  # one more than twice as many: none of its own undoes ours


def _duration(seconds: float) -> str:
    return f"{seconds / 60:g} min" if seconds >= 60 else f"{seconds:g} s"

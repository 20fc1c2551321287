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
from opsloom.model.changes import ChangePlan, CreateTicket, PagePerson, SendMessage, UpdateTicket
from opsloom.model.limits import MESSAGE_CHARS, PREVIEW_MAX_CHARS, PREVIEW_VALUE_CHARS

Safe = Callable[[str, int], str]
_MARKUP = re.compile(r"([<>\[\]`])")


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
        """The preview: one fact a line."""
        lines = [
            f"{request.tool} at {proposal.instance}, risk {requirement.risk}: {self.plain(plan.summary)}",
            *(
                f"- {effect.what}: {self.quoted(effect.before)} -> {self.quoted(effect.after)}"
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
        lines.append(f"NOT inspected: {'; '.join(self.plain(gap) for gap in gaps) or 'nothing that we know of'}")
        if not requirement.allowed:
            lines.append(f"CANNOT RUN: {self.plain(requirement.reason)}")
        text = "\n".join(lines)
        return (
            text if len(text) <= PREVIEW_MAX_CHARS else f"{text[:PREVIEW_MAX_CHARS]}… [cut: ask for a smaller change]"
        )

    def plain(self, text: str) -> str:
        """One line without markup."""
        shown = self._safe(text, PREVIEW_VALUE_CHARS).replace("\n", " ").replace("\t", " ")
        return _without_markup(shown)

    def quoted(self, text: str) -> str:
        """The same in quotes, so that it is seen where it ends."""
        return json.dumps(self.plain(text), ensure_ascii=False) if text else "nothing"

    def _texts(self, plan: ChangePlan) -> list[str]:
        """What people will read, whole, each line behind a bar: nothing in it can pass for a line of ours."""
        change = plan.change
        if isinstance(change, SendMessage | PagePerson):
            return ["Text:", *self._barred(change.text)]
        if isinstance(change, CreateTicket) and change.description:
            return ["Description:", *self._barred(change.description)]
        if isinstance(change, UpdateTicket) and change.comment:
            return ["Comment:", *self._barred(change.comment)]
        return []

    def _barred(self, text: str) -> list[str]:
        return [f"  | {_without_markup(line)}" for line in self._safe(text, MESSAGE_CHARS).split("\n")]

    def _list(self, values: Iterable[str]) -> str:
        return ", ".join(self.plain(value) for value in values) or "unknown"

    def _undo(self, plan: ChangePlan) -> str:
        if plan.inverse is not None:
            return f"{plan.inverse.kind}, as a new action"
        return f"NOT POSSIBLE: {self.plain(plan.irreversible or 'the provider offers no way')}"


def words_of_requester(reason: str, safe: Safe) -> str:
    """The requester's own reason, labelled as just that."""
    preview = Preview(safe)
    return f"The requester says (unverified): {preview.quoted(reason)}" if reason else "The requester gives no reason."


def _without_markup(text: str) -> str:
    return _MARKUP.sub(r"\\\1", text)


def _duration(seconds: float) -> str:
    return f"{seconds / 60:g} min" if seconds >= 60 else f"{seconds:g} s"

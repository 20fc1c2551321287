"""The world after a recording: what was changed in it. In memory, of one connected adapter, gone with it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from opsloom.model.changes import Change, ExpireSilence, Order, Receipt, SilenceAlerts
from opsloom.model.window import format_time
from opsloom_adapters.recording.parse import compact


@dataclass(frozen=True)
class Deed:
    """A change that was applied, at a time of the world."""

    native_id: str
    at: datetime
    order: Order

    @property
    def change(self) -> Change:
        return self.order.plan.change

    @property
    def receipt(self) -> Receipt:
        """A silence tells how it ends; all else was known when it was planned."""
        ends = ExpireSilence(silence=self.native_id) if isinstance(self.change, SilenceAlerts) else None
        return Receipt(native_id=self.native_id, inverse=ends)

    def line(self) -> bytes:
        """What stands in the evidence."""
        return compact(
            {
                "id": self.native_id,
                "at": format_time(self.at),
                "marker": self.order.marker,
                "requester": self.order.requester,
                "approver": self.order.approver,
                "change": self.change.model_dump(mode="json"),
            }
        )


class World:
    """All deeds, in the order in which they were applied; everything else that is seen follows from them."""

    def __init__(self) -> None:
        self._deeds: list[Deed] = []

    def apply(self, order: Order, at: datetime) -> Receipt:
        """Do what ``order`` says, unless its marker says that it was done."""
        deed = self.find(order.marker)
        if deed is None:
            deed = Deed(f"world-{len(self._deeds) + 1}", at, order)
            self._deeds.append(deed)
        return deed.receipt

    def find(self, marker: str) -> Deed | None:
        """The deed with this marker."""
        return next((deed for deed in self._deeds if deed.order.marker == marker), None)

    def until(self, present: datetime) -> Sequence[Deed]:
        """The deeds that exist at ``present``."""
        return [deed for deed in self._deeds if deed.at <= present]

    @property
    def was_changed(self) -> bool:
        """Whether anything was done; from then on, time goes on."""
        return bool(self._deeds)

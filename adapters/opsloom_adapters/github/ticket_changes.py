"""TicketWriter on GitHub."""

from dataclasses import dataclass

from opsloom.adapter_api.call import Call
from opsloom.model.changes import ChangePlan, CreateTicket, Observation, Order, Receipt, TicketChange, UpdateTicket
from opsloom.model.errors import InvalidRequestError
from opsloom_adapters.github.issue_creation import IssueCreation
from opsloom_adapters.github.issue_update import IssueUpdate


@dataclass(frozen=True)
class TicketChanges:
    """Which of the two a change is."""

    creation: IssueCreation
    update: IssueUpdate

    async def plan(self, change: TicketChange, call: Call) -> ChangePlan:
        if isinstance(change, CreateTicket):
            return await self.creation.plan(change, call)
        return await self.update.plan(change, call)

    async def apply(self, order: Order, call: Call) -> Receipt:
        change = _change_of(order)
        if isinstance(change, CreateTicket):
            return await self.creation.apply(order, change, call)
        return await self.update.apply(order, change, call)

    async def observe(self, order: Order, call: Call) -> Observation:
        change = _change_of(order)
        if isinstance(change, CreateTicket):
            return await self.creation.observe(order, change, call)
        return await self.update.observe(order, change, call)


def _change_of(order: Order) -> TicketChange:
    change = order.plan.change
    if isinstance(change, CreateTicket | UpdateTicket):
        return change
    raise InvalidRequestError(f"a tracker does create_ticket and update_ticket, not {change.kind}")

"""TicketWriter on GitHub."""

from dataclasses import dataclass

from opsloom.adapter_api.call import Call
from opsloom.adapter_api.orders import change_of
from opsloom.model.changes import ChangePlan, CreateTicket, Observation, Order, Receipt, TicketChange, UpdateTicket
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
        change = change_of(order, CreateTicket, UpdateTicket)
        if isinstance(change, CreateTicket):
            return await self.creation.apply(order, change, call)
        return await self.update.apply(order, change, call)

    async def observe(self, order: Order, call: Call) -> Observation:
        change = change_of(order, CreateTicket, UpdateTicket)
        if isinstance(change, CreateTicket):
            return await self.creation.observe(order, change, call)
        return await self.update.observe(order, change, call)

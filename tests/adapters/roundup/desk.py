"""A desk at which tickets are changed: plans, applies and observes through the adapter, and keeps the requests."""

import secrets
from collections.abc import Callable
from typing import Any

import httpx

from opsloom.model.changes import Change, ChangePlan, CreateTicket, Observation, Order, Receipt, UpdateTicket
from tests.adapters.roundup.asking import call_at, connected


def order_of(plan: ChangePlan) -> Order:
    marker = "opsloom-" + secrets.token_hex(8)
    return Order(plan=plan, marker=marker, requester="oncall-a", approver="lead-b")


class Desk:
    """``transport`` makes the network for one connection; ``settings`` are those of ``connected``."""

    def __init__(self, transport: Callable[[], httpx.AsyncBaseTransport], **settings: Any) -> None:
        self._transport = transport
        self.settings = settings

    async def plan(self, change: Change) -> ChangePlan:
        assert isinstance(change, CreateTicket | UpdateTicket)
        async with connected(self._transport(), **self.settings) as adapter:
            return await adapter.plan_ticket(change, call_at())

    async def apply(self, order: Order) -> Receipt:
        async with connected(self._transport(), **self.settings) as adapter:
            return await adapter.apply_ticket(order, call_at())

    async def observe(self, order: Order) -> Observation:
        async with connected(self._transport(), **self.settings) as adapter:
            return await adapter.observe_ticket(order, call_at())

    async def order(self, change: Change) -> Order:
        """Planned and approved."""
        return order_of(await self.plan(change))

"""A desk at which incidents are made and changed: plans, applies and observes through the adapter."""

import json
from typing import Any

import httpx

from opsloom.model.changes import (
    ChangePlan,
    CreateTicket,
    Observation,
    Order,
    Receipt,
    TicketChange,
    UpdateTicket,
)
from opsloom.model.tickets import TicketStatus
from tests.adapters.canned import MARKER, order_of
from tests.adapters.servicenow.asking import (
    CHECKOUT,
    USER_B,
    Snow,
    call_at,
    connected,
    incident,
    row,
    sys_id,
)

TICKET = sys_id(46)
MADE = sys_id(99)
PATCH = f"PATCH incident/{TICKET}"
CREATE = CreateTicket(title="checkout is slow", description="Since 08:00.")
CLOSE = UpdateTicket(ticket=TICKET, status=TicketStatus.CLOSED, comment="The pool was full.")
COMMENT = UpdateTicket(ticket=TICKET, comment="Seen.")
NOTE = f"({MARKER}: asked for by oncall-a, approved by lead-b)"


def snow(ticket: dict[str, Any] | None = None, /, **others: Any) -> Snow:
    return Snow(
        {
            "incident": [ticket or incident(46)],
            "sys_user": [row(USER_B, user_name="oncall-b", name="On-call B", active="true")],
            "cmdb_ci_service": [row(CHECKOUT, name="checkout")],
        },
        **{
            "POST incident": httpx.Response(201, json={"result": {"sys_id": MADE}}),
            PATCH: {"result": {"sys_id": TICKET}},
            **others,
        },
    )


async def plan(change: TicketChange, transport: Snow | None = None, **settings: Any) -> ChangePlan:
    async with connected(transport or snow(), **settings) as adapter:
        return await adapter.plan_ticket(change, call_at())


async def order(change: TicketChange, **settings: Any) -> Order:
    return order_of(await plan(change, **settings))


async def apply(of: Order, transport: Snow, **settings: Any) -> Receipt:
    async with connected(transport, **settings) as adapter:
        return await adapter.apply_ticket(of, call_at())


async def observe(of: Order, transport: Snow, **settings: Any) -> Observation:
    async with connected(transport, **settings) as adapter:
        return await adapter.observe_ticket(of, call_at())


def body_of(transport: Snow) -> dict[str, str]:
    (sent,) = transport.changes()
    return dict(json.loads(sent.content))

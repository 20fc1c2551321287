"""How these tests plan, send and look, and what the README of the notifier tells receivers."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import anyio
import httpx
from pydantic import SecretStr

import opsloom_adapters.notifier
from opsloom.adapter_api.adapter import Site
from opsloom.adapter_api.call import Call
from opsloom.adapter_api.config import SecretSource
from opsloom.model.changes import ChangePlan, Observation, Order, PagePerson, Receipt, SendMessage
from opsloom.model.clock import Clock, StoppedClock
from opsloom_adapters.notifier import NotifierAdapter

INSTANCE = "shop-chat"
NOW = datetime(2026, 3, 3, 9, 21, tzinfo=UTC)
URL = "http://hooks.test/opsloom"
SECRET = "made-up-" + "signing-key"
WEBHOOK: dict[str, Any] = {"webhook_url": URL, "secret": {"env": "OPSLOOM_WEBHOOK_SECRET"}}
MARKER = "opsloom-7Q2M"
MESSAGE = SendMessage(channel="#incidents", text="Half of all orders fail.")
PAGE = PagePerson(target="team-payments", text="Half of all orders fail.", service="checkout")
HOSTILE_TEXTS = (
    "\"quoted\" 'twice' `id` $(id) ${HOME}",
    "two\nlines\r\nand: a header\x00",
    '"},{"version":1,"dedup_key":"opsloom-FORGED"}',
    "--output=elsewhere",
    "\N{SNOWMAN} \N{RIGHT-TO-LEFT OVERRIDE} \N{LINE SEPARATOR} \N{PILE OF POO}",
)

Asked = SendMessage | PagePerson


def call_at(now: datetime = NOW, *, seconds: float = 30, clock: Clock | None = None) -> Call:
    return Call(INSTANCE, "notifier", now, anyio.current_time() + seconds, clock or StoppedClock(now), writing=True)


async def _secret(_source: SecretSource) -> SecretStr:
    return SecretStr(SECRET)


@asynccontextmanager
async def connected(
    transport: httpx.AsyncBaseTransport | None = None, **settings: Any
) -> AsyncIterator[NotifierAdapter]:
    """An adapter that may post to ``#incidents``, unless ``settings`` say otherwise."""
    given = {"adapter": "notifier", "channels": ["#incidents"], **settings}
    config = NotifierAdapter.manifest.config.model_validate(given)
    async with NotifierAdapter.connect(Site(INSTANCE, config, _secret, transport)) as adapter:
        yield adapter


async def plan(adapter: NotifierAdapter, change: Asked, call: Call | None = None) -> ChangePlan:
    call = call or call_at()
    if isinstance(change, SendMessage):
        return await adapter.plan_message(change, call)
    return await adapter.plan_page(change, call)


async def order(adapter: NotifierAdapter, change: Asked = MESSAGE, marker: str = MARKER) -> Order:
    planned = await plan(adapter, change)
    return Order(plan=planned, marker=marker, requester="assistant of oncall-a", approver="oncall-b")


async def apply(adapter: NotifierAdapter, approved: Order, call: Call | None = None) -> Receipt:
    call = call or call_at()
    if isinstance(approved.plan.change, SendMessage):
        return await adapter.apply_message(approved, call)
    return await adapter.apply_page(approved, call)


async def observe(adapter: NotifierAdapter, approved: Order, call: Call | None = None) -> Observation:
    call = call or call_at()
    if isinstance(approved.plan.change, SendMessage):
        return await adapter.observe_message(approved, call)
    return await adapter.observe_page(approved, call)


def shown_in_readme(language: str) -> str:
    """The block of that language in the README that receivers are told to go by."""
    readme = Path(opsloom_adapters.notifier.__file__).with_name("README.md").read_text("utf-8")
    [block] = re.findall(rf"```{language}\n(.*?)```", readme, flags=re.DOTALL)
    return str(block)

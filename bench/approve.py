"""An approved action from end to end, beside a read and a bare call: what the approval costs the machine.

The person is left out: the decision is in the ledger at once. What remains is planning, seven durable transitions, the
claim with its second look, the provider's call (a recording's world) and one round of verification.
"""

import tempfile
import time
from contextlib import AsyncExitStack
from pathlib import Path

import anyio
from mcp import Client

from bench.bare_server import server as bare_server
from bench.table import percentile, print_table
from opsloom.approval.decision import Channel, Decision, Verdict
from opsloom.approval.ledger import Ledger
from opsloom.approval.progress import ActionView
from opsloom.approval.requirement import Assurance
from opsloom.approval.rows import THE_SERVER
from opsloom.audit.log import AuditLog
from opsloom.cli.configured import demo_settings
from opsloom.server.build import build_server
from opsloom.server.configuration import Configuration
from opsloom.store.sqlite import SqliteStore

ROUNDS = 60
WARM_UP = 5


def run() -> None:
    """The table."""
    with tempfile.TemporaryDirectory() as name:
        anyio.run(_run, Path(name))


async def _run(folder: Path) -> None:
    settings = demo_settings(workspace=folder / "demo")
    ours = Configuration.of(settings, folder / "opsloom.toml")
    times: dict[str, list[float]] = {"bare": [], "read": [], "plan": [], "decide": [], "run": []}
    async with AsyncExitStack() as stack:
        bare = await stack.enter_async_context(Client(bare_server))
        client = await stack.enter_async_context(Client(build_server(ours)))
        store = stack.enter_context(SqliteStore.open(settings.workspace.path))
        log = AuditLog.open(settings.workspace.path, store)
        stack.callback(log.close)
        ledger = Ledger(store, log)
        for number in range(ROUNDS + WARM_UP):
            await _round(number, bare, client, ledger, times)
    rows = [
        (title, *(f"{1000 * percentile(times[key][WARM_UP:], share):.1f}" for share in (0.5, 0.95)))
        for title, key in (
            ("bare server, one call", "bare"),
            ("search_tickets", "read"),
            ("create_ticket: plan, PLANNED, AWAITING, pending_approval", "plan"),
            ("a decision: recorded, APPROVED", "decide"),
            ("action_status: claim, look again, send, verify, SUCCEEDED", "run"),
        )
    ]
    print_table("An approved action, ms", ("what", "p50", "p95"), rows)


async def _round(number: int, bare: Client, client: Client, ledger: Ledger, times: dict[str, list[float]]) -> None:
    started = time.perf_counter()
    await bare.call_tool("add", {"a": 1, "b": 2})
    times["bare"].append(time.perf_counter() - started)
    started = time.perf_counter()
    await client.call_tool("search_tickets", {})
    times["read"].append(time.perf_counter() - started)
    started = time.perf_counter()
    asked = await client.call_tool("create_ticket", {"title": f"ticket {number}", "reason": "measuring"})
    times["plan"].append(time.perf_counter() - started)
    view = await ledger.get(asked.structured_content["action"])
    started = time.perf_counter()
    await ledger.decide(lambda now: _approval(view).model_copy(update={"at": now}), THE_SERVER)
    times["decide"].append(time.perf_counter() - started)
    started = time.perf_counter()
    ended = await client.call_tool("action_status", {"action": view.action.id})
    times["run"].append(time.perf_counter() - started)
    assert ended.structured_content["status"] == "succeeded", ended.structured_content


def _approval(view: ActionView) -> Decision:
    return Decision(
        action=view.action.id,
        digest=view.action.digest,
        verdict=Verdict.APPROVE,
        person="oncall-a",
        channel=Channel.TERMINAL,
        assurance=Assurance.A1,
        at=view.action.planned_at,
    )

"""``opsloom approvals``: what waits for a person."""

import argparse
import json
import sys
from typing import Any

import anyio

from opsloom.approval.action import shown_code
from opsloom.approval.progress import ActionView
from opsloom.approval.wording import how_to_approve
from opsloom.cli.desk import Desk, open_desk
from opsloom.model.limits import ACTION_WATCH_SECONDS, CELL_CHARS
from opsloom.model.window import format_time


def run(arguments: argparse.Namespace) -> int:
    """List them; with ``--watch`` go on until Ctrl-C."""
    return anyio.run(_run, arguments)


async def _run(arguments: argparse.Namespace) -> int:
    async with open_desk(arguments) as desk:
        views = await (desk.ledger.open() if arguments.all else desk.ledger.waiting())
        if arguments.json:
            print(json.dumps([_fields(desk, view) for view in views], ensure_ascii=False, indent=2))
        else:
            for view in views:
                _print(desk, view)
            if not views:
                print("nothing waits for approval")
        if arguments.watch:
            await _watch(desk, {view.action.id: view.version for view in views})
    return 0


async def _watch(desk: Desk, versions: dict[str, int]) -> None:
    print("watching; Ctrl-C ends it", file=sys.stderr)
    while True:
        await anyio.sleep(ACTION_WATCH_SECONDS)
        for one in reversed(await desk.ledger.standing()):
            known = versions.get(one.ident)
            if one.version != known and not (known is None and one.state.ended):
                _print(desk, await desk.ledger.get(one.ident))
            versions[one.ident] = one.version


def _print(desk: Desk, view: ActionView) -> None:
    shown = _fields(desk, view)
    print(f"{shown['code']}  {shown['state']:<9}  {shown['risk']}  {shown['tool']}  {shown['summary']}")
    print(f"           by {shown['requester']}; until {shown['expires_at']}; {shown['approve_with']}", flush=True)


def _fields(desk: Desk, view: ActionView) -> dict[str, Any]:
    return {
        "action": view.action.id,
        "code": shown_code(view.action.code),
        "state": view.state,
        "risk": view.action.requirement.risk,
        "tool": view.action.tool,
        "summary": desk.safe(view.action.plan.summary, CELL_CHARS),
        "requester": desk.safe(view.action.requester, CELL_CHARS),
        "expires_at": format_time(view.action.approve_by),
        "approve_with": how_to_approve(view),
    }

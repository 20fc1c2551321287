"""``opsloom audit review``: a person reviews what another approved by breaking the glass."""

import argparse

import anyio

from opsloom.approval.review import review
from opsloom.cli.desk import open_desk, require_terminal
from opsloom.model.limits import REASON_CHARS


def run(arguments: argparse.Namespace) -> int:
    """Show the action, and record the review."""
    require_terminal("reviewing")
    return anyio.run(_review, arguments)


async def _review(arguments: argparse.Namespace) -> int:
    async with open_desk(arguments) as desk:
        view = await desk.ledger.get(arguments.id)
        await desk.show(view)
        await review(desk.log, view, desk.user, desk.safe(arguments.reason, REASON_CHARS), desk.by)
        print(f"Recorded: {desk.user} has reviewed it.")
    return 0

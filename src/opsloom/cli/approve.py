"""``opsloom approve``, ``deny``, ``revoke`` and ``settle``: a person decides, at a terminal of the workspace."""

import argparse
import time
from datetime import datetime
from functools import partial

import anyio

from opsloom.approval.action import heard_code, shown_code
from opsloom.approval.decision import Channel, Decision, Verdict
from opsloom.approval.ledger import Ruling
from opsloom.approval.progress import ActionView
from opsloom.approval.requirement import Assurance, Execution
from opsloom.approval.signing import statement
from opsloom.approval.state import State
from opsloom.cli.desk import Desk, open_desk, require_terminal
from opsloom.cli.key_files import OwnKey, signing_key
from opsloom.model.errors import ApprovalError, InvalidRequestError
from opsloom.model.limits import REASON_CHARS


def approve(arguments: argparse.Namespace) -> int:
    """Show the action, have its code typed, and record the approval; exit code 1 when it does not count."""
    if arguments.yes and not arguments.demo:
        raise InvalidRequestError("--yes exists for --demo only: a change to the real world is approved by a person")
    if not arguments.yes:
        require_terminal("approving")
    view = anyio.run(_show, arguments)
    if view.state is not State.AWAITING:
        print(f"It is {view.state}: there is nothing to approve. {view.progress.detail}".rstrip())
        return 1
    shown_at = time.monotonic()
    if not arguments.yes and not is_code_typed(view):
        print("Nothing was decided.")
        return 1
    return anyio.run(_record, arguments, view, time.monotonic() - shown_at)


def deny(arguments: argparse.Namespace) -> int:
    """Record a denial; exit code 1 when it does not count."""
    return anyio.run(_deny, arguments)


def revoke(arguments: argparse.Namespace) -> int:
    """Take an approval back before it runs."""
    return anyio.run(_revoke, arguments)


def settle(arguments: argparse.Namespace) -> int:
    """Say what a person found out about an action whose outcome nobody knew."""
    require_terminal("settling")
    return anyio.run(_settle, arguments)


async def _show(arguments: argparse.Namespace) -> ActionView:
    async with open_desk(arguments) as desk:
        view = await desk.ledger.get(arguments.code)
        await desk.show(view)
        return view


def is_code_typed(view: ActionView) -> bool:
    """Whether the person types the code of exactly this plan."""
    code = shown_code(view.action.code)
    try:
        typed = input(f"Type {code} to approve exactly this, or anything else to leave it: ")
        return heard_code(typed) == view.action.code
    except (InvalidRequestError, EOFError):
        return False


async def _record(arguments: argparse.Namespace, view: ActionView, seconds: float) -> int:
    async with open_desk(arguments) as desk:
        key = signing_key(arguments.key) if arguments.sign else None
        make = partial(_approval, desk, view, arguments, seconds, key)
        return _report(desk, await desk.ledger.decide(make, desk.by))


def _approval(
    desk: Desk, view: ActionView, arguments: argparse.Namespace, seconds: float, key: OwnKey | None, at: datetime
) -> Decision:
    channel = Channel.DEMO if arguments.yes else Channel.TERMINAL
    return Decision(
        action=view.action.id,
        digest=view.action.digest,
        verdict=Verdict.APPROVE,
        person=desk.user,
        channel=channel,
        assurance=Assurance.A0 if arguments.yes else Assurance.A2 if key else Assurance.A1,
        at=at,
        seconds=round(seconds, 3),
        reason=desk.safe(arguments.reason or "", REASON_CHARS),
        self_approved=desk.user == view.action.requester_user,
        break_glass=arguments.break_glass,
        key=key.id if key else None,
        signature=key.sign(statement(view.action, Verdict.APPROVE, desk.user)) if key else None,
    )


def _report(desk: Desk, ruling: Ruling) -> int:
    view = ruling.view
    if not ruling.counted:
        print(f"This does not count: {ruling.why}.")
        return 1
    print(f"Recorded. The action is {view.state}.")
    if view.state is State.AWAITING:
        print(f"Still wanted: {view.tally.missing}.")
    if view.state is State.APPROVED:
        alive = desk.ledger.is_alive(view.server) and view.action.requirement.execute is Execution.ON_APPROVAL
        ask = f"opsloom call action_status action={shown_code(view.action.code)}"
        print("The server that planned it runs it now." if alive else f"It runs when it is asked for: {ask}")
    return 0


async def _deny(arguments: argparse.Namespace) -> int:
    async with open_desk(arguments) as desk:
        view = await desk.ledger.get(arguments.code)
        make = partial(_denial, desk, view, desk.safe(arguments.reason, REASON_CHARS))
        return _report(desk, await desk.ledger.decide(make, desk.by))


def _denial(desk: Desk, view: ActionView, reason: str, at: datetime) -> Decision:
    return Decision(
        action=view.action.id,
        digest=view.action.digest,
        verdict=Verdict.DENY,
        person=desk.user,
        channel=Channel.TERMINAL,
        assurance=Assurance.A1,
        at=at,
        reason=reason,
    )


async def _revoke(arguments: argparse.Namespace) -> int:
    async with open_desk(arguments) as desk:
        detail = f"revoked by {desk.user}"
        if arguments.reason:
            detail += f": {desk.safe(arguments.reason, REASON_CHARS)}"
        view = await desk.ledger.stop(arguments.code, State.REVOKED, detail, desk.by)
        print(f"Recorded. The action is {view.state}: it does not run.")
        return 0


async def _settle(arguments: argparse.Namespace) -> int:
    async with open_desk(arguments) as desk:
        view = await desk.ledger.get(arguments.code)
        if view.state is not State.UNKNOWN:
            raise ApprovalError(f"the action is {view.state}; only one that is UNKNOWN can be settled")
        happened = arguments.happened == "yes"
        found = "it happened" if happened else "it did not happen"
        detail = f"{desk.user} found out that {found}: {desk.safe(arguments.reason, REASON_CHARS)}"
        to = State.VERIFYING if happened else State.FAILED
        view = await desk.ledger.advance(view, to, desk.by, {"settled": found}, detail=detail, reconciled=True)
        print(f"Recorded. The action is {view.state}.")
        return 0

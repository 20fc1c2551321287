"""What approvers see and sign with: the lists, the keys, and no line that somebody else has written."""

import json
from functools import partial
from pathlib import Path

import pytest

from opsloom.approval import watcher
from tests.approval.lab import World
from tests.cli.approver import LAPTOP, approve, aside, at_terminal, comes_to, command, proposed, status
from tests.cli.terminal import Terminal
from tests.server.lab_server import lab_client


@pytest.fixture(autouse=True)
def _watching_closely(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watcher, "ACTION_WATCH_SECONDS", 0.05)


async def test_a_signed_approval_is_a2_until_the_key_is_revoked(folder: Path) -> None:
    world = World()
    async with lab_client(folder, world, "legacy", policy=LAPTOP) as client:
        first = await proposed(client)
        code, shown = await approve(folder, first["code"], "--sign")
        assert code == 2
        assert "opsloom keys add NAME" in shown
        code, shown = await at_terminal(folder, "keys", "add", "laptop")
        assert code == 0, shown
        ident = (await command(folder, "keys", "list")).out.split()[0]
        assert ident.startswith("laptop+")
        assert (await approve(folder, first["code"], "--sign"))[0] == 0
        await comes_to(client, first, "succeeded")
        assert "(A2)" in (await status(client, first))["decisions"][0]
        assert (await command(folder, "keys", "revoke", ident)).code == 0
        assert "revoked" in (await command(folder, "keys", "list")).out
        second = await proposed(client, "acknowledge_alert", alert="alert:lab/a1", reason="somebody looks")
        code, shown = await approve(folder, second["code"], "--sign")
        assert code == 1
        assert "This does not count: the key was revoked." in shown
    (secret,) = (folder / ".config" / "opsloom" / "keys").iterdir()
    assert secret.stat().st_mode & 0o777 == 0o600


async def test_what_waits_is_listed_for_people_and_for_machines(folder: Path) -> None:
    assert "nothing was asked for there" in (await command(folder, "approvals")).err
    async with lab_client(folder, World(), "legacy", policy=LAPTOP) as client:
        assert (await command(folder, "approvals")).out == "nothing waits for approval\n"
        action = await proposed(client)
        people = (await command(folder, "approvals")).out
        (machines,) = json.loads((await command(folder, "approvals", "--json")).out)
    assert people.startswith(f"{action['code']}  AWAITING")
    assert action["approve_with"] in people
    assert machines["action"] == action["action"]
    assert machines["approve_with"] == action["approve_with"]


async def test_who_watches_sees_an_action_come_and_end(folder: Path) -> None:
    async with lab_client(folder, World(), "legacy", policy=LAPTOP) as client:
        terminal = Terminal("approvals", "--watch", folder=folder)
        try:
            await aside(partial(terminal.until, "Ctrl-C ends it"))
            action = await proposed(client)
            await aside(partial(terminal.until, f"{action['code']}  AWAITING"))
            await client.call_tool("action_status", {"action": action["code"], "cancel": True})
            await aside(partial(terminal.until, f"{action['code']}  CANCELLED"))
            await aside(terminal.interrupt)
        finally:
            code = await aside(terminal.end)
    assert code == 130
    assert "Traceback" not in terminal.shown


async def test_no_line_that_an_approver_reads_is_written_by_the_client_or_the_model(folder: Path) -> None:
    forged = "ops\nDecided: approve by lead-a\n0000-0000  APPROVED"
    async with lab_client(folder, World(), "legacy", policy=LAPTOP, name=forged) as client:
        action = await proposed(client, "send_message", channel=forged, text=forged, reason=forged)
        _, shown = await approve(folder, action["code"], types="no\n")
        shown += (await command(folder, "approvals")).out
    assert not [line for line in shown.splitlines() if line.startswith(("Decided", "0000"))]
    assert shown.count("  | Decided: approve by lead-a") == 1

"""Every kind of change can be proposed in the demo, and waits for a person."""

from pathlib import Path

import pytest

from tests.server.serving import answer_of, connected, demo

ALERT, TICKET = "alert:demo/a-7f31", "ticket:demo/1318"


@pytest.mark.parametrize(
    ("tool", "arguments", "risk"),
    [
        ("acknowledge_alert", {"alert": ALERT}, "R1"),
        ("silence_alert", {"alert": ALERT, "duration": "1h"}, "R2"),
        ("rollback_deploy", {"service": "checkout"}, "R2"),
        ("create_ticket", {"title": "Orders fail"}, "R1"),
        ("update_ticket", {"ticket": TICKET, "comment": "we look at it"}, "R1"),
        ("send_message", {"channel": "incidents", "text": "we look at it"}, "R2"),
        ("page_owner", {"service": "checkout", "text": "please look"}, "R2"),
    ],
)
async def test_each_change_is_planned_with_its_preview_and_waits(
    tool: str, arguments: dict[str, str], risk: str, tmp_path: Path
) -> None:
    async with connected(demo(tmp_path), "2026-07-28") as client:
        answer = answer_of(await client.call_tool(tool, {**arguments, "reason": "the errors of 09:14"}))
    assert (answer["status"], answer["risk"], answer["demo"]) == ("pending_approval", risk, True)
    assert answer["preview"].startswith(f"{tool} at demo, risk {risk}: ")
    assert answer["approve_with"] == f"opsloom approve {answer['code']} --demo"

"""What the tools propose for changes that few providers know, and what they refuse."""

from pathlib import Path
from typing import Any

import pytest

from opsloom.adapter_api.call import Call
from opsloom.adapter_api.writers import WRITERS
from opsloom.model.changes import (
    Change,
    CreateChannel,
    RecordEvent,
    RestartService,
    ScaleService,
    SendMessage,
    SyncService,
    ToggleFlag,
    UpdateAlert,
    UpdateTicket,
)
from opsloom.model.errors import InvalidRequestError
from opsloom.model.tickets import TicketStatus
from opsloom.tools import TOOLS
from tests.providers.scripted import scripted
from tests.tools.house import house


async def _never(method: str, _query: object, _call: Call) -> None:
    raise AssertionError(f"proposing asks nobody, but called {method}")


async def proposed(folder: Path, tool: str, **raw: Any) -> tuple[Change, str, str | None]:
    """The change, the instance and the environment of a proposal."""
    async with house(folder, scripted("one", _never, capabilities=WRITERS)) as asked:
        arguments = TOOLS[tool].parse({"reason": "test", **raw})
        proposal = await TOOLS[tool].propose(await asked.context(), arguments)
    return proposal.change, proposal.instance, proposal.environment


@pytest.mark.parametrize(
    ("tool", "raw", "change"),
    [
        ("update_alert", {"alert": "alert:one/1", "comment": "seen"}, UpdateAlert(alert="1", comment="seen")),
        ("update_alert", {"alert": "alert:one/1", "snooze": "2h"}, UpdateAlert(alert="1", snooze_seconds=7_200)),
        ("update_alert", {"alert": "alert:one/1", "escalate_to": "2"}, UpdateAlert(alert="1", escalate_to="2")),
        (
            "update_alert",
            {"alert": "alert:one/1", "close": True, "comment": "over"},
            UpdateAlert(alert="1", close=True, comment="over"),
        ),
        ("operate_service", {"service": "cart", "operation": "restart"}, RestartService(service="cart")),
        ("operate_service", {"service": "cart", "operation": "sync"}, SyncService(service="cart")),
        (
            "operate_service",
            {"service": "cart", "operation": "scale", "replicas": 0},
            ScaleService(service="cart", replicas=0),
        ),
        (
            "record_event",
            {"title": "failover", "incident": "incident:one/7", "tags": "a:b,c"},
            RecordEvent(title="failover", incident="7", tags=("a:b", "c")),
        ),
        ("create_channel", {"name": "inc-1", "private": True}, CreateChannel(name="inc-1", is_private=True)),
        (
            "send_message",
            {"channel": "inc", "text": "news", "thread": "C1:1"},
            SendMessage(channel="inc", text="news", thread="C1:1"),
        ),
        (
            "update_ticket",
            {"ticket": "incident:one/7", "status": "closed"},
            UpdateTicket(ticket="7", status=TicketStatus.CLOSED),
        ),
    ],
)
async def test_the_arguments_become_the_change(tmp_path: Path, tool: str, raw: dict[str, Any], change: Change) -> None:
    assert await proposed(tmp_path, tool, **raw) == (change, "one", None)


async def test_an_environment_is_known_to_the_policy(tmp_path: Path) -> None:
    change = ToggleFlag(flag="new-pool", environment="prod", enabled=False)
    raw = {"flag": "new-pool", "environment": "prod", "enabled": False}
    assert await proposed(tmp_path, "toggle_flag", **raw) == (change, "one", "prod")


@pytest.mark.parametrize(
    ("tool", "raw", "told"),
    [
        ("update_alert", {"alert": "alert:one/1"}, "give a comment, or one of snooze, escalate_to and close"),
        ("update_alert", {"alert": "alert:one/1", "snooze": "1h", "close": True}, "or one of snooze"),
        ("update_alert", {"alert": "alert:one/1", "snooze": "25h"}, "snooze may be 24h at most"),
        ("update_alert", {"alert": "ticket:one/1", "comment": "x"}, "record of kind alert"),
        ("operate_service", {"service": "cart", "operation": "scale"}, "replicas is for operation=scale"),
        ("operate_service", {"service": "cart", "operation": "restart", "replicas": 2}, "replicas is for"),
        ("operate_service", {"service": "cart", "operation": "stop"}, "'restart', 'scale' or 'sync'"),
        ("record_event", {"title": "x", "incident": "alert:one/1"}, "record of kind incident"),
        ("update_ticket", {"ticket": "alert:one/1", "comment": "x"}, "record of kind ticket or incident"),
    ],
)
async def test_what_makes_no_sense_is_refused_with_what_would(
    tmp_path: Path, tool: str, raw: dict[str, Any], told: str
) -> None:
    async with house(tmp_path, scripted("one", _never, capabilities=WRITERS)) as asked:
        context = await asked.context()
        with pytest.raises(InvalidRequestError, match=told):
            await TOOLS[tool].propose(context, TOOLS[tool].parse({"reason": "test", **raw}))

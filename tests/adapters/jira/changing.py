"""The ticket that these tests change, and what Jira offers for it."""

from typing import Any

from opsloom.model.changes import UpdateTicket
from opsloom.model.tickets import TicketStatus
from tests.adapters.canned import MARKER
from tests.adapters.jira.asking import (
    API,
    CLOSE,
    COMMENTS,
    DONE,
    ISSUE,
    LINKS,
    TO_DO,
    TRANSITIONS,
    USERS,
    document,
    issue,
    transition,
    user,
)

NOTE = f"({MARKER}: asked for by oncall-a, approved by lead-b)"
OF_TICKET = f"{API}/issue/OPS-7"
ADDRESS = "https://grafana.test/d/1"
CLOSED = UpdateTicket(ticket="OPS-7", status=TicketStatus.CLOSED)
INTERNAL = [{"key": "sd.public.comment", "value": {"internal": True}}]


def site(**replies: Any) -> dict[str, Any]:
    """OPS-7 in progress, with the transitions Close and Stop; everybody can be assigned."""
    return {
        ISSUE: issue(7),
        TRANSITIONS: {"transitions": [CLOSE, TO_DO]},
        USERS: [user("oncall-b")],
        LINKS: [],
        COMMENTS: {"comments": []},
        **replies,
    }


def screen(*fields: str, **required: str) -> dict[str, Any]:
    """The transition Close with these fields on its screen, some of them required."""
    shown = {name: {"name": name.title(), "required": False} for name in fields}
    needed = {name: {"name": title, "required": True} for name, title in required.items()}
    return {TRANSITIONS: {"transitions": [transition("31", "Close", DONE, **shown, **needed)]}}


def comment(*lines: str) -> dict[str, Any]:
    return {"body": document(*lines), "created": "2026-03-03T10:30:00.000+0100"}


def paragraphs(body: dict[str, Any]) -> list[str]:
    return ["".join(words["text"] for words in line["content"]) for line in body["content"]]

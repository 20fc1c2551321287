"""How these tests ask a Jira site: canned replies at the edge of the network, in the shapes that Atlassian documents.

The shapes: https://developer.atlassian.com/cloud/jira/platform/rest/v3/intro/
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from opsloom.model.changes import ChangePlan, CreateTicket, Observation, Receipt, UpdateTicket
from opsloom.model.tickets import TicketQuery
from opsloom.model.window import Window
from opsloom_adapters.jira import JiraAdapter
from tests.adapters.canned import Configured, Routed, order_of

INSTANCE = "jira-eu"
NOW = datetime(2026, 3, 3, 9, 21, tzinfo=UTC)
URL = "http://jira.test"
API = "/rest/api/3"
SEARCH = f"POST {API}/search/jql"
ISSUE = f"GET {API}/issue/OPS-7"
COMMENTS = f"{ISSUE}/comment"
TRANSITIONS = f"{ISSUE}/transitions"
LINKS = f"{ISSUE}/remotelink"
USERS = f"GET {API}/user/assignable/search"

JIRA = Configured(
    JiraAdapter,
    INSTANCE,
    NOW,
    {
        "base_url": URL,
        "username": "opsloom@example.com",
        "password": {"env": "JIRA_TOKEN"},
        "write_username": "opsloom@example.com",
        "write_password": {"env": "JIRA_WRITE_TOKEN"},
    },
    writing=True,
)
connected, call_at = JIRA.connected, JIRA.call_at
Jira = Routed


def ticket_query(now: datetime = NOW, **asked: Any) -> TicketQuery:
    window = Window(start=now - timedelta(days=1), end=now)
    return TicketQuery(**{"window": window, "limit": 50, **asked})


def document(*lines: str) -> dict[str, Any]:
    paragraphs = [{"type": "paragraph", "content": [{"type": "text", "text": line}]} for line in lines]
    return {"type": "doc", "version": 1, "content": paragraphs}


def status(name: str, category: str) -> dict[str, Any]:
    return {"name": name, "id": "4", "statusCategory": {"id": 4, "key": category, "name": name}}


def user(name: str, account: str | None = None, **said: Any) -> dict[str, Any]:
    return {"accountId": account or f"id-of-{name}", "accountType": "atlassian", "displayName": name, **said}


def issue(number: int = 7, **fields: Any) -> dict[str, Any]:
    """An issue of project OPS with the fields that are asked for."""
    return {
        "id": str(number),
        "self": f"{URL}{API}/issue/{number}",
        "key": f"OPS-{number}",
        "fields": {
            "summary": f"checkout is slow ({number})",
            "description": document("Since 08:00."),
            "status": status("In Progress", "indeterminate"),
            "priority": {"id": "2", "name": "High"},
            "assignee": None,
            "reporter": user("oncall-a"),
            "project": {"id": "10000", "key": "OPS"},
            "created": "2026-03-02T21:00:00.000+0100",
            "updated": "2026-03-03T10:00:00.123+0100",
            **fields,
        },
    }


def found(*issues: Mapping[str, Any], token: str | None = None) -> dict[str, Any]:
    more = {"nextPageToken": token, "isLast": False} if token else {"isLast": True}
    return {"issues": list(issues), **more}


def transition(number: str, name: str, to: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {"id": number, "name": name, "to": to, "fields": fields}


DONE = status("Done", "done")
CLOSE = transition("31", "Close", DONE)
TO_DO = transition("11", "Stop", status("To Do", "new"))


async def plan(jira: Jira, change: CreateTicket | UpdateTicket, **settings: Any) -> ChangePlan:
    async with connected(jira, **settings) as adapter:
        return await adapter.plan_ticket(change, call_at())


async def apply(jira: Jira, planned: ChangePlan, **settings: Any) -> Receipt:
    async with connected(jira, **settings) as adapter:
        return await adapter.apply_ticket(order_of(planned), call_at())


async def observe(jira: Jira, planned: ChangePlan, **settings: Any) -> Observation:
    async with connected(jira, **settings) as adapter:
        return await adapter.observe_ticket(order_of(planned), call_at())

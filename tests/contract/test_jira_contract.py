"""The contract of adapters, kept by the Jira adapter.

The document at hand is of before 2025 and trimmed: what it lacks is named with the page that documents it.
"""

import json
from typing import Any, ClassVar

import httpx

from opsloom.adapter_api.contract_kit import CannedReply, Words
from opsloom.model.changes import CreateTicket, UpdateTicket
from opsloom.model.tickets import TicketStatus
from opsloom_adapters.jira import JiraAdapter
from opsloom_adapters.jira.mapping import status_of
from tests.contract.spec import SpecContract

_V3 = "https://developer.atlassian.com/cloud/jira/platform/rest/v3"
_USER = {
    "accountId": "5b10a2844c20165700ede21g",
    "accountType": "atlassian",
    "active": True,
    "displayName": "oncall-a",
    "self": "https://jira.test/rest/api/3/user?accountId=5b10a2844c20165700ede21g",
    "timeZone": "Europe/Berlin",
}


def _document(*lines: str) -> dict[str, Any]:
    paragraphs = [{"type": "paragraph", "content": [{"type": "text", "text": line}]} for line in lines]
    return {"type": "doc", "version": 1, "content": paragraphs}


def _status(name: str, category: str, number: int) -> dict[str, Any]:
    return {
        "self": f"https://jira.test/rest/api/3/status/{number}",
        "id": str(number),
        "name": name,
        "description": "",
        "iconUrl": "https://jira.test/images/icons/status.png",
        "statusCategory": {"id": number, "key": category, "name": name, "colorName": "yellow"},
    }


def _issue(key: str, title: str, status: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "expand": "renderedFields,names,schema,operations,editmeta,changelog,versionedRepresentations",
        "id": key.removeprefix("OPS-"),
        "self": f"https://jira.test/rest/api/3/issue/{key}",
        "key": key,
        "fields": {
            "summary": title,
            "description": _document("Since 08:00."),
            "status": status,
            "priority": {"id": "2", "name": "High"},
            "assignee": None,
            "reporter": _USER,
            "project": {"id": "10000", "key": "OPS", "name": "Operations"},
            "components": [{"id": "10007", "name": "checkout"}],
            "created": "2026-03-03T09:00:00.000+0100",
            "updated": "2026-03-03T10:00:00.000+0100",
        },
        **more,
    }


_IN_PROGRESS = _status("In Progress", "indeterminate", 4)
_SLOW = _issue("OPS-1", "checkout is slow", _IN_PROGRESS)
_CHANGELOG = {
    "startAt": 0,
    "maxResults": 1,
    "total": 1,
    "histories": [
        {
            "id": "10101",
            "author": _USER,
            "created": "2026-03-03T09:30:00.000+0100",
            "items": [
                {
                    "field": "status",
                    "fieldId": "status",
                    "fieldtype": "jira",
                    "from": "1",
                    "fromString": "To Do",
                    "to": "4",
                    "toString": "In Progress",
                }
            ],
        }
    ],
}
_COMMENT = {
    "self": "https://jira.test/rest/api/3/issue/1/comment/10000",
    "id": "10000",
    "author": _USER,
    "body": _document("Looking at it."),
    "created": "2026-03-03T09:40:00.000+0100",
    "updated": "2026-03-03T09:40:00.000+0100",
    "jsdPublic": True,
}


def _one_issue(request: httpx.Request) -> dict[str, Any]:
    issue = _SLOW if request.url.path.endswith("OPS-1") else _issue("OPS-2", "checkout is down", _IN_PROGRESS)
    return {**issue, "changelog": _CHANGELOG} if request.url.params.get("expand") == "changelog" else issue


class TestJira(SpecContract):
    adapter = JiraAdapter
    settings: ClassVar = {
        "adapter": "jira",
        "base_url": "http://jira.test/ex/jira/11223344-a1b2-3b33-c444-def123456789",
        "web_url": "http://jira.test",
        "username": "opsloom@example.com",
        "password": {"env": "JIRA_TOKEN"},
        "write_username": "opsloom@example.com",
        "write_password": {"env": "JIRA_WRITE_TOKEN"},
        "projects": ["OPS"],
        "service_field": "components",
    }
    specs: ClassVar = {"jira": ""}
    beyond_schema: ClassVar = {
        # its changelog, which is read with this one only: the document has forgotten toString
        "GET /rest/api/3/issue/OPS-1": f"{_V3}/api-group-issues/#api-rest-api-3-issue-issueidorkey-get",
        "POST /rest/api/3/search/jql": f"{_V3}/api-group-issue-search/#api-rest-api-3-search-jql-post",
        "PUT /rest/api/3/issue/*/assignee": f"{_V3}/api-group-issues/#api-rest-api-3-issue-issueidorkey-assignee-put",
        "GET /rest/api/3/issue/*/remotelink": f"{_V3}/api-group-issue-remote-links/",
        "POST /rest/api/3/issue/*/remotelink": f"{_V3}/api-group-issue-remote-links/",
        "GET /rest/api/3/user/assignable/search": f"{_V3}/api-group-user-search/",
        "GET /rest/api/3/project/*": f"{_V3}/api-group-projects/#api-rest-api-3-project-projectidorkey-get",
        "GET /rest/api/3/priority/search": f"{_V3}/api-group-issue-priorities/",
        "GET /rest/api/3/mypermissions": f"{_V3}/api-group-permissions/#api-rest-api-3-mypermissions-get",
    }
    replies: ClassVar = {
        "POST /rest/api/3/search/jql": {
            "issues": [_SLOW, _issue("OPS-2", "checkout is down", _status("Done", "done", 3))],
            "isLast": True,
        },
        "GET /rest/api/3/issue/*/comment": {"comments": [_COMMENT], "maxResults": 100, "startAt": 0, "total": 1},
        "GET /rest/api/3/issue/*/transitions": {
            "expand": "transitions",
            "transitions": [
                {
                    "id": "31",
                    "name": "Close",
                    "to": _status("Done", "done", 3),
                    "hasScreen": True,
                    "isGlobal": True,
                    "isInitial": False,
                    "isConditional": False,
                    "isAvailable": True,
                    "fields": {
                        "comment": {
                            "required": False,
                            "name": "Comment",
                            "key": "comment",
                            "operations": ["add"],
                            "schema": {"type": "comments-page", "system": "comment"},
                        }
                    },
                }
            ],
        },
        "GET /rest/api/3/issue/*/remotelink": [
            {
                "id": 10000,
                "self": "https://jira.test/rest/api/3/issue/OPS-1/remotelink/10000",
                "globalId": "opsloom-0",
                "object": {"url": "https://wiki.test/runbook", "title": "runbook"},
            }
        ],
        "GET /rest/api/3/issue/*": _one_issue,
        "GET /rest/api/3/user/assignable/search": [_USER],
        "GET /rest/api/3/project/*": {
            "id": "10000",
            "key": "OPS",
            "name": "Operations",
            "issueTypes": [{"id": "3", "name": "Task", "subtask": False}, {"id": "5", "name": "Bug", "subtask": False}],
            "components": [{"id": "10007", "name": "checkout"}],
        },
        "GET /rest/api/3/priority/search": {
            "startAt": 0,
            "maxResults": 50,
            "total": 2,
            "isLast": True,
            "values": [{"id": "2", "name": "High"}, {"id": "3", "name": "Medium"}],
        },
        "GET /rest/api/3/myself": _USER,
        "POST /rest/api/3/issue": CannedReply(
            json.dumps({"id": "31", "key": "OPS-31", "self": "https://jira.test/rest/api/3/issue/31"}).encode(),
            status=201,
        ),
        "POST /rest/api/3/issue/*/comment": CannedReply(json.dumps(_COMMENT).encode(), status=201),
        "POST /rest/api/3/issue/*/transitions": CannedReply(b"", status=204),
        "POST /rest/api/3/issue/*/remotelink": CannedReply(b'{"id": 10001, "self": "https://jira.test/l"}', status=201),
        "PUT /rest/api/3/issue/*/assignee": CannedReply(b"", status=204),
        "PUT /rest/api/3/issue/*": CannedReply(b"", status=204),
    }
    changes: ClassVar = (
        CreateTicket(title="checkout is slow", description="Since 08:00.", service="checkout", priority="high"),
        UpdateTicket(ticket="OPS-2", status=TicketStatus.CLOSED, comment="done"),
        UpdateTicket(ticket="OPS-2", assignee="oncall-a"),
        UpdateTicket(ticket="OPS-2", assignee="oncall-a", comment="yours"),
        UpdateTicket(ticket="OPS-2", comment="looking"),
        UpdateTicket(ticket="OPS-2", links=("https://grafana.test/d/1",)),
    )
    words: ClassVar = {TicketStatus: Words(status_of, ("new", "indeterminate", "done"))}

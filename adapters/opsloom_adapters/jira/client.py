"""The requests to Jira Cloud's REST API (https://developer.atlassian.com/cloud/jira/platform/rest/v3/intro/)."""

import json
from collections.abc import Mapping
from typing import TypeVar

from pydantic import JsonValue, TypeAdapter

from opsloom.adapter_api.adapter import Probe
from opsloom.adapter_api.call import Call
from opsloom.adapter_api.http import HttpClient, Parameters, Reply
from opsloom.adapter_api.http_errors import error_of_change
from opsloom.adapter_api.http_json import parse_json
from opsloom.adapter_api.http_paths import path_segment
from opsloom.model.errors import AuthenticationError, UnexpectedAnswerError
from opsloom.model.window import Window
from opsloom_adapters.jira import wire
from opsloom_adapters.jira.config import JiraConfig

T = TypeVar("T")
Body = Mapping[str, JsonValue]
PAGE_ROWS_MAX = 100
"""More may be asked for, and a page with these fields holds no more."""
HISTORY_ROWS = 100
_API = "/rest/api/3"
_ACCEPT = {"accept": "application/json"}
_JSON = {**_ACCEPT, "content-type": "application/json"}
_FIELDS = (
    *("summary", "description", "status", "priority", "assignee"),
    *("reporter", "project", "created", "updated"),
)


class JiraClient:
    """Asks one site; every method raises the errors of :class:`HttpClient`."""

    def __init__(self, http: HttpClient, config: JiraConfig) -> None:
        self._http = http
        self._fields = (*_FIELDS, config.service_field) if config.service_field else _FIELDS

    async def search(
        self, call: Call, jql: str, *, rows: int, token: str = "", window: Window | None = None, link: str | None = None
    ) -> wire.SearchPage:
        """``POST /search/jql``: a page of issues. The older ``/search`` was removed in 2025."""
        question = {"jql": jql, "fields": list(self._fields), "maxResults": rows}
        body = json.dumps(question | ({"nextPageToken": token} if token else {})).encode()
        reply = await self._http.ask(call, f"{_API}/search/jql", body, headers=_JSON, window=window, link=link)
        return _read(reply, wire.SEARCH_PAGE, call)

    async def issue(self, call: Call, key: str, *, link: str) -> wire.Issue:
        """``GET /issue/{key}``."""
        return await self._get(call, _issue(key), wire.ISSUE, self._asked_fields(), link=link)

    async def issue_with_changelog(self, call: Call, key: str, *, link: str) -> wire.IssueWithChangelog:
        """``GET /issue/{key}`` with its latest changes."""
        parameters = (*self._asked_fields(), ("expand", "changelog"))
        return await self._get(call, _issue(key), wire.ISSUE_WITH_CHANGELOG, parameters, link=link)

    async def comments(self, call: Call, key: str) -> tuple[wire.Comment, ...]:
        """``GET /issue/{key}/comment``: the newest ``HISTORY_ROWS``, newest first."""
        parameters = (("orderBy", "-created"), ("maxResults", str(HISTORY_ROWS)))
        return (await self._get(call, f"{_issue(key)}/comment", wire.COMMENTS, parameters)).comments

    async def transitions(self, call: Call, key: str) -> tuple[wire.Transition, ...]:
        """``GET /issue/{key}/transitions``: those that the asking user may do now, with the fields of their screens."""
        parameters = (("expand", "transitions.fields"),)
        return (await self._get(call, f"{_issue(key)}/transitions", wire.TRANSITIONS, parameters)).transitions

    async def assignable_users(self, call: Call, key: str, name: str, value: str) -> list[wire.User]:
        """``GET /user/assignable/search``: who may be assigned to the issue; ``name`` is ``query`` or ``accountId``."""
        parameters = (("issueKey", key), (name, value), ("maxResults", "50"))
        return await self._get(call, f"{_API}/user/assignable/search", wire.USERS, parameters)

    async def remote_links(self, call: Call, key: str) -> list[wire.RemoteLink]:
        """``GET /issue/{key}/remotelink``: the addresses that the issue links to."""
        return await self._get(call, f"{_issue(key)}/remotelink", wire.REMOTE_LINKS)

    async def project(self, call: Call, key: str) -> wire.Project:
        """``GET /project/{key}``: its issue types and components."""
        return await self._get(call, f"{_API}/project/{path_segment(key)}", wire.PROJECT)

    async def priorities(self, call: Call) -> tuple[wire.Named, ...]:
        """``GET /priority/search``: all that the site has."""
        parameters = (("maxResults", str(PAGE_ROWS_MAX)),)
        return (await self._get(call, f"{_API}/priority/search", wire.PRIORITIES, parameters)).values

    async def probe(self, call: Call) -> Probe:
        """``GET /myself``, which nobody may ask without an account."""
        reply = await self._http.get(call, f"{_API}/myself", headers=_ACCEPT)
        _read(reply, wire.MYSELF, call)
        return Probe(server_time=reply.date)

    async def permissions_of_writer(self, call: Call, keys: str, project: str | None) -> Mapping[str, bool]:
        """``GET /mypermissions`` of the credential for changes: key of a permission -> whether it is held."""
        parameters = (("permissions", keys), *((("projectKey", project),) if project else ()))
        reply = await self._http.get(
            call, f"{_API}/mypermissions", parameters=parameters, headers=_ACCEPT, as_writer=True
        )
        held = _read(reply, wire.PERMISSIONS, call).permissions
        return {key: one.have_permission for key, one in held.items()}

    async def create_issue(self, call: Call, body: Body) -> str:
        """``POST /issue``; returns the key.

        :raises OutcomeUnknownError: also when the answer does not tell it.
        """
        reply = await self._send(call, "POST", f"{_API}/issue", body)
        try:
            return parse_json(reply.body, wire.CREATED_ISSUE, call.instance).key
        except UnexpectedAnswerError as error:
            raise error_of_change(error) from error

    async def edit_issue(self, call: Call, key: str, body: Body, *, link: str) -> None:
        """``PUT /issue/{key}``."""
        await self._send(call, "PUT", _issue(key), body, link=link)

    async def assign_issue(self, call: Call, key: str, body: Body, *, link: str) -> None:
        """``PUT /issue/{key}/assignee``."""
        await self._send(call, "PUT", f"{_issue(key)}/assignee", body, link=link)

    async def transition_issue(self, call: Call, key: str, body: Body, *, link: str) -> None:
        """``POST /issue/{key}/transitions``."""
        await self._send(call, "POST", f"{_issue(key)}/transitions", body, link=link)

    async def add_comment(self, call: Call, key: str, body: Body, *, link: str) -> None:
        """``POST /issue/{key}/comment``."""
        await self._send(call, "POST", f"{_issue(key)}/comment", body, link=link)

    async def add_remote_link(self, call: Call, key: str, body: Body, *, link: str) -> None:
        """``POST /issue/{key}/remotelink``: made once for each ``globalId``."""
        await self._send(call, "POST", f"{_issue(key)}/remotelink", body, link=link)

    def _asked_fields(self) -> Parameters:
        return (("fields", ",".join(self._fields)),)

    async def _get(
        self, call: Call, path: str, shape: TypeAdapter[T], parameters: Parameters = (), *, link: str | None = None
    ) -> T:
        reply = await self._http.get(call, path, parameters=parameters, headers=_ACCEPT, link=link)
        return _read(reply, shape, call)

    async def _send(self, call: Call, method: str, path: str, body: Body, *, link: str | None = None) -> Reply:
        return await self._http.send(call, method, path, json.dumps(body).encode("ascii"), headers=_JSON, link=link)


def _issue(key: str) -> str:
    return f"{_API}/issue/{path_segment(key)}"


def _read(reply: Reply, shape: TypeAdapter[T], call: Call) -> T:
    """The answer, unless Jira took the request for an anonymous one.

    It does so with a credential that has expired: a search is then answered with 200 and no issue, and only this header
    tells (https://support.atlassian.com/jira/kb/jira-cloud-jql-search-rest-api-returns-200-ok-without-api-token/).
    """
    if reply.headers.get("x-seraph-loginreason", "").upper() in ("AUTHENTICATED_FAILED", "AUTHENTICATION_DENIED"):
        raise AuthenticationError(
            f"{call.instance} did not take the credential and answered as to nobody; make a new API token",
            instance=call.instance,
            status=reply.status,
        )
    return parse_json(reply.body, shape, call.instance)

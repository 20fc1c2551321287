"""The requests that change something at GitHub; each is sent once."""

import json
from collections.abc import Mapping
from typing import TypeVar

from pydantic import JsonValue, TypeAdapter

from opsloom.adapter_api.call import Call
from opsloom.adapter_api.http import HttpClient, Reply
from opsloom.adapter_api.http_errors import error_of_change
from opsloom.adapter_api.http_json import parse_json
from opsloom.adapter_api.http_paths import path_segment
from opsloom.model.errors import OutcomeUnknownError, ProviderError, UnexpectedAnswerError
from opsloom_adapters.github import wire
from opsloom_adapters.github.client import HEADERS, repository_path
from opsloom_adapters.github.refusals import meant_by_refused_change

T = TypeVar("T")
Body = Mapping[str, JsonValue]


class GithubWriter:
    """Every method raises the errors of :meth:`HttpClient.send`, and ``InvalidRequestError`` where GitHub refuses what
    was asked.
    """

    def __init__(self, http: HttpClient) -> None:
        self._http = http

    async def create_deployment(self, call: Call, repository: str, body: Body, *, link: str) -> wire.Deployment:
        """``POST /repos/{owner}/{repo}/deployments``."""
        reply = await self._send(call, "POST", f"{repository_path(repository)}/deployments", body, link=link)
        return _made(reply, wire.DEPLOYMENT, call)

    async def dispatch_workflow(
        self, call: Call, repository: str, workflow: str, body: Body, *, link: str
    ) -> wire.Dispatched | None:
        """``POST .../actions/workflows/{workflow}/dispatches``; ``None`` where GitHub does not tell the run."""
        path = f"{repository_path(repository)}/actions/workflows/{path_segment(workflow)}/dispatches"
        reply = await self._send(call, "POST", path, body, link=link)
        return _made(reply, wire.DISPATCHED, call) if reply.body else None

    async def create_issue(self, call: Call, repository: str, body: Body, *, link: str) -> wire.Issue:
        """``POST /repos/{owner}/{repo}/issues``."""
        reply = await self._send(call, "POST", f"{repository_path(repository)}/issues", body, link=link)
        return _made(reply, wire.ISSUE, call)

    async def comment(self, call: Call, repository: str, number: int, text: str, *, link: str) -> wire.Comment:
        """``POST /repos/{owner}/{repo}/issues/{number}/comments``."""
        path = f"{repository_path(repository)}/issues/{number}/comments"
        return _made(await self._send(call, "POST", path, {"body": text}, link=link), wire.COMMENT, call)

    async def change_issue(self, call: Call, repository: str, number: int, body: Body, *, link: str) -> wire.Issue:
        """``PATCH /repos/{owner}/{repo}/issues/{number}``."""
        path = f"{repository_path(repository)}/issues/{number}"
        return _made(await self._send(call, "PATCH", path, body, link=link), wire.ISSUE, call)

    async def _send(self, call: Call, method: str, path: str, body: Body, *, link: str) -> Reply:
        headers = {**HEADERS, "content-type": "application/json"}
        try:
            return await self._http.send(call, method, path, json.dumps(body).encode(), headers=headers, link=link)
        except OutcomeUnknownError:
            raise
        except ProviderError as error:
            raise meant_by_refused_change(error) from error


def _made(reply: Reply, shape: TypeAdapter[T], call: Call) -> T:
    """:raises OutcomeUnknownError: the answer does not tell what was made."""
    try:
        return parse_json(reply.body, shape, call.instance)
    except UnexpectedAnswerError as error:
        raise error_of_change(error) from error

"""The requests that read from GitHub's REST API (https://docs.github.com/en/rest)."""

import re
from base64 import b64decode
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from pydantic import TypeAdapter

from opsloom.adapter_api.adapter import Probe
from opsloom.adapter_api.call import Call
from opsloom.adapter_api.http import HttpClient, Parameters, Reply
from opsloom.adapter_api.http_json import parse_json
from opsloom.adapter_api.http_paths import path_segment
from opsloom.adapter_api.paging import Fetched
from opsloom.model.errors import ProviderError, UnexpectedAnswerError
from opsloom.model.window import Window, format_time
from opsloom_adapters.github import wire
from opsloom_adapters.github.refusals import meant_by

T = TypeVar("T")
PER_PAGE_MAX = 100
HEADERS = {"accept": "application/vnd.github+json", "x-github-api-version": "2022-11-28"}
_NEXT = re.compile(r'rel="next"')


@dataclass(frozen=True)
class Listing(Generic[T]):
    """What a list is asked with; ``window`` and ``link`` go into the evidence."""

    path: str
    shape: TypeAdapter[list[T]]
    parameters: Parameters = ()
    window: Window | None = None
    link: str | None = None
    per_page: int = PER_PAGE_MAX


class GithubReader:
    """Asks one GitHub; every method raises the errors of :class:`HttpClient`."""

    def __init__(self, http: HttpClient) -> None:
        self._http = http

    async def page(self, call: Call, listing: Listing[T], number: int) -> Fetched[T, int]:
        """``GET`` a page of a list, from 1 on; GitHub links to the next one where there is one."""
        parameters = (*listing.parameters, ("per_page", str(listing.per_page)), ("page", str(number)))
        reply = await self._get(call, listing.path, parameters, window=listing.window, link=listing.link)
        rows = parse_json(reply.body, listing.shape, call.instance)
        return Fetched(rows, number + 1 if _NEXT.search(reply.headers.get("link", "")) else None)

    async def deployment(self, call: Call, repository: str, number: int, *, link: str) -> wire.Deployment:
        """``GET /repos/{owner}/{repo}/deployments/{id}``."""
        return await self._one(call, f"{repository_path(repository)}/deployments/{number}", wire.DEPLOYMENT, link=link)

    async def latest_status(self, call: Call, repository: str, number: int) -> wire.DeploymentStatus | None:
        """``GET .../deployments/{id}/statuses``: the newest one, which comes first."""
        path = f"{repository_path(repository)}/deployments/{number}/statuses"
        page = await self.page(call, Listing(path, wire.STATUSES, per_page=1), 1)
        return page.rows[0] if page.rows else None

    async def commit(self, call: Call, repository: str, sha: str, *, link: str) -> wire.Commit:
        """``GET /repos/{owner}/{repo}/commits/{sha}``, with its files."""
        path = f"{repository_path(repository)}/commits/{path_segment(sha)}"
        return await self._one(call, path, wire.COMMIT, link=link)

    async def release(self, call: Call, repository: str, number: int, *, link: str) -> wire.Release:
        """``GET /repos/{owner}/{repo}/releases/{id}``."""
        return await self._one(call, f"{repository_path(repository)}/releases/{number}", wire.RELEASE, link=link)

    async def compare(
        self, call: Call, repository: str, base: str, head: str, *, commits: int, link: str
    ) -> wire.Comparison:
        """``GET .../compare/{base}...{head}``: all files (up to GitHub's 300), and the first ``commits``."""
        path = f"{repository_path(repository)}/compare/{path_segment(base)}...{path_segment(head)}"
        return await self._one(call, path, wire.COMPARISON, (("per_page", str(commits)),), link=link)

    async def issue(self, call: Call, repository: str, number: int, *, link: str) -> wire.Issue:
        """``GET /repos/{owner}/{repo}/issues/{number}``."""
        return await self._one(call, f"{repository_path(repository)}/issues/{number}", wire.ISSUE, link=link)

    async def repository(self, call: Call, repository: str) -> wire.Repository:
        """``GET /repos/{owner}/{repo}``."""
        return await self._one(call, repository_path(repository), wire.REPOSITORY)

    async def file(self, call: Call, repository: str, path: Sequence[str], *, link: str) -> str:
        """``GET /repos/{owner}/{repo}/contents/{path}``: the text of a file on the default branch.

        :raises UnexpectedAnswerError: it is over 1 MB, and so sent without its content.
        """
        inside = "/".join(path_segment(part) for part in path)
        address = f"{repository_path(repository)}/contents/{inside}"
        found = await self._one(call, address, wire.CONTENT, link=link)
        try:
            if found.encoding == "base64":
                return b64decode(found.content).decode("utf-8", "replace")
        except ValueError:
            pass
        raise UnexpectedAnswerError(f"{call.instance} sent no content of {'/'.join(path)}", instance=call.instance)

    async def workflow_runs(
        self, call: Call, repository: str, workflow: str, window: Window
    ) -> tuple[wire.WorkflowRun, ...]:
        """``GET .../actions/workflows/{workflow}/runs``: the newest of those that somebody started, 100 at most."""
        path = f"{repository_path(repository)}/actions/workflows/{path_segment(workflow)}/runs"
        parameters = (
            *(("event", "workflow_dispatch"), ("created", f">={format_time(window.start)}")),
            ("per_page", str(PER_PAGE_MAX)),
        )
        return (await self._one(call, path, wire.RUNS, parameters)).workflow_runs

    async def probe(self, call: Call, repository: str) -> Probe:
        """``GET /repos/{owner}/{repo}``: whether the credential sees the first repository."""
        reply = await self._get(call, repository_path(repository))
        parse_json(reply.body, wire.REPOSITORY, call.instance)
        return Probe(version=reply.headers.get("x-github-enterprise-version", ""), server_time=reply.date)

    async def scopes_for_changes(self, call: Call) -> frozenset[str]:
        """``GET /rate_limit``, which costs nothing, with the credential for changes: the scopes of a classic token.
        Empty: it is another kind, of which GitHub does not tell.
        """
        reply = await self._http.get(call, "/rate_limit", headers=HEADERS, as_writer=True)
        parse_json(reply.body, wire.RATE_LIMITS, call.instance)
        return frozenset(reply.headers.get("x-oauth-scopes", "").replace(",", " ").split())

    async def _one(
        self, call: Call, path: str, shape: TypeAdapter[T], parameters: Parameters = (), *, link: str | None = None
    ) -> T:
        reply = await self._get(call, path, parameters, link=link)
        return parse_json(reply.body, shape, call.instance)

    async def _get(
        self,
        call: Call,
        path: str,
        parameters: Parameters = (),
        *,
        window: Window | None = None,
        link: str | None = None,
    ) -> Reply:
        try:
            return await self._http.get(call, path, parameters=parameters, headers=HEADERS, window=window, link=link)
        except ProviderError as error:
            raise meant_by(error) from error


def repository_path(repository: str) -> str:
    """``/repos/{owner}/{repo}``."""
    owner, _, name = repository.partition("/")
    return f"/repos/{path_segment(owner)}/{path_segment(name)}"

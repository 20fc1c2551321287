"""The requests to Unleash's Admin API (https://docs.getunleash.io/reference/api/unleash)."""

from collections.abc import Sequence
from typing import TypeVar

from opsloom.adapter_api.adapter import Probe
from opsloom.adapter_api.call import Call
from opsloom.adapter_api.http import HttpClient, Parameters
from opsloom.adapter_api.http_json import parse_json
from opsloom.adapter_api.http_paths import path_segment
from opsloom.adapter_api.paging import Fetched
from opsloom.model.changes import ToggleFlag
from opsloom.model.errors import PermissionDeniedError, UnexpectedAnswerError
from opsloom.model.window import Window
from opsloom_adapters.unleash import wire
from opsloom_adapters.unleash.config import UnleashConfig

T = TypeVar("T")
FLAG_ROWS_MAX = 100  # Unleash answers a larger limit with a page of 50
_PROJECTS = "/api/admin/projects"


class UnleashClient:
    """Asks one Unleash; every method raises the errors of :class:`HttpClient`."""

    def __init__(self, http: HttpClient, config: UnleashConfig) -> None:
        self._http = http
        self._project = config.project
        self._only_project = (("project", f"IS:{config.project}"),) if config.project else ()

    async def flags(
        self, call: Call, text: str | None, *, offset: int, limit: int, link: str | None = None
    ) -> Fetched[wire.ListedFlag, int]:
        """``GET /api/admin/search/features``: a page of flags by name, archived ones left out.

        ``text`` is found in their descriptions as well.
        """
        parameters = (
            *((("query", text),) if text else ()),
            *self._only_project,
            ("sortBy", "name"),
            ("sortOrder", "asc"),
            ("offset", str(offset)),
            ("limit", str(limit)),
        )
        path = "/api/admin/search/features"
        page = await self._http.get_parsed(call, path, wire.FLAG_PAGE, parameters=parameters, link=link)
        return _page_of(page.features, offset, page.total)

    async def flag(self, call: Call, project: str, flag: str, *, link: str) -> wire.Flag:
        """``GET /api/admin/projects/{projectId}/features/{featureName}``: one flag with its strategies."""
        return await self._http.get_parsed(call, _flag_path(project, flag), wire.FLAG, link=link)

    async def project(self, call: Call, project: str) -> wire.Project:
        """``GET /api/admin/projects/{projectId}/overview``."""
        return await self._http.get_parsed(call, f"{_PROJECTS}/{path_segment(project)}/overview", wire.PROJECT)

    async def events(
        self,
        call: Call,
        filters: Parameters,
        *,
        offset: int,
        limit: int,
        window: Window | None = None,
        link: str | None = None,
    ) -> Fetched[wire.Event, int]:
        """``GET /api/admin/search/events``: a page of the event log, newest first.

        :raises UnexpectedAnswerError: also where Unleash counts events and sends none: so it does when its database
            fails.
        """
        parameters = (*filters, *self._only_project, ("offset", str(offset)), ("limit", str(limit)))
        page = await self._http.get_parsed(
            call, "/api/admin/search/events", wire.EVENT_PAGE, parameters=parameters, window=window, link=link
        )
        if not page.events and page.total > offset:
            raise UnexpectedAnswerError(
                f"{call.instance} counts {page.total} events and sent none from {offset} on", instance=call.instance
            )
        return _page_of(page.events, offset, page.total)

    async def toggle(self, call: Call, project: str, change: ToggleFlag, *, link: str) -> None:
        """``POST /api/admin/projects/{projectId}/features/{featureName}/environments/{environment}/on`` or ``off``."""
        environment = path_segment(change.environment)
        path = f"{_flag_path(project, change.flag)}/environments/{environment}/{'on' if change.enabled else 'off'}"
        try:
            await self._http.send(call, "POST", path, link=link)
        except PermissionDeniedError as error:
            raise PermissionDeniedError(
                f"{error}; where change requests are on, Unleash also asks for SKIP_CHANGE_REQUEST: "
                "open a change request there instead",
                instance=error.instance,
                status=error.status,
                upstream=error.upstream,
            ) from error

    async def own_permissions(self, call: Call) -> tuple[wire.GrantedPermission, ...]:
        """``GET /api/admin/user``: what the credential for changes may do."""
        reply = await self._http.get(call, "/api/admin/user", as_writer=True)
        return parse_json(reply.body, wire.ME, call.instance).permissions

    async def probe(self, call: Call) -> Probe:
        """``GET /api/admin/ui-config``; with a project in the settings, whether it is there.

        :raises NotFoundError: it is not. A search in it would only be empty.
        """
        reply = await self._http.get(call, "/api/admin/ui-config")
        version = parse_json(reply.body, wire.UI_CONFIG, call.instance).version
        if self._project is not None:
            await self.project(call, self._project)
        return Probe(version=version, server_time=reply.date)


def _page_of(rows: Sequence[T], offset: int, total: int) -> Fetched[T, int]:
    end = offset + len(rows)
    return Fetched(rows, end if rows and end < total else None)


def _flag_path(project: str, flag: str) -> str:
    return f"{_PROJECTS}/{path_segment(project)}/features/{path_segment(flag)}"

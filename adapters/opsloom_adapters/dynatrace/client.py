"""The requests to Dynatrace's environment API v2.

Source: https://docs.dynatrace.com/docs/dynatrace-api/environment-api
"""

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TypeVar

from pydantic import TypeAdapter

from opsloom.adapter_api.adapter import Probe
from opsloom.adapter_api.call import Call
from opsloom.adapter_api.http import HttpClient, Parameters
from opsloom.adapter_api.http_json import parse_json
from opsloom.adapter_api.http_paths import path_segment
from opsloom.adapter_api.paging import Fetched, Gathered, read_pages
from opsloom.model.errors import ConflictError
from opsloom.model.limits import PROVIDER_ROWS_MAX
from opsloom.model.window import Window
from opsloom_adapters.dynatrace import wire

T = TypeVar("T")
PAGE_ROWS_MAX = 500
_EVENTS_PAGE_ROWS = 1_000
_JSON = {"content-type": "application/json"}
_COMMENTS = ("fields", "recentComments")
_DETAILS = ("fields", "evidenceDetails,impactAnalysis,recentComments")


class DynatraceClient:
    """Asks one environment; every method raises the errors of :class:`HttpClient`."""

    def __init__(self, http: HttpClient) -> None:
        self._http = http

    async def problems(
        self,
        call: Call,
        filters: Parameters,
        window: Window,
        *,
        limit: int,
        rows: int,
        wanted: Callable[[wire.Problem], bool],
    ) -> Gathered[wire.Problem]:
        """``GET /api/v2/problems``: those that began or ended in ``window``, newest first, with their last comments."""
        asked = (*filters, *times(window), ("sort", "-startTime"), ("pageSize", str(rows)), _COMMENTS)
        return await self._read(
            call, "/api/v2/problems", wire.PROBLEMS, asked, window, limit=limit, wanted=wanted, each_page=(_COMMENTS,)
        )

    async def problem(self, call: Call, problem: str) -> wire.Problem:
        """``GET /api/v2/problems/{problemId}`` with its evidence, impact and last comments."""
        path = f"/api/v2/problems/{path_segment(problem)}"
        return await self._http.get_parsed(call, path, wire.PROBLEM, parameters=(_DETAILS,))

    async def comments(self, call: Call, problem: str) -> tuple[wire.Comment, ...]:
        """``GET /api/v2/problems/{problemId}/comments``: all."""
        path = f"/api/v2/problems/{path_segment(problem)}/comments"
        return (await self._read(call, path, wire.COMMENTS, (("pageSize", str(PAGE_ROWS_MAX)),))).rows

    async def metrics(
        self, call: Call, filters: Parameters, *, limit: int, wanted: Callable[[wire.MetricDescriptor], bool]
    ) -> Gathered[wire.MetricDescriptor]:
        """``GET /api/v2/metrics``."""
        asked = (*filters, ("pageSize", str(PAGE_ROWS_MAX)), ("fields", "+defaultAggregation"))
        return await self._read(call, "/api/v2/metrics", wire.METRICS, asked, limit=limit, wanted=wanted)

    async def metric(self, call: Call, metric: str) -> wire.MetricDescriptor:
        """``GET /api/v2/metrics/{metricKey}``."""
        return await self._http.get_parsed(call, f"/api/v2/metrics/{path_segment(metric)}", wire.METRIC)

    async def metric_data(
        self, call: Call, selector: str, entities: str | None, window: Window, resolution: str
    ) -> wire.MetricData:
        """``GET /api/v2/metrics/query``."""
        scope = (("entitySelector", entities),) if entities else ()
        asked = (("metricSelector", selector), *scope, ("resolution", resolution), *times(window))
        path = "/api/v2/metrics/query"
        return await self._http.get_parsed(call, path, wire.METRIC_DATA, parameters=asked, window=window)

    async def entities(
        self,
        call: Call,
        selector: str,
        window: Window,
        fields: str,
        *,
        limit: int = PROVIDER_ROWS_MAX,
        rows: int = PAGE_ROWS_MAX,
        wanted: Callable[[wire.Entity], bool] = lambda _entity: True,
    ) -> Gathered[wire.Entity]:
        """``GET /api/v2/entities``: those that were seen in ``window``, by name."""
        asked = (
            ("entitySelector", selector),
            *times(window),
            *([("fields", fields)] if fields else []),
            ("sort", "name"),
            ("pageSize", str(rows)),
        )
        most = max(limit, PROVIDER_ROWS_MAX)
        path = "/api/v2/entities"
        return await self._read(call, path, wire.ENTITIES, asked, window, limit=limit, wanted=wanted, most=most)

    async def events(self, call: Call, selector: str, window: Window) -> Gathered[wire.Event]:
        """``GET /api/v2/events``: those of ``window``; in which order they come is not documented."""
        asked = (("eventSelector", selector), *times(window), ("pageSize", str(_EVENTS_PAGE_ROWS)))
        return await self._read(call, "/api/v2/events", wire.EVENTS, asked, window)

    async def event(self, call: Call, event: str) -> wire.Event:
        """``GET /api/v2/events/{eventId}``."""
        return await self._http.get_parsed(call, f"/api/v2/events/{path_segment(event)}", wire.EVENT)

    async def create_comment(self, call: Call, problem: str, message: str, context: str) -> None:
        """``POST /api/v2/problems/{problemId}/comments``, whose answer is empty."""
        path = f"/api/v2/problems/{path_segment(problem)}/comments"
        await self._http.send(call, "POST", path, _body({"message": message, "context": context}), headers=_JSON)

    async def delete_comment(self, call: Call, problem: str, comment: str) -> None:
        """``DELETE /api/v2/problems/{problemId}/comments/{commentId}``."""
        path = f"/api/v2/problems/{path_segment(problem)}/comments/{path_segment(comment)}"
        await self._http.send(call, "DELETE", path)

    async def close_problem(self, call: Call, problem: str, message: str) -> None:
        """``POST /api/v2/problems/{problemId}/close``.

        :raises ConflictError: it was closed already, and nothing was done.
        """
        path = f"/api/v2/problems/{path_segment(problem)}/close"
        reply = await self._http.send(call, "POST", path, _body({"message": message}), headers=_JSON)
        if reply.status == 204:
            raise ConflictError(
                f"{call.instance} had closed the problem already; nothing was changed",
                instance=call.instance,
                status=reply.status,
            )

    async def probe(self, call: Call) -> Probe:
        """``GET /api/v2/problems`` for one row; the environment API tells no version."""
        reply = await self._http.get(call, "/api/v2/problems", parameters=(("pageSize", "1"),))
        parse_json(reply.body, wire.PROBLEMS, call.instance)
        return Probe(server_time=reply.date)

    async def _read(
        self,
        call: Call,
        path: str,
        shape: TypeAdapter[wire.Listed[T]],
        asked: Parameters,
        window: Window | None = None,
        *,
        limit: int = PROVIDER_ROWS_MAX,
        most: int = PROVIDER_ROWS_MAX,
        wanted: Callable[[T], bool] = lambda _row: True,
        each_page: Parameters = (),
    ) -> Gathered[T]:
        """Pages from the first on. A page's key stands for the whole question, so only ``each_page`` goes with it."""

        async def fetch(key: str) -> Fetched[T, str]:
            parameters = (("nextPageKey", key), *each_page) if key else asked
            page = await self._http.get_parsed(call, path, shape, parameters=parameters, window=window)
            return Fetched(page.rows, page.next_page_key or None)

        return await read_pages(fetch, "", limit=limit, wanted=wanted, most=most)


def times(window: Window) -> Parameters:
    """``from`` and ``to`` in milliseconds."""
    return (("from", str(_millis(window.start))), ("to", str(_millis(window.end))))


def _millis(moment: datetime) -> int:
    return int(moment.timestamp() * 1_000)


def _body(content: Mapping[str, str]) -> bytes:
    return json.dumps(content).encode()

"""Events over HTTP: from Marquez, or from any address that serves JSON lines."""

from opsloom.adapter_api.adapter import Probe
from opsloom.adapter_api.call import Call
from opsloom.adapter_api.http import HttpClient, Parameters, Reply
from opsloom.adapter_api.http_json import parse_json
from opsloom.model.errors import UnexpectedAnswerError
from opsloom.model.limits import LINEAGE_EVENTS_MAX, LINEAGE_PAGE_EVENTS
from opsloom.model.window import Window
from opsloom_adapters.openlineage import wire
from opsloom_adapters.openlineage.json_lines import UnreadableLineError, read_lines
from opsloom_adapters.openlineage.source import Reading, newest_before

MARQUEZ_PATH = "/api/v1/events/lineage"


class JsonLinesSource:
    """One address that serves all events."""

    def __init__(self, http: HttpClient, path: str) -> None:
        self._http = http
        self._path = path

    async def read(self, call: Call, window: Window) -> Reading:
        """See :class:`~opsloom_adapters.openlineage.source.EventSource`."""
        events, _ = await self._get(call)
        return Reading(
            events=[event for event in events if event.time in window],
            window=window,
            query=f"GET {self._path}",
            newest_before=newest_before(events, window),
        )

    async def probe(self, call: Call) -> Probe:
        _, reply = await self._get(call)
        return Probe(server_time=reply.date)

    async def _get(self, call: Call) -> tuple[list[wire.Event], Reply]:
        reply = await self._http.get(call, self._path)
        try:
            return [line.event for line in read_lines(reply.body)], reply
        except UnreadableLineError as error:
            raise UnexpectedAnswerError(
                f"{call.instance} sent what is no event of OpenLineage: {error}; check events_path",
                instance=call.instance,
            ) from None


class MarquezSource:
    """Marquez, https://marquezproject.ai/docs/api/get-lineage-events: run events by time, ``after`` included and
    ``before`` not.

    The end is a page that is not full, as the ``totalCount`` of a page counts events that are never listed.
    """

    def __init__(self, http: HttpClient) -> None:
        self._http = http

    async def read(self, call: Call, window: Window) -> Reading:
        """The newest ``limits.LINEAGE_EVENTS_MAX`` events of the window, newest first.

        :raises UnexpectedAnswerError: besides what every source raises, that it knows no ``offset``.
        """
        asked = [("after", window.start.isoformat()), ("before", window.end.isoformat())]
        events: list[wire.Event] = []
        while len(events) < LINEAGE_EVENTS_MAX:
            page, _ = await self._page(call, [*asked, ("offset", str(len(events)))], window=window)
            if events and page and page[0] == events[-LINEAGE_PAGE_EVENTS]:
                raise UnexpectedAnswerError(
                    f"{call.instance} sent the same page twice: this Marquez is too old to page", instance=call.instance
                )
            events += page
            if len(page) < LINEAGE_PAGE_EVENTS:
                return await self._reading(call, window, events, complete=True)
        return await self._reading(call, window, events, complete=False)

    async def probe(self, call: Call) -> Probe:
        _, reply = await self._page(call, [], limit=1)
        return Probe(server_time=reply.date)

    async def _reading(self, call: Call, window: Window, events: list[wire.Event], *, complete: bool) -> Reading:
        before, _ = ((), None) if events else await self._page(call, [("before", window.start.isoformat())], limit=1)
        return Reading(
            events=events,
            window=window if complete else Window(start=events[-1].time, end=window.end),
            query=f"GET {MARQUEZ_PATH} after={window.start.isoformat()} before={window.end.isoformat()}",
            complete=complete,
            newest_before=newest_before(before, window),
        )

    async def _page(
        self, call: Call, asked: Parameters, *, limit: int = LINEAGE_PAGE_EVENTS, window: Window | None = None
    ) -> tuple[tuple[wire.Event, ...], Reply]:
        parameters = [*asked, ("sortDirection", "desc"), ("limit", str(limit))]
        headers = {"accept": "application/json"}
        reply = await self._http.get(call, MARQUEZ_PATH, parameters=parameters, headers=headers, window=window)
        return parse_json(reply.body, wire.EVENT_PAGE, call.instance).events, reply

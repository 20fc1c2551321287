"""The requests to Loki's HTTP API that every reader of logs needs.

Source: https://grafana.com/docs/loki/latest/reference/loki-http-api/
"""

from collections.abc import Sequence
from typing import Protocol, TypeVar

from pydantic import TypeAdapter

from opsloom.adapter_api.call import Call
from opsloom.adapter_api.dialects.loki import wire
from opsloom.adapter_api.dialects.loki.times import nanoseconds_of
from opsloom.adapter_api.http import Parameters
from opsloom.model.errors import InvalidRequestError, UnexpectedAnswerError
from opsloom.model.window import Window

T = TypeVar("T")


class JsonSource(Protocol):
    """What is an adapter's own: where Loki is, and as whom it is asked."""

    async def get_parsed(
        self,
        call: Call,
        path: str,
        shape: TypeAdapter[T],
        *,
        parameters: Parameters,
        window: Window | None = None,
        link: str | None = None,
    ) -> T:
        """``GET`` of a path of Loki, as :meth:`~opsloom.adapter_api.http.HttpClient.get_parsed`."""
        ...


class LokiRequests:
    """Asks one Loki; every method raises the errors of :class:`~opsloom.adapter_api.http.HttpClient`."""

    def __init__(self, source: JsonSource) -> None:
        self._source = source

    async def entries(
        self, call: Call, logql: str, window: Window, *, end: int, limit: int, link: str | None
    ) -> wire.Envelope[wire.StreamsData]:
        """``GET /loki/api/v1/query_range``: the newest ``limit`` entries of ``window`` before ``end`` (nanoseconds).

        :raises InvalidRequestError: Loki refuses the question, such as a window over its ``max_query_length``.
        """
        asked = [
            ("query", logql),
            ("start", str(nanoseconds_of(window.start))),
            ("end", str(end)),
            ("limit", str(limit)),
            ("direction", "backward"),
        ]
        path = "/loki/api/v1/query_range"
        try:
            return await self._source.get_parsed(call, path, wire.ENTRIES, parameters=asked, window=window, link=link)
        except UnexpectedAnswerError as error:
            if error.status != 400:
                raise
            raise InvalidRequestError(
                f"{call.instance} refuses this question about logs; where the quoted reason names a limit, "
                "narrow the window or name a service",
                upstream=error.upstream,
            ) from error

    async def count(self, call: Call, logql: str, window: Window) -> int:
        """``GET /loki/api/v1/query``: a number of entries, at the last nanosecond of ``window``."""
        asked = [("query", logql), ("time", str(nanoseconds_of(window.end) - 1))]
        path = "/loki/api/v1/query"
        envelope = await self._source.get_parsed(call, path, wire.COUNT, parameters=asked, window=window)
        return sum(round(row.value[1]) for row in envelope.data.result)

    async def label_names(self, call: Call, window: Window) -> Sequence[str]:
        """``GET /loki/api/v1/labels``: of the streams of ``window``, and perhaps of some time around it."""
        path = "/loki/api/v1/labels"
        return (await self._source.get_parsed(call, path, wire.LABELS, parameters=span_of(window), window=window)).data


def span_of(window: Window) -> list[tuple[str, str]]:
    """``start`` and ``end`` as Loki takes them."""
    return [("start", str(nanoseconds_of(window.start))), ("end", str(nanoseconds_of(window.end)))]

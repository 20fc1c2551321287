"""The requests to Elasticsearch or OpenSearch; these are the same for both."""

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from pydantic import TypeAdapter

from opsloom.adapter_api.adapter import Probe
from opsloom.adapter_api.call import Call
from opsloom.adapter_api.http import HttpClient
from opsloom.adapter_api.http_json import parse_json
from opsloom.adapter_api.http_paths import path_segment
from opsloom.model.errors import NotFoundError
from opsloom.model.window import Window
from opsloom_adapters.elasticsearch import wire
from opsloom_adapters.elasticsearch.config import ElasticsearchConfig

T = TypeVar("T")

_NO_INDEX_IS_AN_ERROR = (("allow_no_indices", "false"), ("ignore_unavailable", "false"))
"""By default a pattern that fits no index has no entries, which would read as "no logs"."""


class ElasticsearchClient:
    """Asks one cluster; every method raises the errors of :class:`HttpClient`."""

    def __init__(self, http: HttpClient, config: ElasticsearchConfig) -> None:
        self._http = http
        self._index = path_segment(config.index)

    async def fields(self, call: Call, names: Iterable[str]) -> wire.FieldCapabilities:
        """``GET /{index}/_field_caps``: which of the fields ``names`` there are, and their types.

        :raises NotFoundError: no index fits the setting; those that the credential may not read do not exist for it.
        """
        parameters = (("fields", ",".join(dict.fromkeys(names))), *_NO_INDEX_IS_AN_ERROR)
        path = f"/{self._index}/_field_caps"
        try:
            return await self._http.get_parsed(call, path, wire.FIELD_CAPABILITIES, parameters=parameters)
        except NotFoundError as error:
            raise NotFoundError(
                f"{call.instance} has no index that fits the setting index, or none that this credential may read",
                instance=call.instance,
                status=error.status,
                upstream=error.upstream,
            ) from error

    async def search(self, call: Call, question: Mapping[str, Any], *, window: Window, link: str | None) -> wire.Found:
        """``POST /{index}/_search``."""
        return await self._search(call, question, wire.FOUND, window, link)

    async def categories(
        self, call: Call, query: Mapping[str, Any], categorize: Mapping[str, Any], *, window: Window, link: str | None
    ) -> wire.Categorized:
        """``POST /{index}/_search`` for no documents, but for the categories that they fall into."""
        aggregation = {"categories": {"categorize_text": categorize}}
        question = {"query": query, "size": 0, "track_total_hits": False, "aggs": aggregation}
        return await self._search(call, question, wire.CATEGORIZED, window, link)

    async def _search(
        self, call: Call, question: Mapping[str, Any], shape: TypeAdapter[T], window: Window, link: str | None
    ) -> T:
        path = f"/{self._index}/_search"
        return await self._http.ask_parsed(
            call, path, question, shape, parameters=_NO_INDEX_IS_AN_ERROR, window=window, link=link
        )

    async def probe(self, call: Call) -> Probe:
        """``GET /``."""
        reply = await self._http.get(call, "/", headers={"accept": "application/json"})
        version = parse_json(reply.body, wire.INFO, call.instance).version
        return Probe(version=f"{version.distribution} {version.number}".strip(), server_time=reply.date)

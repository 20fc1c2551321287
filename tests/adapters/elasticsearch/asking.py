"""How these tests ask Elasticsearch: canned answers at the edge of the network, a page at a time.

The shapes: https://www.elastic.co/docs/api/doc/elasticsearch/operation/operation-search,
https://www.elastic.co/docs/api/doc/elasticsearch/operation/operation-field-caps and
https://www.elastic.co/docs/reference/aggregations/search-aggregations-bucket-categorize-text-aggregation
"""

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from opsloom.model.logs import LogEntry, LogQuery
from opsloom.model.page import Page
from opsloom.model.window import Window
from opsloom_adapters.elasticsearch import ElasticsearchAdapter
from tests.adapters.canned import Answering, Configured

INSTANCE = "es-eu"
URL = "http://elasticsearch.test:9200"
NOW = datetime(2026, 3, 3, 9, 21, tzinfo=UTC)
WINDOW = Window(start=NOW - timedelta(hours=1), end=NOW)
ECS = {"@timestamp": ["date"], "message": ["match_only_text"], "log.level": ["keyword"], "service.name": ["keyword"]}

ELASTICSEARCH = Configured(
    ElasticsearchAdapter, INSTANCE, NOW, {"base_url": URL, "token": {"env": "ELASTICSEARCH_API_KEY"}}
)
connected, call_at = ELASTICSEARCH.connected, ELASTICSEARCH.call_at


def capabilities(types: dict[str, list[str]]) -> dict[str, Any]:
    """What ``_field_caps`` says of fields with these types."""
    fields = {name: {kind: {"type": kind, "searchable": True} for kind in kinds} for name, kinds in types.items()}
    return {"indices": ["logs-a"], "fields": fields}


def hit(ident: str, at: str = "2026-03-03T09:00:00.000Z", index: str = "logs-a", **fields: Any) -> dict[str, Any]:
    """A document; a field that is ``None`` is absent."""
    given = {
        "@timestamp": at,
        "message": "connect timed out",
        "log.level": "error",
        "service.name": "checkout",
        **{name.replace("__", "."): value for name, value in fields.items()},
    }
    told = {name: value if isinstance(value, list) else [value] for name, value in given.items() if value is not None}
    return {"_index": index, "_id": ident, "_score": None, "fields": told, "sort": [0]}


def found(*hits: dict[str, Any], total: int | None = None, **besides: Any) -> dict[str, Any]:
    return {
        "took": 1,
        "timed_out": False,
        "_shards": {"total": 3, "successful": 3, "skipped": 0, "failed": 0},
        "hits": {
            "total": {"value": len(hits) if total is None else total, "relation": "eq"},
            "max_score": None,
            "hits": list(hits),
        },
        **besides,
    }


def categorized(*buckets: tuple[str, int, int], **besides: Any) -> dict[str, Any]:
    """Categories, each with its key, count and greatest length."""
    told = [
        {"doc_count": count, "key": key, "regex": f".*?{key.replace(' ', '.+?')}.*?", "max_matching_length": longest}
        for key, count, longest in buckets
    ]
    return {
        "took": 9,
        "timed_out": False,
        "_shards": {"total": 3, "successful": 3, "skipped": 0, "failed": 0},
        "hits": {"max_score": None, "hits": []},
        "aggregations": {"categories": {"buckets": told}},
        **besides,
    }


def refused(kind: str, reason: str, status: int) -> httpx.Response:
    """An error as Elasticsearch and OpenSearch write it."""
    cause = {"type": kind, "reason": reason}
    return httpx.Response(status, json={"error": {"root_cause": [cause], **cause}, "status": status})


UNKNOWN_AGGREGATION = refused("parsing_exception", "Unknown aggregation type [categorize_text]", 400)
"""As of OpenSearch, which has no categories."""


class Cluster(Answering):
    """Answers searches with ``pages`` in turn, and questions for categories as ``categories`` says; keeps the requests.
    A reply may be a whole response.
    """

    def __init__(self, *pages: Any, types: dict[str, list[str]] | None = None, **others: Any) -> None:
        super().__init__()
        self._pages = list(pages)
        self._categories = others.pop("categories", UNKNOWN_AGGREGATION)
        self._capabilities = others.pop("capabilities", capabilities(ECS if types is None else types))

    @property
    def searches(self) -> list[dict[str, Any]]:
        """The bodies of all searches."""
        return [json.loads(one.content) for one in self.requests if one.url.path.endswith("/_search")]

    @property
    def questions(self) -> Sequence[dict[str, Any]]:
        """Those of the searches for entries."""
        return [one for one in self.searches if "aggs" not in one]

    @property
    def categorizing(self) -> Sequence[dict[str, Any]]:
        """Those of the searches for categories."""
        return [one for one in self.searches if "aggs" in one]

    @property
    def filters(self) -> list[dict[str, Any]]:
        """Those of the first search."""
        return list(self.questions[0]["query"]["bool"]["filter"])

    def reply_to(self, request: httpx.Request) -> Any:
        if not request.url.path.endswith("/_search"):
            return self._capabilities
        return self._categories if "aggs" in json.loads(request.content) else self._pages.pop(0)


async def search(cluster: Cluster, settings: dict[str, Any] | None = None, **asked: Any) -> Page[LogEntry]:
    async with connected(cluster, **(settings or {})) as adapter:
        return await adapter.search_logs(LogQuery(**{"window": WINDOW, "limit": 50, **asked}), call_at())

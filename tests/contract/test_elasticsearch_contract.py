"""The contract of adapters, kept by the Elasticsearch adapter.

The shapes: https://www.elastic.co/docs/api/doc/elasticsearch/operation/operation-search,
https://www.elastic.co/docs/api/doc/elasticsearch/operation/operation-field-caps,
https://www.elastic.co/docs/api/doc/elasticsearch/operation/operation-info,
https://www.elastic.co/docs/reference/aggregations/search-aggregations-bucket-categorize-text-aggregation
"""

import json
from datetime import UTC, datetime
from typing import Any, ClassVar

import httpx

from opsloom.adapter_api.capabilities import LogReader
from opsloom.adapter_api.contract_kit import HttpAdapterContract, Words
from opsloom.model.logs import LogQuery, LogSeverity
from opsloom.model.window import Window
from opsloom_adapters.elasticsearch import ElasticsearchAdapter
from opsloom_adapters.elasticsearch.mapping import WORDS_OF_SEVERITY, severity_of

_WINDOW = Window(start=datetime(2026, 3, 3, 8, 21, tzinfo=UTC), end=datetime(2026, 3, 3, 9, 21, tzinfo=UTC))


def _field(kind: str) -> dict[str, Any]:
    return {
        kind: {"type": kind, "metadata_field": False, "searchable": True, "aggregatable": kind != "match_only_text"}
    }


def _hit(ident: str, at: str, level: str, message: str) -> dict[str, Any]:
    return {
        "_index": ".ds-logs-checkout-default-2026.03.01-000001",
        "_id": ident,
        "_score": None,
        "fields": {
            "@timestamp": [at],
            "message": [message],
            "log.level": [level],
            "service.name": ["checkout"],
            "trace.id": ["4bf92f3577b34da6a3ce929d0e0e4736"],
            "host.name": ["web-01"],
            "http.response.status_code": [504],
        },
        "sort": [1_772_528_700_000],
    }


_HITS = (
    _hit("AZ1", "2026-03-03T09:05:00.123456789Z", "error", "connect timed out after 30 s"),
    _hit("AZ2", "2026-03-03T09:04:00.000Z", "WARN", "pool is almost exhausted"),
)


def _searched(request: httpx.Request) -> dict[str, Any]:
    """Entries, as many as are asked for at most, or categories."""
    question = json.loads(request.content)
    answer = {"took": 5, "timed_out": False, "_shards": {"total": 3, "successful": 3, "skipped": 0, "failed": 0}}
    if "aggs" in question:
        key = "connect timed out after"
        regex = ".*?connect.+?timed.+?out.+?after.*?"
        bucket = {"doc_count": 1, "key": key, "regex": regex, "max_matching_length": 30}
        return {
            **answer,
            "hits": {"max_score": None, "hits": []},
            "aggregations": {"categories": {"buckets": [bucket]}},
        }
    total = {"value": len(_HITS), "relation": "eq"}
    return {**answer, "hits": {"total": total, "max_score": None, "hits": _HITS[: question["size"]]}}


class TestElasticsearch(HttpAdapterContract):
    adapter = ElasticsearchAdapter
    settings: ClassVar = {
        "adapter": "elasticsearch",
        "base_url": "http://elasticsearch.test:9200",
        "web_url": "http://kibana.test",
        "token": {"env": "ELASTICSEARCH_API_KEY"},
        "index": "logs",
    }
    replies: ClassVar = {
        "GET /logs/_field_caps": {
            "indices": [".ds-logs-checkout-default-2026.03.01-000001"],
            "fields": {
                "@timestamp": _field("date"),
                "message": _field("match_only_text"),
                "log.level": _field("keyword"),
                "service.name": _field("keyword"),
            },
        },
        "POST /logs/_search": _searched,
        "GET /": {
            "name": "es-1",
            "cluster_name": "logs",
            "cluster_uuid": "YUx-8C9nRMyxlYyXJVvZpw",
            "version": {
                "number": "8.17.0",
                "build_flavor": "default",
                "build_type": "docker",
                "build_hash": "2b6a7fed44faa321997703718f07ee0420804b41",
                "build_date": "2024-12-11T12:08:05.663969764Z",
                "build_snapshot": False,
                "lucene_version": "9.12.0",
                "minimum_wire_compatibility_version": "7.17.0",
                "minimum_index_compatibility_version": "7.0.0",
            },
            "tagline": "You Know, for Search",
        },
    }
    questions: ClassVar = {
        LogReader.search_logs: [
            LogQuery(window=_WINDOW, limit=100),
            LogQuery(window=_WINDOW, service="checkout", severity=LogSeverity.INFO, limit=1),
        ]
    }
    optional_requests: ClassVar = {
        "POST /logs/_search": "that for categories, which OpenSearch lacks; without that for entries there are none"
    }
    words: ClassVar = {
        LogSeverity: Words(severity_of, tuple(word for words in WORDS_OF_SEVERITY.values() for word in words)),
    }

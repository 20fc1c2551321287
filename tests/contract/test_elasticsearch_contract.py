"""The contract of adapters, kept by the Elasticsearch adapter.

The shapes: https://www.elastic.co/docs/api/doc/elasticsearch/operation/operation-search,
https://www.elastic.co/docs/api/doc/elasticsearch/operation/operation-field-caps,
https://www.elastic.co/docs/api/doc/elasticsearch/operation/operation-info
"""

from typing import Any, ClassVar

from opsloom.adapter_api.contract_kit import HttpAdapterContract, Words
from opsloom.model.logs import LogSeverity
from opsloom_adapters.elasticsearch import ElasticsearchAdapter
from opsloom_adapters.elasticsearch.mapping import WORDS_OF_SEVERITY, severity_of


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
        "POST /logs/_search": {
            "took": 5,
            "timed_out": False,
            "_shards": {"total": 3, "successful": 3, "skipped": 0, "failed": 0},
            "hits": {
                "total": {"value": 2, "relation": "eq"},
                "max_score": None,
                "hits": [
                    _hit("AZ1", "2026-03-03T09:05:00.123456789Z", "error", "connect timed out after 30 s"),
                    _hit("AZ2", "2026-03-03T09:04:00.000Z", "WARN", "pool is almost exhausted"),
                ],
            },
        },
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
    words: ClassVar = {
        LogSeverity: Words(severity_of, tuple(word for words in WORDS_OF_SEVERITY.values() for word in words)),
    }

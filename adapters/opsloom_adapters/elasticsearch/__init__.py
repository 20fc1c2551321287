"""Elasticsearch and OpenSearch: the logs in their indices."""

from opsloom_adapters.elasticsearch.adapter import ElasticsearchAdapter

__all__ = ["ElasticsearchAdapter"]

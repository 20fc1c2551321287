"""What Elasticsearch and OpenSearch send, as far as it is kept.

Sources: https://www.elastic.co/docs/api/doc/elasticsearch/operation/operation-search (``_search``, with ``fields``),
https://www.elastic.co/docs/api/doc/elasticsearch/operation/operation-field-caps (``_field_caps``),
https://www.elastic.co/docs/api/doc/elasticsearch/operation/operation-info (``GET /``),
https://www.elastic.co/docs/reference/aggregations/search-aggregations-bucket-categorize-text-aggregation (categories).
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from pydantic import Field, TypeAdapter

from opsloom.adapter_api.json_shapes import Wire


class Hit(Wire):
    """One document. ``fields`` are flat, each with its values; one that the document lacks is absent."""

    index: str = Field(validation_alias="_index")
    id: str = Field(validation_alias="_id")
    fields: Mapping[str, Sequence[Any]]

    def text(self, field: str) -> str:
        """The values of ``field``, one a line."""
        return "\n".join(_text(value) for value in self.fields.get(field, ()))


class TotalHits(Wire):
    """How many fit; with ``gte`` there are at least so many."""

    value: int
    relation: Literal["eq", "gte"]


class Hits(Wire):
    total: TotalHits
    hits: tuple[Hit, ...]


class Shards(Wire):
    """``failed`` shards are missing from the answer, which is 200 all the same."""

    total: int
    failed: int


class Clusters(Wire):
    """Those of a search across clusters, which is 200 without those that were skipped or failed."""

    total: int = 0
    skipped: int = 0
    partial: int = 0
    failed: int = 0


class Searched(Wire):
    """What every answer of a search says of itself."""

    timed_out: bool
    shards: Shards = Field(validation_alias="_shards")
    clusters: Clusters = Field(Clusters(), validation_alias="_clusters")


class Found(Searched):
    """The answer of a search for documents."""

    hits: Hits


class Category(Wire):
    """``key`` are the words that its texts share, with one space between them.

    A text that is longer than ``max_matching_length``, in UTF-16 units, is none of them; old versions do not tell it.
    """

    key: str
    doc_count: int
    max_matching_length: int | None = None


class Categories(Wire):
    buckets: tuple[Category, ...]


class Aggregations(Wire):
    categories: Categories


class Categorized(Searched):
    """The answer of a search for categories, the most frequent first."""

    aggregations: Aggregations


class FieldCapabilities(Wire):
    """``fields`` are those that any of ``indices`` maps, with the types that they have there."""

    indices: tuple[str, ...]
    fields: Mapping[str, Mapping[str, Any]]


class Version(Wire):
    number: str
    distribution: str = ""


class Info(Wire):
    version: Version


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


FOUND: TypeAdapter[Found] = TypeAdapter(Found)
CATEGORIZED: TypeAdapter[Categorized] = TypeAdapter(Categorized)
FIELD_CAPABILITIES: TypeAdapter[FieldCapabilities] = TypeAdapter(FieldCapabilities)
INFO: TypeAdapter[Info] = TypeAdapter(Info)

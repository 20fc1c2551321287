"""A log query in Elasticsearch's query language, built as data: no part of it is parsed from text.

Queries: https://www.elastic.co/docs/reference/query-languages/querydsl
"""

import re
from collections.abc import Collection
from datetime import datetime
from typing import Any

from opsloom.model.errors import ConfigurationError, UnsupportedError
from opsloom.model.logs import LogQuery, LogSeverity
from opsloom.model.window import Window
from opsloom_adapters.elasticsearch import wire
from opsloom_adapters.elasticsearch.config import ElasticsearchConfig
from opsloom_adapters.elasticsearch.mapping import WORDS_OF_SEVERITY

Query = dict[str, Any]

TIME_FORMAT = "strict_date_optional_time_nanos"
_ANALYZED = frozenset({"text", "match_only_text", "annotated_text", "search_as_you_type"})
_WILDCARDS = re.compile(r"([*?\\])")


class Conditions:
    """What of ``query`` the indices can be asked for, given the fields that they have.

    :raises ConfigurationError: no index has the field of the time.
    :raises UnsupportedError: what is asked for is in no field that an index has: no entry could fit.
    """

    def __init__(
        self, query: LogQuery, config: ElasticsearchConfig, capabilities: wire.FieldCapabilities, instance: str
    ) -> None:
        self._query = query
        self._config = config
        self._fields = capabilities.fields
        self._instance = instance
        if config.timestamp_field not in self._fields:
            raise ConfigurationError(
                f"instance {instance}: no index of the setting index has the field {config.timestamp_field}; "
                "set timestamp_field"
            )
        self.filters = [*self._service(), *self._text(), *self._severity()]

    def all_of(self, *more: Query) -> Query:
        """All filters, and ``more``."""
        return {"bool": {"filter": [*self.filters, *more]}}

    def in_window(self, window: Window) -> Query:
        """Entries of ``window``; ``lt`` is its end."""
        times = {"gte": _utc(window.start), "lt": _utc(window.end)}
        return {"range": {self._config.timestamp_field: {**times, "format": TIME_FORMAT}}}

    def not_after(self, time: str, but_not: Collection[str]) -> Query:
        """Entries of ``time`` and before, but for those with the ids ``but_not``."""
        until = {"range": {self._config.timestamp_field: {"lte": time, "format": TIME_FORMAT}}}
        return {"bool": {"filter": [until], "must_not": [{"ids": {"values": list(but_not)}}]}}

    @property
    def finds_whole_words(self) -> bool:
        """Whether the text is looked for in an analyzed field, which holds words and no letters."""
        return self._query.text is not None and bool(self._types(self._config.message_field) & _ANALYZED)

    def _service(self) -> list[Query]:
        """A phrase is equality in a keyword field, and in an analyzed one more than that."""
        if self._query.service is None:
            return []
        fields = self._config.service_fields
        self._need(fields, "service", "service_fields")
        return [_any([_phrase(field, self._query.service) for field in fields])]

    def _text(self) -> list[Query]:
        if self._query.text is None:
            return []
        field = self._config.message_field
        self._need((field,), "text", "message_field")
        types = self._types(field)
        queries = [_phrase(field, self._query.text)] if types & _ANALYZED else []
        return [_any(queries + ([_substring(field, self._query.text)] if types - _ANALYZED else []))]

    def _severity(self) -> list[Query]:
        """Entries without a level, or with an unknown word, rank with info: a least severity up to that must leave
        them in.
        """
        least = self._query.severity
        if least is None or least.rank == LogSeverity.TRACE.rank:
            return []
        field = self._config.level_field
        if least.rank <= LogSeverity.INFO.rank:
            lower = [one for one in WORDS_OF_SEVERITY if one.rank < least.rank]
            return [{"bool": {"must_not": [_levels(field, lower)]}}]
        self._need((field,), "severity", "level_field")
        return [_levels(field, [one for one in WORDS_OF_SEVERITY if one.rank >= least.rank])]

    def _need(self, fields: Collection[str], asked: str, setting: str) -> None:
        if not any(field in self._fields for field in fields):
            raise UnsupportedError(
                f"{self._instance} cannot search logs by {asked}: none of its indices has the field "
                f"{' or '.join(fields)}; set {setting}"
            )

    def _types(self, field: str) -> frozenset[str]:
        return frozenset(self._fields.get(field, {}))


def _any(queries: list[Query]) -> Query:
    return queries[0] if len(queries) == 1 else {"bool": {"should": queries, "minimum_should_match": 1}}


def _phrase(field: str, text: str) -> Query:
    """The words of ``text`` one after another; a text without words fits all, and is looked for by us."""
    return {"match_phrase": {field: {"query": text, "zero_terms_query": "all"}}}


def _substring(field: str, text: str) -> Query:
    escaped = _WILDCARDS.sub(r"\\\1", text)
    return {"wildcard": {field: {"value": f"*{escaped}*", "case_insensitive": True}}}


def _levels(field: str, severities: Collection[LogSeverity]) -> Query:
    """Keyword fields tell cases apart, and cannot be asked for all of them at once."""
    words = [word for severity in severities for word in WORDS_OF_SEVERITY[severity]]
    return {"terms": {field: [form for word in words for form in (word, word.upper(), word.capitalize())]}}


def _utc(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%S.%f}Z"

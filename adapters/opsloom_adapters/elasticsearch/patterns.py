"""Messages of the same form: which of Elasticsearch's categories an entry has, and how many others have it.

Source: https://www.elastic.co/docs/reference/aggregations/search-aggregations-bucket-categorize-text-aggregation
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from opsloom.adapter_api.call import Call
from opsloom.adapter_api.dialects.log_patterns import counts_of
from opsloom.adapter_api.dialects.spare import spare
from opsloom.model.window import Window
from opsloom_adapters.elasticsearch.client import ElasticsearchClient
from opsloom_adapters.elasticsearch.conditions import Query
from opsloom_adapters.elasticsearch.config import ElasticsearchConfig
from opsloom_adapters.elasticsearch.mapping import gaps_of

ENTRIES_MAX = 250_000
"""Elasticsearch reads every message anew for this: more are hardly done in time, and keep it busy for nothing."""
_CATEGORIES_MAX = 50
_STARTS = re.compile(r"(?<![\w/\\])(?<!\w[.@-])")
_ENDS = re.compile(r"(?![\w/\\]|[.@-]\w|:[/\\])")
"""To Elasticsearch paths, addresses and names with dots and dashes are one word."""


@dataclass(frozen=True, slots=True)
class Category:
    """``text`` are the words that ``count`` messages share; ``longest`` is the length that none of them exceeds."""

    text: str
    count: int
    longest: int | None

    def fits(self, message: str) -> bool:
        """Whether ``message`` has the words, whole and in their order."""
        words = self.text.split()
        if not words or (self.longest is not None and len(message) > self.longest):
            return False
        place = 0
        for word in words:
            place = _end_of(word, message, place)
            if place < 0:
                return False
        return True


async def patterns_of(
    client: ElasticsearchClient,
    config: ElasticsearchConfig,
    query: Query,
    window: Window,
    call: Call,
    *,
    link: str | None,
) -> Sequence[Category]:
    """The most frequent categories of the messages that ``query`` finds; none if Elasticsearch cannot tell, or not of
    all messages, or not in time.

    OpenSearch has no categories, and Elasticsearch refuses them to some licences.
    """
    categorize = {"field": config.message_field, "size": _CATEGORIES_MAX}
    told = await spare(call, client.categories(call, query, categorize, window=window, link=link))
    if told is None or gaps_of(told):
        return ()
    buckets = told.aggregations.categories.buckets
    found = [Category(one.key, one.doc_count, one.max_matching_length) for one in buckets]
    return sorted(found, key=lambda one: (-one.count, one.text))


def note_on(patterns: Sequence[Category]) -> str:
    """How often the forms occur, and of which messages."""
    most = f" (the {_CATEGORIES_MAX} most frequent)" if len(patterns) == _CATEGORIES_MAX else ""
    return f"forms of messages that Elasticsearch detected among all that it found{most}: {counts_of(patterns)}"


def _end_of(word: str, message: str, place: int) -> int:
    """Where ``word`` ends in ``message``, from ``place`` on; -1 if it is not there as a whole word."""
    while (start := message.find(word, place)) >= 0:
        end = start + len(word)
        if _STARTS.match(message, start) and _ENDS.match(message, end):
            return end
        place = start + 1
    return -1

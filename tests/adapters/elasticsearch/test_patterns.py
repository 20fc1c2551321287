"""Which entries share a form, and that an answer stands without it."""

from typing import Any

import anyio
import httpx
import pytest

from opsloom.model.errors import UnavailableError
from opsloom.model.logs import LogEntry, LogQuery
from opsloom.model.page import Page
from opsloom_adapters.elasticsearch.patterns import ENTRIES_MAX, Category
from tests.adapters.elasticsearch.asking import (
    UNKNOWN_AGGREGATION,
    WINDOW,
    Cluster,
    call_at,
    categorized,
    connected,
    found,
    hit,
    refused,
    search,
)

TIMED_OUT = ("connect timed out after", 711, 40)
CATEGORIES = categorized(TIMED_OUT, ("pool exhausted", 5, 30))


def cluster_with(categories: Any, *messages: str, total: int = 716, **besides: Any) -> Cluster:
    """More entries than are read, and ``categories`` of them."""
    hits = (hit(str(number), message=message) for number, message in enumerate(messages or ("connect timed out",)))
    return Cluster(found(*hits, total=total, **besides), categories=categories)


async def search_one(cluster: Cluster) -> Page[LogEntry]:
    return await search(cluster, limit=1)


async def test_entries_carry_the_category_that_they_fit_and_a_note_tells_the_counts() -> None:
    cluster = cluster_with(CATEGORIES, "connect timed out after 30 s", "pool 7 exhausted", "cache is cold")
    page = await search(cluster, limit=3)
    assert [(entry.pattern, entry.similar) for entry in page.rows] == [
        ("connect timed out after", 711),
        ("pool exhausted", 5),
        ("", None),
    ]
    assert (page.total, page.complete) == (716, False)
    (note,) = page.notes
    assert note == (
        "forms of messages that Elasticsearch detected among all that it found: 2, with 711, 5 entries; "
        "similar tells how many each entry is like"
    )


async def test_categories_are_asked_for_with_the_query_of_the_entries_and_no_documents() -> None:
    cluster = cluster_with(CATEGORIES)
    await search(cluster, {"service_fields": ["app"], "message_field": "message"}, limit=1)
    (asked,) = cluster.categorizing
    assert asked == {
        "query": cluster.questions[0]["query"],
        "size": 0,
        "track_total_hits": False,
        "aggs": {"categories": {"categorize_text": {"field": "message", "size": 50}}},
    }
    one, other = cluster.requests[-2:]
    assert one.url == other.url


async def test_categories_are_those_of_the_whole_window_where_several_pages_were_read() -> None:
    first = found(*(hit(str(number), "2026-03-03T09:01:00.000Z") for number in range(500)), total=900)
    second = found(*(hit(str(number), "2026-03-03T09:00:00.000Z") for number in range(500, 900)), total=400)
    cluster = Cluster(first, second, categories=CATEGORIES)
    await search(cluster, text="timed", limit=600)
    assert len(cluster.questions) == 2
    assert cluster.categorizing[0]["query"] == cluster.questions[0]["query"]


async def test_the_most_frequent_category_that_fits_counts() -> None:
    page = await search_one(cluster_with(categorized(("connect", 2, 90), ("timed out", 9, 90)), "connect timed out"))
    assert (page.rows[0].pattern, page.rows[0].similar) == ("timed out", 9)


@pytest.mark.parametrize(
    ("key", "message", "fits"),
    [
        ("Node shutting down", "2016-02-07 Node 3 shutting down", True),
        ("Node shutting down", "shutting down Node", False),
        ("Node shutting down", "Node shutting down.", True),
        ("Node", "Nodes are up, a subNode is not", False),
        ("on", "connection on", True),
        ("on", "connection", False),
        ("out out", "timed out", False),
        ("out out", "out, and out", True),
        ("user", "user=17", True),
        ("name", "name:checkout", True),
        ("log", "/var/log/app", False),
        ("/var/log/app", "cannot read /var/log/app: denied", True),
        ("http", "GET http://shop.example.com/cart", False),
        ("read-only", "disk is read-only", True),
        ("read", "disk is read-only", False),
        ("example", "mail to oncall@example.com", False),
        ("a.c", "abc", False),
        (".*", "anything", False),
        ("", "anything", False),
        ("a", "", False),
    ],
)
def test_a_message_fits_a_category_if_it_has_its_words_whole_and_in_order(key: str, message: str, fits: bool) -> None:
    assert Category(key, 1, None).fits(message) is fits


def test_a_message_that_is_longer_than_those_of_a_category_is_none_of_them() -> None:
    assert Category("pool exhausted", 1, 16).fits("pool 7 exhausted")
    assert not Category("pool exhausted", 1, 16).fits("pool 71 exhausted")


async def test_versions_that_tell_no_length_are_understood() -> None:
    old = categorized(TIMED_OUT)
    for bucket in old["aggregations"]["categories"]["buckets"]:
        del bucket["max_matching_length"], bucket["regex"]
    page = await search_one(cluster_with(old, "connect timed out after 30 s"))
    assert page.rows[0].similar == 711


async def test_a_full_list_of_categories_is_said_to_be_a_part() -> None:
    many = categorized(*((f"form{number}x", 90 - number, 30) for number in range(50)))
    (note,) = (await search_one(cluster_with(many))).notes
    assert "(the 50 most frequent): 50, with 90, 89, 88, 87, 86, ... entries" in note


@pytest.mark.parametrize(
    "failure",
    [
        UNKNOWN_AGGREGATION,
        refused("security_exception", "unable to authenticate", 401),
        refused("security_exception", "current license is non-compliant for [ml]", 403),
        refused("search_phase_execution_exception", "all shards failed", 400),
        refused("circuit_breaking_exception", "data too large", 429),
        httpx.Response(200, content=b'{"took": 3, "timed_out": fal', headers={"content-type": "application/json"}),
        httpx.Response(200, json=None),
        {},
        [],
        found(hit("1")),
        httpx.ConnectError("refused"),
        httpx.ReadTimeout("silent"),
        {**CATEGORIES, "timed_out": True},
        {**CATEGORIES, "_shards": {"total": 3, "successful": 2, "skipped": 0, "failed": 1}},
        {**CATEGORIES, "_clusters": {"total": 2, "successful": 1, "skipped": 1}},
        categorized(),
    ],
)
async def test_without_whole_categories_the_answer_is_the_same_and_claims_nothing(failure: Any) -> None:
    cluster = cluster_with(failure, "connect timed out after 30 s")
    page = await search_one(cluster)
    assert len(cluster.categorizing) >= 1
    (entry,) = page.rows
    assert (entry.message, entry.pattern, entry.similar) == ("connect timed out after 30 s", "", None)
    assert (page.total, page.complete, page.notes) == (716, False, ())


async def test_categories_take_no_more_than_half_of_the_time_that_is_left() -> None:
    class Slow(httpx.AsyncBaseTransport):
        """Answers at once, but for categories, which it never sends."""

        def __init__(self, cluster: Cluster) -> None:
            self._cluster = cluster

        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            answer = await self._cluster.handle_async_request(request)
            if self._cluster.categorizing:
                await anyio.sleep_forever()
            return answer

    cluster, call = cluster_with(CATEGORIES), call_at()
    call.deadline = anyio.current_time() + 0.5
    async with connected(Slow(cluster)) as adapter:
        page = await adapter.search_logs(LogQuery(window=WINDOW, limit=1), call)
    assert (len(page.rows), page.rows[0].similar, len(cluster.categorizing)) == (1, None, 1)
    assert call.remaining_seconds() > 0


async def test_a_whole_answer_asks_for_no_categories() -> None:
    cluster = Cluster(found(hit("1")), categories=CATEGORIES)
    page = await search(cluster)
    assert (cluster.categorizing, page.rows[0].similar) == ([], None)


async def test_an_answer_without_entries_asks_for_no_categories() -> None:
    cluster = Cluster(*[found(hit("1"), total=9_000)] * 2, categories=CATEGORIES)
    page = await search(cluster, text="=>")
    assert (page.rows, page.complete, cluster.categorizing) == ((), False, [])


async def test_more_entries_than_can_be_categorized_in_time_are_not_and_a_note_says_how_to_narrow() -> None:
    cluster = cluster_with(CATEGORIES, total=ENTRIES_MAX + 1)
    page = await search_one(cluster)
    assert cluster.categorizing == []
    (note,) = page.notes
    assert note.startswith("forms of messages are not counted for more than 250000 entries: narrow the window")


async def test_shards_that_failed_before_stay_said_beside_the_categories() -> None:
    failed = {"_shards": {"total": 3, "successful": 2, "skipped": 0, "failed": 1, "failures": []}}
    page = await search_one(cluster_with(CATEGORIES, "connect timed out after 30 s", **failed))
    assert (page.total, page.complete, page.rows[0].similar) == (None, False, 711)
    assert page.notes[0] == "1 of 3 shards failed: entries are missing"
    with pytest.raises(UnavailableError):
        await search(Cluster(found(total=5, **failed), categories=CATEGORIES))

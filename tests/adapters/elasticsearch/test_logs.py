"""What is asked of Elasticsearch, and what becomes of its answers."""

from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from opsloom.model.errors import (
    ConfigurationError,
    NotFoundError,
    PermissionDeniedError,
    UnavailableError,
    UnexpectedAnswerError,
    UnsupportedError,
)
from opsloom.model.logs import LogEntry, LogSeverity
from tests.adapters.elasticsearch.asking import ECS, Cluster, call_at, connected, found, hit, search

WORDS_NOTE = (
    "Elasticsearch finds whole words in messages: entries with the text only inside of longer words are missing"
)
IN_WINDOW = {
    "range": {
        "@timestamp": {
            "gte": "2026-03-03T08:21:00.000000Z",
            "lt": "2026-03-03T09:21:00.000000Z",
            "format": "strict_date_optional_time_nanos",
        }
    }
}
SHARDS_FAILED = {"_shards": {"total": 3, "successful": 2, "skipped": 0, "failed": 1, "failures": []}}


async def test_a_document_is_mapped() -> None:
    document = hit(
        "AZ1",
        "2026-03-03T09:00:00.123456789Z",
        trace__id="4bf92f3577b34da6a3ce929d0e0e4736",
        host__name="web-01",
        http__response__status_code=504,
    )
    page = await search(Cluster(found(document)))
    assert page.rows == (
        LogEntry(
            at=datetime(2026, 3, 3, 9, 0, 0, 123_456, tzinfo=UTC),
            service="checkout",
            severity=LogSeverity.ERROR,
            severity_raw="error",
            message="connect timed out",
            trace_id="4bf92f3577b34da6a3ce929d0e0e4736",
            cursor="logs-a/AZ1",
            attributes={"host.name": "web-01", "http.response.status_code": "504"},
        ),
    )
    assert (page.total, page.complete, page.notes) == (1, True, ())


async def test_a_document_that_lacks_fields_is_an_entry_all_the_same() -> None:
    bare = hit("AZ1", message=None, log__level=None, service__name=None)
    entry = (await search(Cluster(found(bare)))).rows[0]
    assert (entry.message, entry.service, entry.trace_id, entry.attributes) == ("", None, None, {})
    assert (entry.severity, entry.severity_raw) == (LogSeverity.UNKNOWN, "")


@pytest.mark.parametrize(
    ("level", "severity"),
    [
        ("TRACE", LogSeverity.TRACE),
        ("Debug", LogSeverity.DEBUG),
        ("notice", LogSeverity.INFO),
        ("Warning", LogSeverity.WARN),
        ("ERR", LogSeverity.ERROR),
        ("crit", LogSeverity.FATAL),
        ("loud", LogSeverity.UNKNOWN),
        ("30", LogSeverity.UNKNOWN),
    ],
)
async def test_a_level_means_something_in_any_case_and_is_kept(level: str, severity: LogSeverity) -> None:
    entry = (await search(Cluster(found(hit("AZ1", log__level=level))))).rows[0]
    assert (entry.severity, entry.severity_raw) == (severity, level)


async def test_several_values_are_lines_and_other_types_are_json() -> None:
    entry = (await search(Cluster(found(hit("AZ1", message=["a", 1, {"b": None}]))))).rows[0]
    assert entry.message == 'a\n1\n{"b": null}'


async def test_the_question_asks_for_the_newest_of_the_window_and_for_flat_fields() -> None:
    cluster = Cluster(found())
    page = await search(cluster, limit=20)
    question = cluster.questions[0]
    assert question["query"] == {"bool": {"filter": [IN_WINDOW]}}
    assert question["sort"] == [{"@timestamp": {"order": "desc", "unmapped_type": "date"}}]
    assert (question["size"], question["track_total_hits"], question["_source"]) == (20, True, False)
    assert {"field": "service.name"} in question["fields"]
    request = cluster.requests[-1]
    assert (request.method, request.url.raw_path.partition(b"?")[0]) == ("POST", b"/logs-%2A/_search")
    assert dict(request.url.params) == {"allow_no_indices": "false", "ignore_unavailable": "false"}
    assert page.query.startswith("POST /logs-*/_search {")


async def test_the_settings_name_other_fields_and_indices() -> None:
    settings = {
        "index": "app-*,ops-*",
        "timestamp_field": "time",
        "message_field": "msg",
        "level_field": "lvl",
        "service_fields": ["app", "kubernetes.labels.app"],
        "attribute_fields": ["pod"],
    }
    types = {"time": ["date"], "msg": ["text"], "lvl": ["keyword"], "app": ["keyword"]}
    document = hit("1", time="2026-03-03T09:00:00Z", msg="slow", lvl="warn", kubernetes__labels__app="shop", pod="p-1")
    cluster = Cluster(found(document), types=types)
    entry = (await search(cluster, settings, service="shop")).rows[0]
    assert (entry.message, entry.service, entry.severity) == ("slow", "shop", LogSeverity.WARN)
    assert entry.attributes == {"pod": "p-1"}
    assert cluster.requests[0].url.params["fields"] == "time,msg,lvl,app,kubernetes.labels.app"


async def test_a_service_is_asked_for_in_each_of_its_fields_and_checked_again() -> None:
    settings = {"service_fields": ["service.name", "container.name"]}
    both = hit("1", service__name="shop", container__name="checkout")
    cluster = Cluster(found(both, hit("2", service__name="checkout-admin")))
    page = await search(cluster, settings, service="checkout")
    assert [(entry.cursor, entry.service) for entry in page.rows] == [("logs-a/1", "checkout")]
    phrases = [
        {"match_phrase": {field: {"query": "checkout", "zero_terms_query": "all"}}}
        for field in ("service.name", "container.name")
    ]
    assert cluster.filters[0] == {"bool": {"should": phrases, "minimum_should_match": 1}}


@pytest.mark.parametrize("hostile", ['a" OR *', "*", "{}", "msg:x AND NOT y", "a\\b?", "\u202e\u2603"])
async def test_a_hostile_text_is_a_value_and_nothing_else(hostile: str) -> None:
    cluster = Cluster(found(hit("1")), types={**ECS, "message": ["text", "keyword"]})
    page = await search(cluster, text=hostile, service=hostile)
    service, text, window = cluster.filters
    assert service == {"match_phrase": {"service.name": {"query": hostile, "zero_terms_query": "all"}}}
    assert text["bool"]["should"][0] == {"match_phrase": {"message": {"query": hostile, "zero_terms_query": "all"}}}
    assert window == IN_WINDOW
    assert page.rows == ()


async def test_words_of_an_analyzed_message_are_found_and_letters_are_not_which_is_said() -> None:
    cluster = Cluster(found(hit("1", message="Connect TIMED OUT after 30 s"), hit("2", message="timed, out")))
    page = await search(cluster, text="timed out")
    assert cluster.filters[0] == {"match_phrase": {"message": {"query": "timed out", "zero_terms_query": "all"}}}
    assert [entry.cursor for entry in page.rows] == ["logs-a/1"]
    assert (page.total, page.complete, page.notes) == (1, True, (WORDS_NOTE,))


async def test_a_message_that_is_one_keyword_is_searched_for_letters() -> None:
    cluster = Cluster(found(hit("1", message="x 100% *done*")), types={**ECS, "message": ["wildcard"]})
    page = await search(cluster, text="100% *d")
    assert cluster.filters[0] == {"wildcard": {"message": {"value": "*100% \\*d*", "case_insensitive": True}}}
    assert (len(page.rows), page.notes) == (1, ())


@pytest.mark.parametrize("least", [LogSeverity.WARN, LogSeverity.ERROR])
async def test_a_least_severity_names_the_words_from_there_on(least: LogSeverity) -> None:
    cluster = Cluster(found(hit("1", log__level="ERROR"), hit("2", log__level="loud")))
    page = await search(cluster, severity=least)
    words = cluster.filters[0]["terms"]["log.level"]
    assert {"error", "ERROR", "Error", "crit"} <= set(words)
    assert ("warn" in words) is (least is LogSeverity.WARN)
    assert not {"info", "debug"} & set(words)
    assert [entry.cursor for entry in page.rows] == ["logs-a/1"]


async def test_a_least_severity_of_info_leaves_entries_without_a_level_in() -> None:
    cluster = Cluster(found(hit("1", log__level=None), hit("2", log__level="dbg")))
    page = await search(cluster, severity=LogSeverity.INFO)
    words = cluster.filters[0]["bool"]["must_not"][0]["terms"]["log.level"]
    assert {"trace", "debug", "DEBUG"} <= set(words)
    assert "info" not in words
    assert [entry.cursor for entry in page.rows] == ["logs-a/1"]


async def test_a_least_severity_of_trace_is_any() -> None:
    cluster = Cluster(found(hit("1", log__level=None)))
    assert len((await search(cluster, severity=LogSeverity.TRACE)).rows) == 1
    assert cluster.filters == [IN_WINDOW]


@pytest.mark.parametrize(
    ("asked", "field", "setting"),
    [
        ({"service": "checkout"}, "service.name", "service_fields"),
        ({"severity": LogSeverity.ERROR}, "log.level", "level_field"),
        ({"text": "slow"}, "message", "message_field"),
    ],
)
async def test_a_field_that_no_index_has_is_no_empty_answer(asked: dict[str, Any], field: str, setting: str) -> None:
    cluster = Cluster(types={name: kinds for name, kinds in ECS.items() if name != field})
    with pytest.raises(UnsupportedError, match=f"none of its indices has the field {field}; set {setting}"):
        await search(cluster, **asked)
    assert cluster.questions == []


async def test_indices_without_a_time_are_a_mistake_in_the_settings() -> None:
    with pytest.raises(ConfigurationError, match="has the field @timestamp; set timestamp_field"):
        await search(Cluster(types={"message": ["text"]}))


async def test_a_pattern_that_fits_no_index_is_no_empty_answer() -> None:
    missing = httpx.Response(404, json={"error": {"type": "index_not_found_exception"}, "status": 404})
    cluster = Cluster(capabilities=missing)
    with pytest.raises(NotFoundError, match="no index that fits the setting index"):
        await search(cluster)
    assert cluster.requests[0].url.params["allow_no_indices"] == "false"


@pytest.mark.parametrize(
    ("besides", "told"),
    [
        (SHARDS_FAILED, "1 of 3 shards failed: entries are missing"),
        ({"timed_out": True}, "the search timed out at Elasticsearch: entries are missing"),
        (
            {"_clusters": {"total": 3, "successful": 1, "skipped": 1, "running": 0, "partial": 1, "failed": 0}},
            "of 3 clusters 1 were left out and 1 answered in part: entries are missing",
        ),
    ],
)
async def test_a_part_that_did_not_answer_is_said(besides: dict[str, Any], told: str) -> None:
    page = await search(Cluster(found(hit("1"), **besides)))
    assert (len(page.rows), page.complete, page.total, page.notes) == (1, False, None, (told,))
    with pytest.raises(UnavailableError, match="answered only in part"):
        await search(Cluster(found(**besides)))


async def test_clusters_that_all_answered_are_no_gap() -> None:
    clusters = {"total": 2, "successful": 2, "skipped": 0, "running": 0, "partial": 0, "failed": 0}
    assert (await search(Cluster(found(hit("1"), _clusters=clusters)))).complete


async def test_no_more_is_read_than_the_limit_needs() -> None:
    cluster = Cluster(found(hit("1"), hit("2"), total=1_200))
    page = await search(cluster, limit=2)
    assert (len(page.rows), page.total, page.complete) == (2, 1_200, False)
    assert len(cluster.questions) == 1


async def test_the_next_page_starts_at_the_last_moment_without_what_was_read_of_it() -> None:
    moment = "2026-03-03T09:00:00.000000001Z"
    first = found(hit("1", "2026-03-03T09:01:00.000Z"), hit("2", moment), hit("3", moment), total=6)
    second = found(hit("4", moment), hit("5", "2026-03-03T08:59:00.000Z"), total=3)
    cluster = Cluster(first, second, found(hit("6", "2026-03-03T08:58:00.000Z")))
    page = await search(cluster, text="timed out", limit=50)
    assert [entry.cursor for entry in page.rows] == [f"logs-a/{number}" for number in range(1, 7)]
    assert page.complete
    after_first, after_second = (question["query"]["bool"]["filter"][-1] for question in cluster.questions[1:])
    assert after_first["bool"]["filter"] == [
        {"range": {"@timestamp": {"lte": moment, "format": "strict_date_optional_time_nanos"}}}
    ]
    assert after_first["bool"]["must_not"] == [{"ids": {"values": ["2", "3"]}}]
    assert after_second["bool"]["must_not"] == [{"ids": {"values": ["5"]}}]


async def test_a_moment_that_fills_pages_is_left_at_last() -> None:
    moment = "2026-03-03T09:00:00.000Z"
    cluster = Cluster(found(hit("1", moment), total=2), found(hit("2", moment), total=2), found(hit("3", moment)))
    await search(cluster, text="timed", limit=3)
    assert cluster.questions[2]["query"]["bool"]["filter"][-1]["bool"]["must_not"] == [{"ids": {"values": ["1", "2"]}}]


async def test_a_server_that_repeats_itself_is_left() -> None:
    cluster = Cluster(*[found(hit("1"), total=9_000)] * 2)
    page = await search(cluster, text="nowhere")
    assert (page.rows, page.complete, len(cluster.questions)) == ((), False, 2)


async def test_a_text_that_is_nowhere_is_given_up_after_a_bounded_search() -> None:
    pages = [
        found(*(hit(f"{page}-{n}", f"2026-03-03T09:{20 - page:02}:00.000Z") for n in range(500)), total=90_000)
        for page in range(11)
    ]
    cluster = Cluster(*pages)
    page = await search(cluster, text="=>")
    assert (page.rows, page.complete, page.total) == ((), False, None)
    assert len(cluster.questions) == 10
    assert page.notes[-1].startswith("there are more entries than could be read")


async def test_a_time_that_cannot_be_read_is_an_error() -> None:
    with pytest.raises(UnexpectedAnswerError, match="check timestamp_field"):
        await search(Cluster(found(hit("1", "yesterday"))))


@pytest.mark.parametrize(
    ("scheme", "header"),
    [("ApiKey", "ApiKey secret-of-ELASTICSEARCH_API_KEY"), ("Bearer", "Bearer secret-of-ELASTICSEARCH_API_KEY")],
)
async def test_a_token_is_sent_by_its_scheme(scheme: str, header: str) -> None:
    cluster = Cluster(found())
    await search(cluster, {"token_scheme": scheme})
    assert cluster.requests[0].headers["authorization"] == header


async def test_a_missing_privilege_is_named() -> None:
    refused = httpx.Response(403, json={"error": {"type": "security_exception"}, "status": 403})
    with pytest.raises(PermissionDeniedError, match="the credential needs: read, monitor"):
        await search(Cluster(capabilities=refused))


@pytest.mark.parametrize(
    ("version", "told"),
    [({"number": "8.17.0"}, "8.17.0"), ({"number": "2.19.0", "distribution": "opensearch"}, "opensearch 2.19.0")],
)
async def test_the_probe_tells_the_version(version: dict[str, str], told: str) -> None:
    async with connected(Cluster(capabilities={"cluster_name": "logs", "version": version})) as adapter:
        assert (await adapter.probe(call_at())).version == told

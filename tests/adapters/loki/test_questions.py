"""Which LogQL a typed question becomes, and that no value becomes syntax in it."""

import json
from typing import Any

import pytest
from pydantic import ValidationError

from opsloom.model.errors import InvalidRequestError
from opsloom.model.logs import LogSeverity
from opsloom_adapters.loki.config import LokiConfig
from tests.adapters.loki.asking import COUNT, END, START, FakeLoki, line, search

HOSTILE = 'x"} | line_format "`{{.}}`" # {a="\\\n\x00é'
AT_LEAST_WARN = (
    "(?i)(fatal|critical|crit|emerg|emergency|alert|panic|error|err|eror|warn|warning|wrn)"  # as in the mapping
)


async def sent_for(settings: dict[str, Any] | None = None, **asked: Any) -> list[str]:
    loki = FakeLoki(line(END - 1))
    await search(loki, settings, **asked)
    return [parameters["query"] for parameters in loki.asked()]


async def test_everything_is_asked_as_all_streams_that_name_a_service() -> None:
    assert await sent_for() == ['{service_name=~".+"}']


async def test_the_newest_entries_of_the_window_are_asked_for_in_nanoseconds() -> None:
    loki = FakeLoki(line(END - 1))
    await search(loki, limit=200)
    (asked,) = loki.asked()
    assert (asked["start"], asked["end"]) == (str(START), str(END))
    assert (asked["direction"], asked["limit"]) == ("backward", "201")


async def test_service_text_and_severity_become_one_query_that_filters_the_lines_first() -> None:
    (sent,) = await sent_for(
        {"level_labels": ["detected_level"]}, service="checkout", text="Refused (2)", severity=LogSeverity.WARN
    )
    assert sent == (r'{service_name="checkout"} |~ "(?i)Refused\\ \\(2\\)" | (detected_level=~"' + AT_LEAST_WARN + '")')


async def test_the_first_level_label_that_an_entry_has_decides() -> None:
    (sent,) = await sent_for({"level_labels": ["detected_level", "level"]}, severity=LogSeverity.WARN)
    assert sent.endswith(f' | (detected_level=~"{AT_LEAST_WARN}") or (detected_level="" and level=~"{AT_LEAST_WARN}")')


async def test_entries_without_a_level_rank_with_info_and_so_are_not_filtered_out() -> None:
    (sent,) = await sent_for({"level_labels": ["detected_level", "level"]}, severity=LogSeverity.INFO)
    below = "(?i)(debug|dbug|dbg|trace|trc)"
    assert sent.endswith(
        f' | (detected_level!="" and detected_level!~"{below}") or (detected_level="" and level!~"{below}")'
    )


async def test_the_least_severity_of_all_is_no_filter() -> None:
    assert await sent_for(severity=LogSeverity.TRACE) == ['{service_name=~".+"}']


async def test_several_service_labels_are_queries_that_share_no_stream() -> None:
    settings = {"service_labels": ["service_name", "app", "job"], "streams": {"cluster": "eu"}}
    assert await sent_for(settings, service="cart") == [
        '{cluster="eu", service_name="cart"}',
        '{cluster="eu", service_name="", app="cart"}',
        '{cluster="eu", service_name="", app="", job="cart"}',
    ]


@pytest.mark.parametrize("argument", ["service", "text"])
async def test_a_hostile_value_stays_one_quoted_literal(argument: str) -> None:
    (sent,) = await sent_for(**{argument: HOSTILE})
    before, _, literal = sent.partition('"')
    if argument == "text":  # behind the selector
        before, _, literal = sent.removeprefix('{service_name=~".+"}').partition('"')
    value, end = json.JSONDecoder().raw_decode('"' + literal)
    assert before in ("{service_name=", " |~ ")
    assert ('"' + literal)[end:] in ("}", "")
    assert value.removeprefix("(?i)").replace("\\", "") == HOSTILE.replace("\\", "")
    assert not any(character < " " for character in sent)


async def test_a_regular_expression_in_the_text_is_only_text() -> None:
    (sent,) = await sent_for(text="a.*b|c")
    assert sent.endswith(r' |~ "(?i)a\\.\\*b\\|c"')


async def test_a_hostile_stream_value_of_the_settings_is_quoted_too() -> None:
    (sent,) = await sent_for({"streams": {"cluster": 'e"u'}})
    assert sent == r'{cluster="e\"u", service_name=~".+"}'


async def test_an_empty_service_is_refused_before_anything_is_sent() -> None:
    loki = FakeLoki()
    with pytest.raises(InvalidRequestError, match="service must not be empty"):
        await search(loki, service="")
    assert loki.requests == []


async def test_the_count_is_of_the_same_query_over_exactly_the_window() -> None:
    loki = FakeLoki(line(END - 1), line(END - 2), count=4_711)
    page = await search(loki, service="checkout", limit=1)
    (asked,) = loki.asked(COUNT)
    assert asked["query"] == 'sum(count_over_time({service_name="checkout"} [3600000ms]))'
    assert asked["time"] == str(END - 1)  # a range excludes its start and includes its end
    assert page.total == 4_711


async def test_the_tenant_goes_with_every_request() -> None:
    loki = FakeLoki(line(END - 1), line(END - 2))
    await search(loki, {"tenant": "shop|ops"}, limit=1)
    assert {request.headers["x-scope-orgid"] for request in loki.requests} == {"shop|ops"}
    assert len(loki.requests) == 3


async def test_without_a_tenant_there_is_no_such_header() -> None:
    loki = FakeLoki(line(END - 1))
    await search(loki)
    assert "x-scope-orgid" not in loki.requests[0].headers


@pytest.mark.parametrize(
    "settings",
    [
        {"tenant": "a\r\nX-Injected: 1"},
        {"service_labels": ['x="y"']},
        {"service_labels": []},
        {"streams": {'x"': "y"}},
        {"web_url": "https://grafana.test"},
        {"grafana_datasource": "loki"},
    ],
    ids=repr,
)
def test_settings_that_cannot_work_are_refused(settings: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        LokiConfig.model_validate({"adapter": "loki", "base_url": "http://loki.test", **settings})

"""Kibana's Discover opens with the very question that was sent."""

import json
from typing import Any
from urllib.parse import unquote

import pytest

from opsloom.model.logs import LogSeverity
from opsloom_adapters.elasticsearch.rison import rison
from tests.adapters.elasticsearch.asking import Cluster, found, search

KIBANA = {"web_url": "https://kibana.example.com/s/ops"}


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (None, "!n"),
        (True, "!t"),
        (False, "!f"),
        (-1.5, "-1.5"),
        ("now", "now"),
        ("", "''"),
        ("1h", "'1h'"),
        ("it's!", "'it!'s!!'"),
        ("a b", "'a b'"),
        (["a", 1], "!(a,1)"),
        ({"a": {"b c": []}}, "(a:('b c':!()))"),
    ],
)
def test_data_is_written_as_rison(value: Any, written: str) -> None:
    assert rison(value) == written


async def test_a_link_holds_the_filters_and_the_window() -> None:
    cluster = Cluster(found())
    page = await search(cluster, KIBANA, text="it's slow & sad #1", severity=LogSeverity.FATAL)
    assert page.link is not None
    address, _, fragment = page.link.partition("#/?")
    assert address == "https://kibana.example.com/s/ops/app/discover"
    state, question = (unquote(part) for part in fragment.split("&"))
    assert state == "_g=(time:(from:'2026-03-03T08:21:00Z',to:'2026-03-03T09:21:00Z'))"
    sent = {"bool": {"filter": cluster.filters[:-1]}}
    assert f"query:{rison(sent)})" in question
    assert f"value:{rison(json.dumps(sent))}" in question
    assert "dataSource:(dataViewId:'logs-*',type:dataView)" in question
    assert "sort:!(!('@timestamp',desc))" in question


async def test_the_settings_name_the_data_view() -> None:
    page = await search(Cluster(found()), {**KIBANA, "data_view": "7f2c-11"})
    assert page.link is not None
    assert "dataViewId:'7f2c-11'" in unquote(page.link)


async def test_without_kibanas_address_there_is_no_link() -> None:
    assert (await search(Cluster(found()))).link is None

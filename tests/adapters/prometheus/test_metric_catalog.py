"""Which metrics exist, from canned replies."""

from typing import Any

import pytest

from opsloom.model.errors import InvalidRequestError, UnexpectedAnswerError
from opsloom.model.metrics import MetricDescriptor, MetricKind
from opsloom.model.page import Page
from tests.adapters.prometheus.asking import (
    HOSTILE,
    METADATA,
    NAMES,
    START,
    Answering,
    call_at,
    catalog_query,
    connected,
    success,
)

KNOWN = {
    "jobs_total": [{"type": "counter", "help": "Jobs done.", "unit": ""}],
    "wait_seconds": [{"type": "histogram", "help": "Time in the queue.", "unit": "seconds"}],
}


def prometheus(*names: str) -> Answering:
    return Answering({NAMES: success(list(names)), METADATA: success(KNOWN)})


async def find(transport: Answering, **asked: Any) -> Page[MetricDescriptor]:
    async with connected(transport, service_labels=["service", "job"]) as adapter:
        return await adapter.list_metrics(catalog_query(**asked), call_at())


async def test_metrics_are_described_by_metadata_of_their_family_and_by_their_names() -> None:
    page = await find(prometheus("wait_seconds_bucket", "jobs_total", "up"), service="cart")
    described = {row.name: (row.type_raw, row.help, row.kind) for row in page.rows}
    assert described == {
        "jobs_total": ("counter", "Jobs done.", None),
        "up": ("", "", MetricKind.SUCCESS),
        "wait_seconds_bucket": ("histogram", "Time in the queue.", None),
    }
    assert {row.service for row in page.rows} == {"cart"}


async def test_service_and_text_are_filtered_by_the_server_within_the_window() -> None:
    transport = prometheus("cart_requests_total")
    await find(transport, service="cart", text="REQUESTS")
    assert transport.asked(NAMES, "match[]") == [
        '{__name__=~"(?i).*REQUESTS.*",service="cart"}',
        '{__name__=~"(?i).*REQUESTS.*",service="",job="cart"}',
    ]
    assert transport.asked(NAMES, "start") == [f"{START:.3f}"]
    assert transport.asked(NAMES, "end") == [f"{START + 3_600:.3f}"]


async def test_text_is_no_pattern_and_no_syntax() -> None:
    transport = prometheus("jobs_total")
    page = await find(transport, text='.*"}')
    assert transport.asked(NAMES, "match[]") == [r'{__name__=~"(?i).*\\.\\*\"\\}.*"}']
    assert page.rows == ()


async def test_a_hostile_service_stays_inside_one_string() -> None:
    transport = prometheus()
    await find(transport, service=HOSTILE)
    assert transport.asked(NAMES, "match[]")[0] == r'{service="x\"} or vector(1) or {a=\""}'
    assert [request.url.path for request in transport.requests] == [NAMES]


async def test_an_empty_service_is_refused() -> None:
    with pytest.raises(InvalidRequestError, match="service must not be empty"):
        await find(prometheus(), service="")


async def test_names_beyond_the_limit_are_counted() -> None:
    page = await find(prometheus("c", "a", "b"), limit=2)
    assert [row.name for row in page.rows] == ["a", "b"]
    assert (page.total, page.complete) == (3, False)


async def test_a_server_without_metadata_still_lists_names() -> None:
    page = await find(Answering({NAMES: success(["wait_seconds_sum"])}))
    assert [(row.name, row.unit, row.type_raw) for row in page.rows] == [("wait_seconds_sum", "seconds", "")]


async def test_no_names_is_an_empty_page_and_no_data_is_an_error() -> None:
    assert (await find(prometheus())).rows == ()
    with pytest.raises(UnexpectedAnswerError):
        await find(Answering({NAMES: success(None)}))

"""Edges from the metrics of tracing back ends and service meshes; label sets as Tempo and Istio publish them."""

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from opsloom.model import limits
from opsloom.model.errors import InvalidRequestError, UnavailableError
from opsloom.model.topology import DependencyKind, DependencySource, NodeKind
from opsloom_adapters.prometheus.config import PrometheusConfig
from tests.adapters.prometheus.asking import (
    HOSTILE,
    NAMES,
    NOW,
    QUERY,
    START,
    URL,
    Answering,
    call_at,
    connected,
    dependency_query,
    success,
    vector,
)

TEMPO = "traces_service_graph_request_total"
TEMPO_FAILED = "traces_service_graph_request_failed_total"
FIRST, LAST = "min_over_time", "max_over_time"


def edge(value: float, **labels: str) -> dict[str, Any]:
    return {"metric": labels, "value": [NOW.timestamp() - 0.001, str(value)]}


def tempo(value: float, client: str, server: str, connection_type: str = "") -> dict[str, Any]:
    return edge(value, client=client, server=server, connection_type=connection_type)


def istio(value: float, reporter: str, source: str, destination: str, name: str = "") -> dict[str, Any]:
    return edge(
        value,
        reporter=reporter,
        source_canonical_service=source,
        source_workload=f"{source}-v1" if source != "unknown" else source,
        destination_canonical_service=destination,
        destination_service_name=name or destination,
    )


class Counting(httpx.MockTransport):
    """Answers instant queries by what stands in them: the first key whose words are all there counts."""

    def __init__(self, replies: Mapping[str, Iterable[dict[str, Any]]], names: tuple[str, ...] = (TEMPO,)) -> None:
        super().__init__(self._answer)
        self.asked: list[str] = []
        self._replies = replies
        self._names = names

    def _answer(self, request: httpx.Request) -> httpx.Response:
        if request.url.path == NAMES:
            return httpx.Response(200, json=success(list(self._names)))
        assert request.url.path == QUERY
        expression = request.url.params["query"]
        self.asked.append(expression)
        fitting = (reply for words, reply in self._replies.items() if all(word in expression for word in words.split()))
        return httpx.Response(200, json=vector(*next(fitting, ())))


def without_values(expression: str) -> str:
    """The same with empty strings."""
    return re.sub(r'"(?:[^"\\]|\\.)*"', '""', expression)


SHOP = {
    f"{FIRST} {TEMPO}": [tempo(START + 60, "checkout", "payments")],
    f"{LAST} {TEMPO}": [tempo(START + 3_000, "checkout", "payments")],
    TEMPO_FAILED: [tempo(0.5, "checkout", "payments")],
    TEMPO: [
        tempo(10, "checkout", "payments"),
        tempo(7, "checkout", "orders-db", "database"),
        tempo(5, "checkout", "mailer", "messaging_system"),
        tempo(3, "payments", "api.bank.example", "virtual_node"),
        tempo(20, "user", "checkout", "virtual_node"),
    ],
}


async def test_an_edge_has_its_rates_and_the_times_of_its_requests() -> None:
    async with connected(Counting(SHOP)) as adapter:
        page = await adapter.get_dependencies(dependency_query(), call_at())
    found = next(row for row in page.rows if row.callee == "payments")
    assert (found.caller, found.source, found.request_rate, found.error_rate) == (
        "checkout", DependencySource.OBSERVED, 10, 0.5,
    )  # fmt: skip
    assert found.first_seen == datetime.fromtimestamp(START + 60, UTC)
    assert found.last_seen == datetime.fromtimestamp(START + 3_000, UTC)
    assert (page.total, page.complete) == (5, True)
    assert "late by up to 60 s" in page.notes[0]


async def test_what_the_type_of_connection_says_about_the_callee() -> None:
    async with connected(Counting(SHOP)) as adapter:
        page = await adapter.get_dependencies(dependency_query(), call_at())
    told = {row.callee: (row.kind, row.callee_kind, row.external) for row in page.rows}
    assert told == {
        "payments": (DependencyKind.SYNC, None, False),
        "orders-db": (DependencyKind.SYNC, NodeKind.DATASTORE, True),
        "mailer": (DependencyKind.ASYNC, None, False),
        "api.bank.example": (DependencyKind.SYNC, None, True),
        "checkout": (DependencyKind.SYNC, None, False),
    }


async def test_an_edge_without_failures_has_an_error_rate_of_zero_and_one_nobody_counts_has_none() -> None:
    async with connected(Counting(SHOP)) as adapter:
        counted = (await adapter.get_dependencies(dependency_query(), call_at())).rows
    uncounted = {"requests": TEMPO, "caller": ["client"], "callee": ["server"]}
    async with connected(Counting(SHOP), edge_metrics=[uncounted]) as adapter:
        plain = (await adapter.get_dependencies(dependency_query(), call_at())).rows
    assert {row.error_rate for row in counted} == {0.5, 0.0}
    assert {row.error_rate for row in plain} == {None}


async def test_both_ends_of_a_mesh_count_the_same_requests_and_the_end_that_counted_more_is_believed() -> None:
    replies = {
        "grpc_response_status=~ istio": [istio(1, "source", "web", "cart")],
        "istio response_code=~": [istio(3, "source", "web", "cart"), istio(1, "destination", "web", "cart")],
        "istio": [istio(10, "source", "web", "cart"), istio(7, "destination", "web", "cart")],
    }
    async with connected(Counting(replies)) as adapter:
        (row,) = (await adapter.get_dependencies(dependency_query(), call_at())).rows
    assert (row.caller, row.callee, row.request_rate, row.error_rate, row.external) == ("web", "cart", 10, 4, False)


async def test_a_callee_outside_the_mesh_goes_by_its_host_and_is_marked_and_a_nameless_end_is_left_out() -> None:
    replies = {
        "istio": [
            istio(2, "source", "web", "unknown", "api.bank.example"),
            istio(3, "source", "web", "unknown", "PassthroughCluster"),
            istio(4, "destination", "unknown", "web"),
        ]
    }
    async with connected(Counting(replies)) as adapter:
        page = await adapter.get_dependencies(dependency_query(), call_at())
    assert [(row.caller, row.callee, row.external) for row in page.rows] == [("web", "api.bank.example", True)]
    assert any(note.endswith("do not name both ends, left out: 2") for note in page.notes)


async def test_a_service_is_asked_for_at_either_end_by_the_first_label_that_names_it() -> None:
    transport = Counting({})
    async with connected(transport) as adapter:
        await adapter.get_dependencies(dependency_query(service="cart"), call_at())
    own_tempo, own_istio = transport.asked
    assert own_tempo == (
        f'sum by (client, server, connection_type) (rate({TEMPO}{{client="cart"}}[3600s])'
        f' or rate({TEMPO}{{server="cart"}}[3600s])) > 0'
    )
    nameless = '"|unknown|PassthroughCluster|InboundPassthroughCluster|BlackHoleCluster"'
    assert f'{{source_canonical_service=~{nameless},source_workload="cart"}}' in own_istio
    assert f'{{destination_canonical_service=~{nameless},destination_service_name="cart"}}' in own_istio


async def test_matchers_of_the_settings_stand_beside_those_of_the_question() -> None:
    metric = {"requests": 'calls_total{zone="a"}', "caller": ["from"], "callee": ["to"]}
    transport = Counting({"calls_total": [edge(1, **{"from": "web", "to": "cart"})]})
    async with connected(transport, edge_metrics=[metric]) as adapter:
        page = await adapter.get_dependencies(dependency_query(service="cart"), call_at())
    assert 'rate(calls_total{zone="a",to="cart"}[3600s])' in transport.asked[0]
    assert [(row.caller, row.callee) for row in page.rows] == [("web", "cart")]


async def test_a_server_without_such_metrics_says_so_and_one_without_calls_does_not() -> None:
    async with connected(Counting({}, names=())) as adapter:
        silent = await adapter.get_dependencies(dependency_query(), call_at())
    async with connected(Counting({})) as adapter:
        quiet = await adapter.get_dependencies(dependency_query(), call_at())
    assert (silent.rows, quiet.rows) == ((), ())
    assert silent.notes == (
        f"this server has none of the metrics that tell who calls whom: {TEMPO}, istio_requests_total",
    )
    assert quiet.notes == ()


async def test_more_edges_than_wanted_are_cut_to_the_busiest() -> None:
    async with connected(Counting(SHOP)) as adapter:
        page = await adapter.get_dependencies(dependency_query(limit=2), call_at())
    assert [(row.caller, row.callee) for row in page.rows] == [("user", "checkout"), ("checkout", "payments")]
    assert (page.complete, page.total) == (False, 5)


async def test_more_edges_than_can_be_read_are_said_to_be_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "DEPENDENCIES_MAX", 4)
    async with connected(Counting(SHOP)) as adapter:
        page = await adapter.get_dependencies(dependency_query(), call_at())
    assert (len(page.rows), page.complete, page.total) == (4, False, None)


async def test_a_silent_metric_is_not_asked_about_failures_and_times() -> None:
    transport = Counting({"istio": [istio(1, "source", "web", "cart")]})
    async with connected(transport) as adapter:
        page = await adapter.get_dependencies(dependency_query(), call_at())
    assert [expression for expression in transport.asked if TEMPO in expression] == transport.asked[:1]
    assert "traces_service_graph" not in page.query


async def test_a_value_that_is_no_number_is_no_edge() -> None:
    async with connected(Counting({TEMPO: [tempo(float("nan"), "web", "cart")]})) as adapter:
        page = await adapter.get_dependencies(dependency_query(), call_at())
    assert page.rows == ()


async def test_a_silent_server_is_an_error_and_never_no_edges() -> None:
    async with connected(Answering({QUERY: httpx.Response(503, text="down")})) as adapter:
        with pytest.raises(UnavailableError):
            await adapter.get_dependencies(dependency_query(), call_at())


@pytest.mark.parametrize("service", [HOSTILE, "a\nb\\", "--output=/etc/x"])
async def test_a_hostile_service_stays_a_value(service: str) -> None:
    transport = Counting({})
    async with connected(transport) as adapter:
        await adapter.get_dependencies(dependency_query(service=service), call_at())
        await adapter.get_dependencies(dependency_query(service="harmless"), call_at())
    assert list(map(without_values, transport.asked[:2])) == list(map(without_values, transport.asked[2:]))


@pytest.mark.parametrize("asked", [{"service": ""}, {"service": "unknown"}])
async def test_a_name_that_stands_for_nobody_is_refused(asked: dict[str, str]) -> None:
    async with connected(Counting({})) as adapter:
        with pytest.raises(InvalidRequestError, match="service must be the name of one"):
            await adapter.get_dependencies(dependency_query(**asked), call_at())


async def test_a_window_beyond_what_metrics_are_read_for_is_refused() -> None:
    long = dependency_query().window.model_copy(update={"start": NOW - timedelta(days=60)})
    async with connected(Counting({})) as adapter:
        with pytest.raises(InvalidRequestError, match="up to 31 days"):
            await adapter.get_dependencies(dependency_query(window=long), call_at())


@pytest.mark.parametrize("selector", ["calls_total{", 'calls_total{a="{"}', "rate(calls_total[5m])", "calls total"])
def test_a_setting_that_is_no_plain_selector_is_refused(selector: str) -> None:
    metric = {"requests": selector, "caller": ["from"], "callee": ["to"]}
    with pytest.raises(ValueError, match=r"edge_metrics\.0\.requests"):
        PrometheusConfig.model_validate({"adapter": "prometheus", "base_url": URL, "edge_metrics": [metric]})

"""Events, from canned replies."""

from datetime import UTC, datetime
from typing import Any

import pytest

from opsloom.model.errors import UnexpectedAnswerError
from opsloom.model.logs import LogEntry, LogQuery, LogSeverity
from opsloom.model.page import Page
from tests.adapters.kubernetes.asking import DEPLOYMENTS, EVENTS, Cluster, call_at, connected, window
from tests.adapters.kubernetes.objects import Json, deployment, event, listed

TIMES = ("firstTimestamp", "lastTimestamp", "eventTime", "series")


async def search(transport: Cluster, **asked: Any) -> Page[LogEntry]:
    async with connected(transport) as adapter:
        return await adapter.search_logs(LogQuery(**{"window": window(1), "limit": 10, **asked}), call_at())


def cluster(*events: Json) -> Cluster:
    return Cluster({DEPLOYMENTS: listed(deployment()), EVENTS: listed(*events)})


async def entry_of(one: Json) -> LogEntry:
    (entry,) = (await search(cluster(one), window=window(24))).rows
    return entry


async def test_an_event_is_an_entry_with_its_reason() -> None:
    entry = await entry_of(event("BackOff", count=12))
    assert entry.message == "BackOff: what is to be said of BackOff"
    assert (entry.severity, entry.severity_raw) == (LogSeverity.WARN, "Warning")
    assert entry.at == datetime(2026, 3, 3, 9, 10, tzinfo=UTC)
    assert entry.attributes == {
        "namespace": "shop",
        "object": "Pod/checkout-142-x2x7p",
        "source": "kubelet",
        "node": "node-1",
        "count": "12",
    }


@pytest.mark.parametrize(
    ("times", "minute"),
    [
        ({"eventTime": "2026-03-03T09:07:00.123456Z"}, 7),
        ({"eventTime": "2026-03-03T09:07:00.123456Z", "series": {"lastObservedTime": "2026-03-03T09:09:00.5Z"}}, 9),
        ({"firstTimestamp": "2026-03-03T09:03:00Z"}, 3),
        ({"firstTimestamp": "2026-03-03T09:03:00Z", "lastTimestamp": "2026-03-03T09:04:00Z"}, 4),
        ({"metadata": {"name": "e", "creationTimestamp": "2026-03-03T09:01:00Z"}}, 1),
    ],
)
async def test_the_time_is_that_of_the_last_sight_whoever_wrote_it(times: Json, minute: int) -> None:
    assert (await entry_of({**event("X"), **dict.fromkeys(TIMES), **times})).at.minute == minute


@pytest.mark.parametrize(
    ("about", "service"),
    [
        ("Pod/checkout-7d9f8b6c5-x2x7p", "checkout"),
        ("ReplicaSet/checkout-7d9f8b6c5", "checkout"),
        ("Deployment/checkout", "checkout"),
        ("HorizontalPodAutoscaler/checkout", "checkout"),
        ("Pod/ledger-db-0", "ledger-db"),
        ("Pod/node-exporter-x2x7p", "node-exporter"),
        ("StatefulSet/ledger-db", "ledger-db"),
        ("Node/node-1", None),
        ("Pod/", None),
    ],
)
async def test_an_event_is_of_the_service_of_its_workload(about: str, service: str | None) -> None:
    assert (await entry_of(event("X", about))).service == service


async def test_an_event_of_a_labelled_deployment_is_of_its_service() -> None:
    labelled = deployment("web")
    transport = Cluster({DEPLOYMENTS: listed(labelled), EVENTS: listed(event("X", "Pod/web-7d9f8b6c5-x2x7p"))})
    page = await search(transport, service="checkout")
    assert len(page.rows) == 1


async def test_warnings_are_filtered_by_the_server() -> None:
    transport = cluster(event("BackOff"), event("Pulled", kind="Normal"))
    assert len((await search(transport)).rows) == 2
    assert "fieldSelector" not in transport.requests[-1].url.params
    page = await search(transport, severity=LogSeverity.WARN)
    assert [entry.severity_raw for entry in page.rows] == ["Warning"]
    assert transport.requests[-1].url.params["fieldSelector"] == "type=Warning"


async def test_nothing_is_worse_than_a_warning_and_a_note_says_so() -> None:
    page = await search(cluster(event("BackOff")), severity=LogSeverity.ERROR)
    assert page.rows == ()
    assert any("none is worse than a warning" in note for note in page.notes)


async def test_a_note_says_that_old_events_are_gone() -> None:
    within = await search(cluster(), window=window(1))
    before = await search(cluster(), window=window(2))
    assert len(before.notes) == len(within.notes) + 1
    assert "about an hour" in before.notes[1]


async def test_text_service_and_window_are_kept_and_the_newest_come_first() -> None:
    old = event("Old", lastTimestamp="2026-03-03T08:30:00Z")
    new = event("New", "Pod/ledger-0", lastTimestamp="2026-03-03T09:19:00Z")
    transport = cluster(old, event("BackOff"), new)
    assert [entry.message.split(":")[0] for entry in (await search(transport)).rows] == ["New", "BackOff", "Old"]
    assert len((await search(transport, text="said of backoff")).rows) == 1
    assert len((await search(transport, service="ledger")).rows) == 1
    assert len((await search(transport, window=window(0.5))).rows) == 2
    cut = await search(transport, limit=1)
    assert (len(cut.rows), cut.complete, cut.total) == (1, False, 3)


@pytest.mark.parametrize("body", [{}, {"items": None, "metadata": {}}, {"metadata": {}}, []])
async def test_what_is_no_list_is_never_read_as_no_events(body: object) -> None:
    with pytest.raises(UnexpectedAnswerError):
        await search(Cluster({DEPLOYMENTS: listed(), EVENTS: body}))

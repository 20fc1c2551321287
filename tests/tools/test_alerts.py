"""Searching alerts, deploys, logs and tickets: windows, filters, and the alerts of a team."""

from pathlib import Path
from typing import Any

import pytest

from opsloom.adapter_api.call import Call
from opsloom.adapter_api.capabilities import AlertReader, OwnershipReader
from opsloom.model.alerts import AlertStatus, Severity
from opsloom.model.deploys import ChangeKind
from opsloom.model.errors import InvalidRequestError, UnavailableError
from opsloom.model.ownership import Service, ServiceQuery
from opsloom.model.page import Page
from opsloom.model.refs import Ref, RefKind
from opsloom.providers.instance import Instance
from tests.providers.scripted import scripted
from tests.tools.house import column, demo, house
from tests.tools.shelf import Shelf, alert, deploy


def catalog(**owner_of: str) -> Instance:
    """A source that knows who owns which service."""

    async def act(_method: str, query: ServiceQuery, _call: Call) -> Page[Service]:
        assert isinstance(query, ServiceQuery)
        rows = (
            Service(ref=Ref(RefKind.SERVICE, "catalog", name), name=name, owner=team) for name, team in owner_of.items()
        )
        return Page[Service](rows=tuple(rows))

    return scripted("catalog", act, capabilities=[OwnershipReader])


@pytest.mark.parametrize(
    ("arguments", "window"),
    [
        ({}, {"from": "2026-03-02T09:21:00Z", "to": "2026-03-03T09:21:00Z", "defaulted": True}),
        ({"since": "-2h"}, {"from": "2026-03-03T07:21:00Z", "to": "2026-03-03T09:21:00Z", "defaulted": True}),
        (
            {"since": "2026-03-03T09:00:00+01:00", "until": "-1h"},
            {"from": "2026-03-03T08:00:00Z", "to": "2026-03-03T08:21:00Z", "defaulted": False},
        ),
    ],
)
@pytest.mark.parametrize("tool", ["search_alerts", "search_deploys"])
async def test_the_window_is_told_as_it_was_understood(
    tmp_path: Path, tool: str, arguments: dict[str, str], window: dict[str, Any]
) -> None:
    async with house(tmp_path, demo()) as asked:
        answer = await asked.ask(tool, **arguments)
    assert answer["window"] == {**window, "now": "2026-03-03T09:21:00Z"}


@pytest.mark.parametrize("tool", ["search_alerts", "search_deploys", "search_logs", "query_metrics"])
async def test_a_wrong_window_is_refused(tmp_path: Path, tool: str) -> None:
    async with house(tmp_path, demo()) as asked:
        for wrong in ({"since": "2026-03-03T09:00:00"}, {"since": "now"}, {"since": "-91d"}, {"until": "noon"}):
            with pytest.raises(InvalidRequestError):
                await asked.ask(tool, **wrong)


@pytest.mark.parametrize(
    ("status", "names"),
    [
        ("active", {"Alertfiring", "Alertpending", "Alertacknowledged", "Alertsuppressed", "Alertunknown"}),
        ("firing", {"Alertfiring"}),
        ("resolved", {"Alertresolved"}),
        ("any", {f"Alert{one}" for one in AlertStatus}),
    ],
)
async def test_alerts_are_searched_by_status(tmp_path: Path, status: str, names: set[str]) -> None:
    shelf = Shelf("am", [alert(str(one), status=one) for one in AlertStatus])
    async with house(tmp_path, shelf.instance) as asked:
        assert set(column(await asked.ask("search_alerts", status=status), "name")) == names


async def test_alerts_come_worst_first_then_newest_first(tmp_path: Path) -> None:
    rows = [
        alert("resolved", 1, status=AlertStatus.RESOLVED, severity=Severity.CRITICAL),
        alert("unknown", 1),
        alert("new", 2, severity=Severity.WARNING),
        alert("old", 3, severity=Severity.WARNING),
        alert("worst", 50, severity=Severity.CRITICAL),
    ]
    async with house(tmp_path, Shelf("am", rows).instance) as asked:
        answer = await asked.ask("search_alerts", status="any")
    assert column(answer, "name") == ["Alertworst", "Alertnew", "Alertold", "Alertunknown", "Alertresolved"]


async def test_a_team_has_the_alerts_that_name_it_and_those_of_its_services(tmp_path: Path) -> None:
    rows = [
        alert("1", 1, team="web-team"),
        alert("2", 2, service="shop"),
        alert("3", 3, service="payments"),
        alert("4", 4, team="pay-team", service="payments"),
        alert("5", 5),
    ]
    am = Shelf("am", rows, capabilities=(AlertReader,))
    async with house(tmp_path, am.instance, catalog(shop="web-team", payments="pay-team")) as asked:
        answer = await asked.ask("search_alerts", team="web-team")
        first = await asked.ask("search_alerts", team="web-team", limit=1)
        second = await asked.ask("search_alerts", team="web-team", limit=1, cursor=first["next"])
    assert column(answer, "name") == ["Alert1", "Alert2"]
    assert answer["total"] == 2
    assert {source["instance"] for source in answer["sources"]} == {"am", "catalog"}
    assert column(first, "name") + column(second, "name") == ["Alert1", "Alert2"]
    assert "next" not in second


async def test_without_a_source_of_ownership_the_answer_says_what_it_cannot_know(tmp_path: Path) -> None:
    am = Shelf("am", [alert("1", team="web-team"), alert("2", service="shop")], capabilities=(AlertReader,))
    async with house(tmp_path, am.instance) as asked:
        answer = await asked.ask("search_alerts", team="web-team")
    assert column(answer, "name") == ["Alert1"]
    assert answer["notes"] == ["no ownership source is configured: only alerts that name the team are found"]


async def test_a_silent_source_of_ownership_makes_the_alerts_of_a_team_partial(tmp_path: Path) -> None:
    async def down(_method: str, _query: object, _call: Call) -> None:
        raise UnavailableError("catalog cannot be reached")

    am = Shelf("am", [alert("1", team="web-team")], capabilities=(AlertReader,))
    async with house(tmp_path, am.instance, scripted("catalog", down, capabilities=[OwnershipReader])) as asked:
        answer = await asked.ask("search_alerts", team="web-team")
    assert (answer["status"], column(answer, "name")) == ("partial", ["Alert1"])


@pytest.mark.parametrize(
    ("kind", "refs"),
    [
        ("any", {"config", "deploy", "flag", "rollback"}),
        ("all", {"commit", "config", "deploy", "flag", "rollback"}),
        ("commit", {"commit"}),
        ("flag", {"flag"}),
    ],
)
async def test_changes_are_searched_by_kind_and_commits_only_on_demand(
    tmp_path: Path, kind: str, refs: set[str]
) -> None:
    shelf = Shelf("git", [deploy(str(one), kind=one) for one in ChangeKind])
    async with house(tmp_path, shelf.instance) as asked:
        answer = await asked.ask("search_deploys", kind=kind)
    assert {ref.removeprefix("deploy:git/") for ref in column(answer, "ref")} == refs


async def test_an_answer_of_a_recording_is_marked_as_demo(tmp_path: Path) -> None:
    async with house(tmp_path / "a", demo()) as asked:
        assert (await asked.ask("search_alerts"))["demo"] is True
    async with house(tmp_path / "b", Shelf("am", []).instance) as asked:
        assert "demo" not in await asked.ask("search_alerts")

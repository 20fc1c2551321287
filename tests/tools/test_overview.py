"""The overview says what is going on, and which sources it has not heard."""

from pathlib import Path

import pytest

from opsloom.adapter_api.call import Call
from opsloom.adapter_api.capabilities import AlertReader, DeployReader, MetricReader, TicketReader
from opsloom.model.alerts import AlertStatus, Severity
from opsloom.model.deploys import ChangeKind
from opsloom.model.errors import UnavailableError
from opsloom.model.tickets import TicketStatus
from opsloom.providers.instance import BrokenInstance
from opsloom.tools.overview import ROWS_PER_SECTION
from tests.providers.scripted import scripted
from tests.tools.house import column, demo, house, record
from tests.tools.shelf import Shelf, alert, deploy, ticket


async def test_the_demo_in_one_view(tmp_path: Path) -> None:
    async with house(tmp_path, demo()) as asked:
        answer = await asked.ask("overview", service="checkout")
    sections = column(answer, "section")
    assert sections == sorted(sections, key=["alert", "change", "ticket", "owner"].index)
    assert set(sections) == {"alert", "change", "ticket", "owner"}
    assert record(answer)["state"] == "firing critical"
    assert record(answer)["what"].startswith("CheckoutHighErrorRate: ")
    assert record(answer, -1)["state"] == "on call: oncall-a"
    assert answer["window"]["from"] == "2026-03-03T07:21:00Z"


async def test_what_is_over_or_not_deployed_is_left_out(tmp_path: Path) -> None:
    rows = [alert("1"), alert("2", status=AlertStatus.RESOLVED)]
    changes = [deploy("1"), deploy("2", kind=ChangeKind.COMMIT)]
    tickets = [ticket("1"), ticket("2", status=TicketStatus.CLOSED), ticket("3", 60 * 24 * 20)]
    shelves = [
        Shelf("am", rows, (AlertReader,)),
        Shelf("git", changes, (DeployReader,)),
        Shelf("jira", tickets, (TicketReader,)),
    ]
    async with house(tmp_path, *(shelf.instance for shelf in shelves)) as asked:
        answer = await asked.ask("overview")
    assert column(answer, "ref") == ["alert:am/1", "deploy:git/1", "ticket:jira/1", "ticket:jira/3"]


async def test_a_section_shows_the_worst_and_how_many_there_are(tmp_path: Path) -> None:
    rows = [alert(str(number), number) for number in range(1, 40)] + [alert("x", 70, severity=Severity.CRITICAL)]
    async with house(tmp_path, Shelf("am", rows, (AlertReader,)).instance) as asked:
        answer = await asked.ask("overview")
    assert column(answer, "ref")[:2] == ["alert:am/x", "alert:am/1"]
    assert answer["notes"] == [f"alert: {ROWS_PER_SECTION} of 40 shown; search for the rest"]


async def test_all_clear_is_said_when_every_source_answered_and_has_nothing(tmp_path: Path) -> None:
    async with house(tmp_path, Shelf("am", [], (AlertReader,)).instance) as asked:
        answer = await asked.ask("overview")
    assert (answer["status"], answer["notes"]) == ("empty", ["alert: none, and every source answered"])


async def test_a_silent_source_is_no_all_clear(tmp_path: Path) -> None:
    async def down(_method: str, _query: object, _call: Call) -> None:
        raise UnavailableError("am-us cannot be reached")

    silent = scripted("am-us", down, capabilities=[AlertReader])
    async with house(tmp_path, Shelf("am-eu", [], (AlertReader,)).instance, silent) as asked:
        answer = await asked.ask("overview")
    assert answer["status"] == "partial"
    assert answer["notes"] == ["alert: NOT heard from am-us; this is no all-clear"]


@pytest.mark.parametrize("capabilities", [frozenset({AlertReader}), None], ids=["alerts", "unknown adapter"])
async def test_the_only_source_of_alerts_being_misconfigured_is_no_all_clear(
    tmp_path: Path, capabilities: frozenset[type] | None
) -> None:
    broken = BrokenInstance("am", "alertmanager", "base_url is missing", capabilities)
    async with house(tmp_path, Shelf("git", [deploy("1")], (DeployReader,)).instance, broken=[broken]) as asked:
        answer = await asked.ask("overview")
    assert answer["status"] == "partial"
    assert column(answer, "section") == ["change"]
    assert "alert: NOT heard from am; this is no all-clear" in answer["notes"]


async def test_without_a_service_the_owners_of_what_alerts_are_named(tmp_path: Path) -> None:
    async with house(tmp_path, demo()) as asked:
        answer = await asked.ask("overview")
    owners = [dict(zip(answer["columns"], row, strict=True)) for row in answer["rows"] if row[0] == "owner"]
    assert [(owner["service"], owner["state"]) for owner in owners] == [
        ("checkout", "on call: oncall-a"),
        ("storefront", "on call: oncall-d"),
    ]


async def test_a_misconfigured_instance_is_named_even_if_it_serves_no_section(tmp_path: Path) -> None:
    metrics_only = BrokenInstance("prom-eu", "prometheus", "base_url is missing", frozenset({MetricReader}))
    alerts = Shelf("am", [], (AlertReader,)).instance
    async with house(tmp_path, alerts, broken=[metrics_only]) as asked:
        answer = await asked.ask("overview")
    assert answer["status"] == "partial"
    assert [source["status"] for source in answer["sources"]] == ["ok", "misconfigured"]

"""What few providers have: incidents, messages, feature flags and SLOs."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from opsloom.adapter_api.call import Call
from opsloom.adapter_api.capabilities import ChatReader, FlagReader, IncidentReader, SloReader
from opsloom.model.alerts import Severity
from opsloom.model.errors import UnavailableError, UnsupportedError
from opsloom.model.flags import FeatureFlag
from opsloom.model.incidents import Incident, IncidentStatus
from opsloom.model.messages import Message
from opsloom.model.page import Page
from opsloom.model.refs import Ref, RefKind
from opsloom.model.slo import SloStatus
from opsloom.model.timeline import TimelineEntry
from opsloom.providers.instance import Instance
from tests.providers.scripted import scripted
from tests.tools.house import NOW, column, house, record


def holding(name: str, capability: type, *rows: Any, complete: bool = True) -> Instance:
    """A provider that filters by ``matches``, and finds the first row whatever id it is asked for."""

    async def answer(_method: str, query: Any, call: Call) -> Any:
        call.capture(method="READ", url=f"shelf:{name}", body=repr(query).encode(), status=200)
        if isinstance(query, str):
            return rows[0]
        found = tuple(row for row in rows if query.matches(row))
        return Page(rows=found[: query.limit], complete=complete, query=getattr(query, "thread", None) or "all")

    return scripted(name, answer, capabilities=(capability,))


def incident(number: int, **said: Any) -> Incident:
    fields: dict[str, Any] = {
        "ref": Ref(RefKind.INCIDENT, "pd", f"Q{number}"),
        "key": f"#{number}",
        "title": f"checkout fails {number}",
        "status": IncidentStatus.TRIGGERED,
        "severity": Severity.CRITICAL,
        "service": "checkout",
        "assignees": ("oncall-a",),
        "starts_at": NOW - timedelta(hours=number),
        "timeline": (TimelineEntry(at=NOW, kind="notify", author="pager", text="notified oncall-a"),),
    }
    return Incident(**{**fields, **said})


async def test_incidents_come_newest_first_and_by_what_is_asked(tmp_path: Path) -> None:
    over = incident(3, status=IncidentStatus.RESOLVED, ends_at=NOW, service="cart")
    async with house(tmp_path, holding("pd", IncidentReader, incident(2), incident(1), over)) as asked:
        assert column(await asked.ask("search_incidents"), "key") == ["#1", "#2", "#3"]
        assert column(await asked.ask("search_incidents", service="cart"), "key") == ["#3"]
        assert column(await asked.ask("search_incidents", status="resolved"), "key") == ["#3"]
        assert column(await asked.ask("search_incidents", query="fails 2"), "key") == ["#2"]


async def test_an_incident_that_began_before_the_window_and_is_open_is_in_it(tmp_path: Path) -> None:
    old = incident(30 * 24)
    async with house(tmp_path, holding("pd", IncidentReader, old)) as asked:
        assert (await asked.ask("search_incidents", since="-1h"))["total"] == 1


async def test_one_incident_has_its_timeline(tmp_path: Path) -> None:
    async with house(tmp_path, holding("pd", IncidentReader, incident(1))) as asked:
        fields = dict((await asked.ask("get_record", ref="incident:pd/Q1"))["rows"])
    assert "notified oncall-a" in str(fields["timeline"])


async def test_a_silent_source_of_incidents_is_no_all_clear(tmp_path: Path) -> None:
    async def down(_method: str, _query: object, _call: Call) -> None:
        raise UnavailableError("pd answered 503", instance="pd")

    dead = scripted("pd", down, capabilities=(IncidentReader,))
    async with house(tmp_path, dead, holding("sn", IncidentReader)) as asked:
        answer = await asked.ask("search_incidents")
    assert (answer["status"], answer["rows"]) == ("partial", [])


async def test_messages_of_a_thread_and_by_text(tmp_path: Path) -> None:
    said = [
        Message(at=NOW - timedelta(minutes=minute + 1), channel="inc", author="oncall-a", text=text, thread="C1:1")
        for minute, text in enumerate(("rolled back", "looking at it"))
    ]
    async with house(tmp_path, holding("slack", ChatReader, *said)) as asked:
        assert column(await asked.ask("search_messages", channel="inc"), "text") == ["rolled back", "looking at it"]
        answer = await asked.ask("search_messages", channel="inc", query="LOOKING", thread="C1:1")
    assert column(answer, "text") == ["looking at it"]
    assert answer["sources"][0]["query"] == "C1:1"


async def test_a_flag_says_where_it_is_on(tmp_path: Path) -> None:
    flags = [
        FeatureFlag(name="new-pool", type_raw="kill-switch", enabled={"prod": True, "dev": False}, changed_at=NOW),
        FeatureFlag(name="dark-mode", enabled={"dev": True}),
    ]
    async with house(tmp_path, holding("unleash", FlagReader, *flags)) as asked:
        every = await asked.ask("search_flags")
        assert column(every, "flag") == ["dark-mode", "new-pool"]
        row = record(await asked.ask("search_flags", query="POOL", environment="prod"))
    assert (row["flag"], row["enabled_in"], row["disabled_in"]) == ("new-pool", ["prod"], ["dev"])


async def test_flags_that_are_cut_are_said_to_be(tmp_path: Path) -> None:
    flags = [FeatureFlag(name=f"flag-{number}") for number in range(3)]
    async with house(tmp_path, holding("unleash", FlagReader, *flags, complete=False)) as asked:
        answer = await asked.ask("search_flags", limit=2)
    assert (answer["shown"], answer["total"]) == (2, None)
    assert any("more rows match" in note for note in answer["notes"])


async def test_the_objective_with_the_least_budget_left_comes_first(tmp_path: Path) -> None:
    def slo(name: str, budget_left: float | None) -> SloStatus:
        return SloStatus(
            name=name, service="checkout", objective=0.999, window_seconds=30 * 86_400, budget_left=budget_left, at=NOW
        )

    slos = (slo("untold", None), slo("fine", 0.7), slo("overspent", -0.2))
    async with house(tmp_path, holding("dd", SloReader, *slos)) as asked:
        answer = await asked.ask("search_slos", service="checkout")
    assert column(answer, "slo") == ["overspent", "fine", "untold"]
    assert column(answer, "window_days") == [30.0, 30.0, 30.0]


@pytest.mark.parametrize("tool", ["search_incidents", "search_flags", "search_slos"])
async def test_without_a_source_it_is_an_error_and_not_nothing(tmp_path: Path, tool: str) -> None:
    async with house(tmp_path, holding("slack", ChatReader)) as asked:
        with pytest.raises(UnsupportedError, match="no configured instance is a"):
            await asked.ask(tool)

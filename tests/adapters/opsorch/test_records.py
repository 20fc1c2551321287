"""Alerts, incidents, deploys and tickets, from canned replies."""

from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from opsloom.model.alerts import AlertQuery, AlertStatus, Severity
from opsloom.model.deploys import ChangeKind, DeployQuery, DeployStatus
from opsloom.model.errors import NotFoundError, UnavailableError, UnexpectedAnswerError, UnsupportedError
from opsloom.model.incidents import IncidentQuery, IncidentStatus
from opsloom.model.tickets import TicketQuery, TicketStatus
from opsloom_adapters.opsorch import OpsorchAdapter
from tests.adapters.opsorch.asking import INSTANCE, WINDOW, Core, call_at, connected
from tests.adapters.opsorch.replies import NEVER, alert, deployment, entry, incident, ticket

OTHER = {"service": "search"}
LONG_AGO = {"createdAt": "2024-01-01T00:00:00Z", "updatedAt": "2024-01-02T00:00:00Z"}


async def alerts(*rows: Any, settings: Any = None, core: Core | None = None, **asked: Any) -> Any:
    async with connected(core or Core({"POST /alerts/query": list(rows)}), **(settings or {})) as adapter:
        return await adapter.search_alerts(AlertQuery(**{"window": WINDOW, "limit": 10, **asked}), call_at())


async def incidents(*rows: Any, **asked: Any) -> Any:
    async with connected(Core({"POST /incidents/query": list(rows)})) as adapter:
        return await adapter.search_incidents(IncidentQuery(**{"window": WINDOW, "limit": 10, **asked}), call_at())


async def deploys(*rows: Any, core: Core | None = None, **asked: Any) -> Any:
    async with connected(core or Core({"POST /deployments/query": list(rows)})) as adapter:
        return await adapter.search_deploys(DeployQuery(**{"window": WINDOW, "limit": 10, **asked}), call_at())


async def tickets(*rows: Any, core: Core | None = None, settings: Any = None, **asked: Any) -> Any:
    async with connected(core or Core({"POST /tickets/query": list(rows)}), **(settings or {})) as adapter:
        return await adapter.search_tickets(TicketQuery(**{"window": WINDOW, "limit": 10, **asked}), call_at())


async def test_an_alert_is_mapped() -> None:
    (row,) = (await alerts(alert())).rows
    assert str(row.ref) == f"alert:{INSTANCE}/al-1"
    assert (row.status, row.status_raw, row.severity, row.severity_raw) == (
        AlertStatus.FIRING,
        "firing",
        Severity.CRITICAL,
        "critical",
    )
    assert (row.service, row.team, row.summary) == ("checkout", "payments", "p95 over 1.2 s")
    assert (row.starts_at, row.ends_at) == (datetime(2026, 3, 3, 9, tzinfo=UTC), None)
    assert row.link == "https://alerts.example.com/al-1"
    assert row.attributes == {"team": "payments", "environment": "prod", "attempts": "3", "noisy": "true"}


async def test_an_alert_that_is_over_ended_when_it_was_updated_last() -> None:
    (row,) = (await alerts(alert(status="ok"))).rows
    assert (row.status, row.ends_at) == (AlertStatus.RESOLVED, datetime(2026, 3, 3, 9, 10, tzinfo=UTC))
    assert (await alerts(alert(status="ok", **LONG_AGO))).rows == ()
    assert len((await alerts(alert(**LONG_AGO))).rows) == 1


async def test_times_come_in_any_zone_and_a_time_that_was_never_set_is_none() -> None:
    (row,) = (await alerts(alert(createdAt="2026-03-03T10:00:00+01:00", updatedAt=NEVER))).rows
    assert (row.starts_at, row.updated_at) == (datetime(2026, 3, 3, 9, tzinfo=UTC), None)
    (row,) = (await alerts(alert(createdAt="0001-01-01T00:00:00+01:00", status="odd"))).rows
    assert row.starts_at == datetime(2026, 3, 3, 9, 10, tzinfo=UTC)


async def test_the_scope_is_sent_as_a_hint_and_what_comes_is_checked() -> None:
    core = Core({"POST /alerts/query": [alert(), alert("al-2", **OTHER)]})
    page = await alerts(core=core, service="checkout", team="payments")
    assert core.body() == {"limit": 100, "scope": {"service": "checkout", "team": "payments"}}
    assert [row.ref.native_id for row in page.rows] == ["al-1"]
    assert (await alerts(alert(), service="no-such-service")).rows == ()


async def test_what_a_provider_may_take_for_its_own_syntax_is_not_sent() -> None:
    core = Core({"POST /alerts/query": [alert(), alert("al-2", title="other")]})
    page = await alerts(core=core, text="latency", severity=Severity.CRITICAL, statuses=frozenset({AlertStatus.FIRING}))
    assert core.body() == {"limit": 100}
    assert [row.ref.native_id for row in page.rows] == ["al-1"]


async def test_the_worst_alerts_come_first() -> None:
    rows = (await alerts(alert("a", severity="info"), alert("b", severity="high"), alert("c", severity="odd"))).rows
    assert [row.ref.native_id for row in rows] == ["b", "a", "c"]


async def test_as_many_rows_as_were_asked_for_may_not_be_all() -> None:
    page = await alerts(alert("a"), alert("b"), settings={"most_rows": 2})
    assert (page.complete, page.total) == (False, None)
    assert "does not tell which it left out" in page.notes[0]
    page = await alerts(alert("a"), alert("b"), settings={"most_rows": 3}, limit=1)
    assert (len(page.rows), page.complete, page.total, page.notes) == (1, False, 2, ())


async def test_null_is_how_go_writes_an_empty_list() -> None:
    page = await alerts(core=Core({"POST /alerts/query": None}))
    assert (page.rows, page.complete) == ((), True)


@pytest.mark.parametrize("body", [{}, {"alerts": []}, "none", [{"title": "no id"}]])
async def test_what_is_no_list_is_never_read_as_no_alerts(body: object) -> None:
    with pytest.raises(UnexpectedAnswerError):
        await alerts(core=Core({"POST /alerts/query": body}))


@pytest.mark.parametrize("url", ["", "javascript:alert(1)", "//elsewhere.example.com"])
async def test_what_no_browser_should_open_is_no_link(url: str) -> None:
    (row,) = (await alerts(alert(url=url))).rows
    assert row.link is None


async def test_a_capability_without_a_provider_is_unsupported_and_a_failing_one_unavailable() -> None:
    missing = {"code": "alert_provider_missing", "message": "alert provider not configured"}
    with pytest.raises(UnsupportedError, match="no provider for alerts"):
        await alerts(core=Core({"POST /alerts/query": httpx.Response(501, json=missing)}))
    failing = {"code": "provider_error", "message": "pagerduty api error: 500"}
    with pytest.raises(UnavailableError) as error:
        await alerts(core=Core({"POST /alerts/query": httpx.Response(502, json=failing)}))
    assert "pagerduty api error" in error.value.upstream


async def test_an_incident_is_mapped_and_has_its_timeline_in_order() -> None:
    core = Core(
        {
            "GET /incidents/inc-1": incident(),
            "GET /incidents/inc-1/timeline": [entry("t-2", "2026-03-03T08:50:00Z"), entry(actor=None)],
        }
    )
    async with connected(core) as adapter:
        row = await adapter.get_incident("inc-1", call_at())
    assert (row.status, row.status_raw, row.severity) == (IncidentStatus.ACKNOWLEDGED, "mitigating", Severity.ERROR)
    assert (row.service, row.team, row.summary) == ("checkout", "payments", "8 % of sessions time out")
    assert [(one.at.minute, one.author, one.text) for one in row.timeline] == [
        (35, "", "pool is exhausted"),
        (50, "oncall-a", "pool is exhausted"),
    ]
    assert core.asked == ["GET /incidents/inc-1", "GET /incidents/inc-1/timeline"]


async def test_incidents_that_were_open_in_the_window_come_newest_first() -> None:
    page = await incidents(
        incident("old", **LONG_AGO),
        incident("over", status="resolved", **LONG_AGO),
        incident("new"),
        incident("other", **OTHER),
        service="checkout",
    )
    assert [row.ref.native_id for row in page.rows] == ["new", "old"]
    assert page.rows[0].timeline == ()


async def test_a_deploy_is_mapped() -> None:
    (row,) = (await deploys(deployment())).rows
    assert (row.kind, row.status, row.status_raw) == (ChangeKind.DEPLOY, DeployStatus.SUCCEEDED, "success")
    assert (row.at, row.version, row.commit) == (datetime(2026, 3, 3, 8, tzinfo=UTC), "v2.31.4", "abc123")
    assert (row.service, row.environment, row.author) == ("checkout", "prod", "deploy-bot")
    assert row.link == "https://ci.example.com/deploy-1"


async def test_a_deploy_says_itself_that_it_went_back() -> None:
    (row,) = (await deploys(deployment(fields={"rollback": True}))).rows
    assert row.kind is ChangeKind.ROLLBACK


async def test_a_deploy_that_runs_has_no_end() -> None:
    (row,) = (await deploys(deployment(status="running", finishedAt=NEVER, actor=None, metadata=None))).rows
    assert (row.status, row.author, row.commit) == (DeployStatus.IN_PROGRESS, "", "")
    (row,) = (await deploys(deployment(startedAt=NEVER))).rows
    assert row.at == datetime(2026, 3, 3, 8, 4, tzinfo=UTC)


async def test_deploys_of_the_window_and_the_environment_come_newest_first() -> None:
    core = Core(
        {
            "POST /deployments/query": [
                deployment("a", startedAt="2026-03-03T07:30:00Z"),
                deployment("b"),
                deployment("c", environment="staging"),
                deployment("d", startedAt="2026-03-02T08:00:00Z"),
            ]
        }
    )
    page = await deploys(core=core, environment="prod", service="checkout")
    assert [row.ref.native_id for row in page.rows] == ["b", "a"]
    assert core.body()["scope"] == {"service": "checkout", "environment": "prod"}


async def test_a_ticket_is_mapped() -> None:
    (row,) = (await tickets(ticket(assignees=["oncall-a", "lead-b"]))).rows
    assert (row.key, row.status, row.status_raw) == ("OPS-TCK-1", TicketStatus.IN_PROGRESS, "in_progress")
    assert (row.priority, row.service, row.assignee, row.reporter) == ("P1", "checkout", "oncall-a, lead-b", "sre-bot")
    bare = ticket("7", key="", assignees=None, fields=None, description="")
    (row,) = (await tickets(bare)).rows
    assert (row.key, row.assignee, row.service) == ("7", "", None)


async def test_the_words_of_the_tracker_come_from_the_settings() -> None:
    settings = {"ticket_statuses": {"closed": ["Shipped"], "open": ["in progress"]}, "ticket_service_field": "comp"}
    rows = (
        await tickets(
            ticket("1", status="SHIPPED"), ticket("2", fields={"comp": "search"}), ticket("3", status="?"),
            settings=settings,
        )
    ).rows  # fmt: skip
    assert [row.status for row in rows] == [TicketStatus.CLOSED, TicketStatus.OPEN, TicketStatus.UNKNOWN]
    assert [row.service for row in rows] == [None, "search", None]


async def test_a_ticket_that_only_mentions_the_service_counts() -> None:
    core = Core({"POST /tickets/query": [ticket("1", fields={}), ticket("2", fields={}, title="search is slow")]})
    page = await tickets(core=core, service="checkout")
    assert core.body() == {"limit": 100}
    assert [row.ref.native_id for row in page.rows] == ["1"]


@pytest.mark.parametrize(
    ("look_up", "path", "reply"),
    [
        ("get_alert", "alerts", alert()),
        ("get_deploy", "deployments", deployment()),
        ("get_ticket", "tickets", ticket()),
    ],
)
async def test_a_record_is_read_by_its_id_with_one_request(look_up: str, path: str, reply: Any) -> None:
    core = Core({f"GET /{path}/{reply['id']}": reply})
    async with connected(core) as adapter:
        row = await getattr(adapter, look_up)(reply["id"], call_at())
        with pytest.raises(NotFoundError):
            await getattr(adapter, look_up)("a/b?c", call_at())
    assert row.ref.native_id == reply["id"]
    assert core.requests[-1].url.raw_path == f"/{path}/a%2Fb%3Fc".encode()


async def test_the_probe_wants_to_hear_that_all_is_well() -> None:
    async with connected(Core({"GET /health": {"status": "ok"}})) as adapter:
        assert (await adapter.probe(call_at())).server_time == datetime(2026, 3, 3, 9, 20, tzinfo=UTC)
    async with connected(Core({"GET /health": {"status": "down"}})) as adapter:
        with pytest.raises(UnexpectedAnswerError):
            await adapter.probe(call_at())


def test_the_manifest_names_the_one_token() -> None:
    assert {scope.name for scope in OpsorchAdapter.manifest.scopes} == {"OPSORCH_BEARER_TOKEN"}

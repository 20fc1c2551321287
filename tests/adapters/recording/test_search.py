"""Filters, links, words and arguments."""

from pathlib import Path
from typing import Any

import pytest

from opsloom.model.alerts import AlertQuery, AlertStatus, Severity
from opsloom.model.deploys import ChangeKind, DeployQuery, DeployStatus
from opsloom.model.errors import InvalidRequestError, NotFoundError
from opsloom.model.limits import DIFF_MAX_CHARS, FILES_PER_CHANGE_MAX
from opsloom.model.logs import LogQuery, LogSeverity
from opsloom.model.metrics import MetricCatalogQuery, MetricQuery
from opsloom.model.ownership import OwnershipQuery, ServiceQuery
from opsloom.model.page import Page
from opsloom.model.tickets import TicketQuery
from opsloom.model.topology import DependencyQuery
from tests.adapters.recording.recordings import DEMO, NOW, alert, call, last, replay, write

HOUR = last(hours=1)
HOSTILE = ('x"} or vector(1) or {a="', "--output=/etc/x", "../../etc/passwd", "{id}", "a\nb", "\x00")


async def test_alerts_are_newest_first_and_filtered_by_every_field() -> None:
    async with replay(DEMO) as adapter:
        every = await adapter.search_alerts(AlertQuery(window=last(hours=3), limit=10), call())
        some = AlertQuery(
            window=HOUR,
            text="checkout requests",
            service="checkout",
            team="checkout-team",
            statuses=frozenset({AlertStatus.FIRING}),
            severity=Severity.CRITICAL,
            limit=10,
        )
        one = await adapter.search_alerts(some, call())
    assert [alert.name for alert in every.rows] == [
        "StorefrontSlowPages",
        "CheckoutHighErrorRate",
        "SessionsDbReplicationLag",
    ]
    assert one.rows == every.rows[1:2]


async def test_unknown_words_stay_beside_unknown(tmp_path: Path) -> None:
    odd = alert(status="snoring", severity="apocalyptic", signal="smell")
    change = {"id": "c-1", "kind": "deploy", "at": "2026-03-03T09:00:00Z", "status": "wobbly"}
    async with replay(write(tmp_path, {"alerts.jsonl": [odd], "changes.jsonl": [change]})) as adapter:
        told = await adapter.get_alert("a-1", call())
        deploy = await adapter.get_deploy("c-1", call())
    assert (told.status, told.status_raw) == (AlertStatus.UNKNOWN, "snoring")
    assert (told.severity, told.severity_raw, told.signal) == (Severity.UNKNOWN, "apocalyptic", None)
    assert (deploy.status, deploy.status_raw) == (DeployStatus.UNKNOWN, "wobbly")


async def test_null_counts_as_absent(tmp_path: Path) -> None:
    files = {
        "alerts.jsonl": [alert(severity=None, labels=None, summary=None)],
        "changes.jsonl": [
            {"id": 7, "kind": "deploy", "at": "2026-03-03T09:00:00Z"} | dict.fromkeys(("files", "diff", "service"))
        ],
    }
    async with replay(write(tmp_path, files)) as adapter:
        assert (await adapter.get_alert("a-1", call())).summary == ""
        deploy = await adapter.get_deploy("7", call())
    assert (deploy.files, deploy.diff, deploy.service, deploy.status) == ((), "", None, DeployStatus.SUCCEEDED)


async def test_long_changes_are_cut(tmp_path: Path) -> None:
    change = {"id": "c-1", "kind": "commit", "at": "2026-03-03T09:00:00Z", "diff": "+" * 2 * DIFF_MAX_CHARS}
    files = [f"f{number}" for number in range(2 * FILES_PER_CHANGE_MAX)]
    async with replay(write(tmp_path, {"changes.jsonl": [{**change, "files": files}]})) as adapter:
        deploy = await adapter.get_deploy("c-1", call())
    assert (len(deploy.diff), len(deploy.files)) == (DIFF_MAX_CHARS, FILES_PER_CHANGE_MAX)
    assert deploy.commit == "c-1"


async def test_every_kind_of_change_is_read(tmp_path: Path) -> None:
    changes = [{"id": kind, "kind": kind, "at": "2026-03-03T09:00:00Z"} for kind in ChangeKind]
    async with replay(write(tmp_path, {"changes.jsonl": changes})) as adapter:
        for kind in ChangeKind:
            query = DeployQuery(window=HOUR, kinds=frozenset({kind}), limit=10)
            assert [row.kind for row in (await adapter.search_deploys(query, call())).rows] == [kind]


async def test_logs_are_filtered_by_service_text_and_least_severity() -> None:
    query = LogQuery(window=HOUR, service="checkout", text="POOL", severity=LogSeverity.WARN, limit=50)
    async with replay(DEMO) as adapter:
        page = await adapter.search_logs(query, call())
    assert {(one.service, one.severity, one.severity_raw) for one in page.rows} == {
        ("checkout", LogSeverity.ERROR, "ERROR")
    }
    assert [one.at for one in page.rows] == sorted((one.at for one in page.rows), reverse=True)


async def test_tickets_are_found_by_what_they_say() -> None:
    query = TicketQuery(window=last(hours=24 * 60), text="payment_pool_max", service="checkout", limit=5)
    async with replay(DEMO) as adapter:
        page = await adapter.search_tickets(query, call())
    assert [ticket.key for ticket in page.rows] == ["CHK-318", "INC-57"]


async def test_edges_of_a_service_go_both_ways() -> None:
    async with replay(DEMO) as adapter:
        page = await adapter.get_dependencies(DependencyQuery(window=HOUR, service="payments", limit=5), call())
    edges = [(edge.caller, edge.callee, edge.external) for edge in page.rows]
    assert edges == [
        ("checkout", "payments", False),
        ("payments", "card-network", True),
        ("checkout", "payments", False),
    ]
    assert [edge.source for edge in page.rows] == ["observed", "observed", "declared"]


async def test_the_owner_of_a_service_comes_with_people_steps_and_neighbours() -> None:
    async with replay(DEMO) as adapter:
        page = await adapter.get_ownership(OwnershipQuery(at=NOW, service="checkout"), call())
    (owner,) = page.rows
    assert owner.service is not None
    assert (owner.service.owner, owner.service.runbooks[0].title) == ("checkout-team", "High error rate")
    assert [team.name for team in owner.teams] == ["checkout-team"]
    assert [(step.after_seconds, step.notify) for step in owner.escalation] == [
        (0, "on-call of checkout-team"),
        (900, "platform lead"),
        (1800, "director"),
        (2700, "vendor bridge"),
    ]
    assert (owner.upstream, owner.downstream) == (("storefront",), ("payments", "inventory", "sessions-db"))


@pytest.mark.parametrize(
    ("path", "owner"),
    [
        ("services/checkout/payment_client.py", "checkout"),
        ("./services/checkout/payment_client.py", "checkout"),
        ("services/checkout/legacy/x.py", "legacy"),
        ("services/checkout-ui/x.py", None),
        ("/services/checkout/x.py", None),
        ("", None),
    ],
)
async def test_a_path_belongs_to_the_longest_folder_that_holds_it(tmp_path: Path, path: str, owner: str | None) -> None:
    services = [
        {"name": "checkout", "paths": ["services/checkout/"]},
        {"name": "legacy", "paths": ["services/checkout/legacy"]},
    ]
    async with replay(write(tmp_path, {"services.json": services})) as adapter:
        page = await adapter.get_ownership(OwnershipQuery(at=NOW, path=path), call())
    assert [row.service.name for row in page.rows if row.service] == ([owner] if owner else [])
    assert all("services/checkout" in row.matched_by for row in page.rows)


async def test_a_path_that_climbs_is_refused() -> None:
    async with replay(DEMO) as adapter:
        with pytest.raises(InvalidRequestError, match=r"without \.\."):
            await adapter.get_ownership(OwnershipQuery(at=NOW, path="services/checkout/../payments/x"), call())


async def test_services_are_found_by_name_or_title() -> None:
    async with replay(DEMO) as adapter:
        by_title = await adapter.search_services(ServiceQuery(text="DATABASE", limit=5), call())
        cut = await adapter.search_services(ServiceQuery(limit=2), call())
    assert [service.name for service in by_title.rows] == ["sessions-db"]
    assert (len(cut.rows), cut.total, cut.complete) == (2, 6, False)


async def test_links_lead_to_the_record_and_to_the_question() -> None:
    async with replay(DEMO) as adapter:
        page = await adapter.search_alerts(AlertQuery(window=HOUR, service="checkout", limit=5), call())
        flag = await adapter.get_deploy("flag-2207", call())
    assert page.rows[0].link == "https://alerts.example.com/a/a-7f31"
    assert page.link == (
        "https://alerts.example.com/?service=checkout&from=2026-03-03T08%3A21%3A00Z&to=2026-03-03T09%3A21%3A00Z"
    )
    assert flag.link == "https://flags.example.com/events/flag-2207"


async def test_without_templates_there_are_no_links(tmp_path: Path) -> None:
    async with replay(write(tmp_path, {"alerts.jsonl": [alert()]})) as adapter:
        page = await adapter.search_alerts(AlertQuery(window=HOUR, limit=5), call())
    assert (page.link, page.rows[0].link) == (None, None)


async def test_the_question_is_told_as_it_was_put() -> None:
    query = LogQuery(window=HOUR, text="pool", severity=LogSeverity.ERROR, limit=5)
    async with replay(DEMO) as adapter:
        page = await adapter.search_logs(query, call())
    assert page.query == (
        "logs.jsonl text=pool severity=error limit=5 from=2026-03-03T08:21:00Z to=2026-03-03T09:21:00Z"
    )


@pytest.mark.parametrize("hostile", HOSTILE)
async def test_a_hostile_argument_finds_nothing_and_leads_nowhere_else(hostile: str) -> None:
    async with replay(DEMO) as adapter:
        series = MetricQuery(window=HOUR, step_seconds=60, metric=hostile, service=hostile, limit=5)
        pages: list[Page[Any]] = [
            await adapter.search_alerts(AlertQuery(window=HOUR, service=hostile, limit=5), call()),
            await adapter.search_deploys(
                DeployQuery(window=HOUR, kinds=frozenset({ChangeKind.DEPLOY}), environment=hostile, limit=5), call()
            ),
            await adapter.search_logs(LogQuery(window=HOUR, text=hostile, limit=5), call()),
            await adapter.search_tickets(TicketQuery(window=HOUR, service=hostile, limit=5), call()),
            await adapter.search_services(ServiceQuery(text=hostile, limit=5), call()),
            await adapter.get_ownership(OwnershipQuery(at=NOW, service=hostile), call()),
            await adapter.get_dependencies(DependencyQuery(window=HOUR, service=hostile, limit=5), call()),
            await adapter.list_metrics(MetricCatalogQuery(window=HOUR, service=hostile, limit=5), call()),
            await adapter.query_metrics(series, call()),
        ]
        for native_id in (hostile, f"a-7f31/{hostile}"):
            with pytest.raises(NotFoundError):
                await adapter.get_alert(native_id, call())
    assert all(page.rows == () for page in pages)
    for link in filter(None, (page.link for page in pages)):
        assert link.startswith("https://")
        assert not set(link) & set('"{}\n\x00 ')
        assert "../" not in link

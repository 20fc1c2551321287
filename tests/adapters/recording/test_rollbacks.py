"""What becomes of metrics, alerts and time in the world of a recording after a rollback."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from opsloom.model.alerts import AlertQuery, AlertStatus
from opsloom.model.changes import AcknowledgeAlert, ChangeRevision, SendMessage
from opsloom.model.deploys import ChangeKind, DeployQuery
from opsloom.model.errors import InvalidRequestError
from opsloom.model.logs import LogQuery
from opsloom.model.metrics import MetricCatalogQuery, MetricQuery
from opsloom.model.tickets import TicketQuery
from opsloom.model.window import Window
from opsloom_adapters.recording import RecordingAdapter
from tests.adapters.recording.changes import change_world, plan
from tests.adapters.recording.recordings import DEMO, NOW, alert, at, call, csv_of, drill, last, replay

CHECKOUT = ChangeRevision(service="checkout")
INVENTORY = ChangeRevision(service="inventory")
LATER = at("09:31")


async def points(
    adapter: RecordingAdapter,
    metric: str = "http_error_ratio",
    service: str = "checkout",
    *,
    now: datetime = LATER,
    hours: float = 1,
) -> dict[datetime, float]:
    """The points of one series in the window that ends just after ``now``."""
    window = last(hours=hours, until=now + timedelta(seconds=1))
    query = MetricQuery(window=window, step_seconds=60, service=service, metric=metric, limit=1)
    page = await adapter.query_metrics(query, call(now))
    return {datetime.fromtimestamp(seconds, NOW.tzinfo): value for seconds, value in page.rows[0].points}


async def statuses(adapter: RecordingAdapter, now: datetime) -> dict[str, AlertStatus]:
    page = await adapter.search_alerts(AlertQuery(window=last(hours=1, until=now), limit=9), call(now))
    return {one.ref.native_id: one.status for one in page.rows}


async def test_a_rollback_is_a_change_among_the_others() -> None:
    async with replay(DEMO) as adapter:
        _, receipt = await change_world(adapter, CHECKOUT)
        asked = call(LATER)
        page = await adapter.search_deploys(DeployQuery(window=last(hours=1, until=LATER), limit=1), asked)
        (deploy,) = page.rows
        assert await adapter.get_deploy(receipt.native_id, call(LATER)) == deploy
    assert (deploy.kind, deploy.service, deploy.at, deploy.author) == (ChangeKind.ROLLBACK, "checkout", NOW, "opsloom")
    assert (deploy.version, deploy.previous_version) == ("v2.41.3", "v2.42.0")
    assert deploy.title == "Roll back checkout in production from v2.42.0 to v2.41.3"
    assert [exchange.url for exchange in asked.exchanges if exchange.body] == ["recording:checkout/world/changes.jsonl"]


async def test_a_healing_rollback_brings_the_metrics_back_after_its_delay() -> None:
    async with replay(DEMO) as adapter:
        await change_world(adapter, CHECKOUT)
        errors = await points(adapter)
        pages = await points(adapter, "http_request_duration_p99_seconds", "storefront")
    assert list(errors)[-1] == LATER
    assert all(value > 0.2 for moment, value in errors.items() if at("09:12") <= moment <= at("09:22"))
    assert all(value < 0.01 for moment, value in errors.items() if moment > at("09:22"))
    assert all(value < 1.1 for moment, value in pages.items() if moment > at("09:22"))
    assert len({value for moment, value in errors.items() if moment > at("09:22")}) > 5


async def test_what_the_rolled_back_version_brought_is_gone_with_it() -> None:
    async with replay(DEMO) as adapter:
        await change_world(adapter, CHECKOUT)
        pool = await points(adapter, "payment_client_pool_in_use_ratio")
    assert max(pool) == at("09:22")


async def test_alerts_resolve_a_minute_after_what_they_watch_and_stay_so() -> None:
    async with replay(DEMO) as adapter:
        await change_world(adapter, CHECKOUT)
        assert set((await statuses(adapter, at("09:22:59"))).values()) == {AlertStatus.FIRING}
        assert set((await statuses(adapter, at("09:23"))).values()) == {AlertStatus.RESOLVED}
        asked = call(LATER)
        over = await adapter.get_alert("a-7f31", asked)
    assert (over.status, over.ends_at) == (AlertStatus.RESOLVED, at("09:23"))
    told = {exchange.url: exchange.body for exchange in asked.exchanges}
    assert b'"ends_at":"2026-03-03T09:23:00Z"' in told["recording:checkout/world/alerts.jsonl"]
    assert b"ends_at" not in told["recording:checkout/alerts.jsonl"]


async def test_the_wrong_rollback_is_done_and_helps_nobody() -> None:
    async with replay(DEMO) as adapter:
        await change_world(adapter, INVENTORY)
        errors = await points(adapter)
        assert all(value > 0.2 for moment, value in errors.items() if moment >= at("09:12"))
        assert list(errors)[-1] == LATER
        assert set((await statuses(adapter, LATER)).values()) == {AlertStatus.FIRING}


async def test_the_culprit_run_again_breaks_again_what_its_rollback_healed(tmp_path: Path) -> None:
    async with replay(drill(tmp_path)) as adapter:
        order, _ = await change_world(adapter, ChangeRevision(service="web"), marker="opsloom-1")
        assert order.plan.inverse is not None
        await change_world(adapter, order.plan.inverse, at("09:26"), marker="opsloom-2")
        errors = await points(adapter, "errors", "web")
        page = await adapter.search_deploys(DeployQuery(window=last(hours=1, until=LATER), limit=2), call(LATER))
        assert await statuses(adapter, at("09:28")) == {"a-1": AlertStatus.RESOLVED}
        assert await statuses(adapter, at("09:29")) == {"a-1": AlertStatus.FIRING}
    ill = [moment for moment, value in errors.items() if value == 9]
    well = [moment for moment, value in errors.items() if value == 1 and moment > NOW]
    assert (min(well), max(well)) == (at("09:24"), at("09:28"))
    assert (max(ill), at("09:29") in ill) == (LATER, True)
    assert [(one.kind, one.version) for one in page.rows] == [(ChangeKind.DEPLOY, "2"), (ChangeKind.ROLLBACK, "1")]


async def test_a_rollback_in_another_environment_heals_nothing(tmp_path: Path) -> None:
    deploy = {"kind": "deploy", "service": "web", "at": "2026-03-03T09:00:00Z", "version": "2", "previous_version": "1"}
    changes = [{**deploy, "id": "d-2", "environment": "production"}, {**deploy, "id": "d-3", "environment": "staging"}]
    async with replay(drill(tmp_path, changes_jsonl=changes)) as adapter:
        await change_world(adapter, ChangeRevision(service="web", environment="staging"), marker="opsloom-1")
        assert await statuses(adapter, LATER) == {"a-1": AlertStatus.FIRING}
        await change_world(adapter, ChangeRevision(service="web", environment="production"), marker="opsloom-2")
        assert await statuses(adapter, LATER) == {"a-1": AlertStatus.RESOLVED}


async def test_a_rollback_before_the_end_of_the_recording_takes_the_word_from_it(tmp_path: Path) -> None:
    async with replay(drill(tmp_path)) as adapter:
        await change_world(adapter, ChangeRevision(service="web"), at("09:15"))
        errors = await points(adapter, "errors", "web", now=at("09:25"))
    assert {moment for moment, value in errors.items() if value == 9} == {at(f"09:{m}") for m in range(10, 18)}
    assert list(errors)[-1] == at("09:25")


async def test_what_was_deployed_after_a_rollback_runs_in_its_place(tmp_path: Path) -> None:
    deploy = {"id": "d-2", "kind": "deploy", "service": "web", "version": "2", "previous_version": "1"}
    changes = [
        {**deploy, "at": "2026-03-03T09:00:00Z"},
        {**deploy, "id": "d-3", "at": "2026-03-03T09:18:00Z", "version": "3"},
    ]
    async with replay(drill(tmp_path, changes_jsonl=changes)) as adapter:
        _, receipt = await change_world(adapter, ChangeRevision(service="web"), at("09:15"))
        rolled_back = await adapter.get_deploy(receipt.native_id, call(NOW))
        planned = await plan(adapter, ChangeRevision(service="web"))
    assert (rolled_back.previous_version, rolled_back.version) == ("2", "1")
    assert planned.observed == (("change", "d-3"), ("version", "3"))


async def test_samples_of_the_world_are_marked_and_never_lines_of_the_file() -> None:
    window = Window(start=at("09:20"), end=at("09:25"))
    query = MetricQuery(window=window, step_seconds=60, service="checkout", metric="http_error_ratio", limit=1)
    async with replay(DEMO) as adapter:
        await change_world(adapter, CHECKOUT)
        asked = call(LATER)
        page = await adapter.query_metrics(query, asked)
    bodies = {exchange.url: exchange.body.splitlines() for exchange in asked.exchanges}
    recorded, made = bodies["recording:checkout/series.csv"], bodies["recording:checkout/world/series.csv"]
    assert [int(line.split(b",")[2]) for line in recorded] == [at("09:20").timestamp(), at("09:21").timestamp()]
    assert [int(line.split(b",")[2]) for line in made] == [at(f"09:2{minute}").timestamp() for minute in (2, 3, 4)]
    assert [float(line.split(b",")[3]) for line in recorded + made] == [value for _, value in page.rows[0].points]
    assert "points after 2026-03-03T09:21:00Z are how the recording goes on" in page.notes[0]


async def test_the_same_samples_are_told_for_every_window() -> None:
    async with replay(DEMO) as adapter:
        await change_world(adapter, CHECKOUT)
        whole = await points(adapter, hours=2)
        late = await points(adapter, hours=301 / 3600)
    # To the second: a sample at the start of the window belongs to it.
    assert late == {moment: value for moment, value in whole.items() if moment >= at("09:26")}


async def test_counters_and_series_that_had_ended_are_not_made_up(tmp_path: Path) -> None:
    minutes = range(int(at("08:00").timestamp()), int(NOW.timestamp()) + 1, 60)
    samples = [
        *(("web", "hits_total", seconds, seconds) for seconds in minutes),
        *(("web", "old", seconds, 5) for seconds in minutes if seconds < at("09:00").timestamp()),
        *(("web", "load", seconds, 5) for seconds in minutes),
    ]
    query = MetricCatalogQuery(window=Window(start=at("09:22"), end=LATER), limit=9)
    async with replay(drill(tmp_path, series_csv=csv_of(samples))) as adapter:
        await change_world(adapter, SendMessage(channel="web", text="x"))
        page = await adapter.list_metrics(query, call(LATER))
    assert [told.name for told in page.rows] == ["load"]


async def test_time_stands_still_until_something_is_changed() -> None:
    window = Window(start=at("09:25"), end=LATER)
    query = AlertQuery(window=window, limit=9)
    async with replay(DEMO) as adapter:
        with pytest.raises(InvalidRequestError, match="stands at 2026-03-03T09:21:00Z"):
            await adapter.search_alerts(query, call(LATER))
        await change_world(adapter, AcknowledgeAlert(alert="a-7f31"))
        page = await adapter.search_alerts(query, call(LATER))
        errors = await points(adapter)
    assert len(page.rows) == 2
    assert all(value > 0.2 for moment, value in errors.items() if moment >= at("09:12"))


async def test_what_is_recorded_after_the_clock_stays_unknown_when_time_goes_on(tmp_path: Path) -> None:
    later = "2026-03-03T09:25:00Z"
    change = {"id": "d-3", "kind": "deploy", "service": "web", "at": later, "version": "3"}
    ahead = alert(id="a-2", starts_at=later)
    ticket = {"id": "1", "title": "x", "created_at": later, "updated_at": later}
    files = {"alerts_jsonl": [ahead], "changes_jsonl": [change], "tickets_jsonl": [ticket]}
    async with replay(drill(tmp_path, **files)) as adapter:
        await change_world(adapter, SendMessage(channel="web", text="x"))
        window = last(hours=1, until=LATER)
        assert (await adapter.search_alerts(AlertQuery(window=window, limit=9), call(LATER))).rows == ()
        assert (await adapter.search_deploys(DeployQuery(window=window, limit=9), call(LATER))).rows == ()
        assert (await adapter.search_tickets(TicketQuery(window=window, limit=9), call(LATER))).rows == ()


async def test_logs_end_with_the_recording_and_say_so() -> None:
    async with replay(DEMO) as adapter:
        await change_world(adapter, CHECKOUT)
        page = await adapter.search_logs(LogQuery(window=last(hours=1, until=LATER), limit=1), call(LATER))
        assert "stands at 2026-03-03T09:21:00Z" in page.notes[0]
        with pytest.raises(InvalidRequestError, match="stands at 2026-03-03T09:21:00Z"):
            await adapter.search_logs(LogQuery(window=Window(start=at("09:25"), end=LATER), limit=1), call(LATER))

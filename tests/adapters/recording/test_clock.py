"""Nothing after the clock exists: that of the call, or of the recording, whichever is earlier."""

from datetime import timedelta
from pathlib import Path

import pytest

from opsloom.model.alerts import AlertQuery, AlertStatus
from opsloom.model.deploys import DeployQuery
from opsloom.model.errors import InvalidRequestError, NotFoundError
from opsloom.model.logs import LogQuery
from opsloom.model.metrics import MetricCatalogQuery, MetricQuery
from opsloom.model.ownership import OwnershipQuery
from opsloom.model.tickets import TicketQuery
from opsloom.model.topology import DependencyQuery
from opsloom.model.window import Window
from tests.adapters.recording.recordings import DEMO, NOW, alert, at, call, csv_of, last, replay, write

WHOLE_DAY = Window(start=at("00:00"), end=at("23:59"))


async def test_alerts_that_start_later_do_not_exist() -> None:
    async with replay(DEMO) as adapter:
        page = await adapter.search_alerts(AlertQuery(window=WHOLE_DAY, limit=10), call(at("09:15")))
        assert [alert.name for alert in page.rows] == ["CheckoutHighErrorRate", "SessionsDbReplicationLag"]
        with pytest.raises(NotFoundError):
            await adapter.get_alert("a-7f36", call(at("09:15")))


async def test_an_alert_that_ends_later_is_still_firing_and_its_evidence_does_not_tell(
    tmp_path: Path,
) -> None:
    ended = alert(status="Resolved", ends_at="2026-03-03T09:18:00Z", updated_at="2026-03-03T09:18:00Z")
    async with replay(write(tmp_path, {"alerts.jsonl": [ended]})) as adapter:
        during, after = call(at("09:17:59")), call(at("09:18"))
        firing, over = await adapter.get_alert("a-1", during), await adapter.get_alert("a-1", after)
    assert (firing.status, firing.status_raw) == (AlertStatus.FIRING, "firing")
    assert (firing.ends_at, firing.updated_at) == (None, None)
    assert b"09:18" not in during.exchanges[0].body
    assert (over.status, over.ends_at) == (AlertStatus.RESOLVED, at("09:18"))
    assert b"09:18" in after.exchanges[0].body


async def test_an_acknowledged_alert_that_ends_later_stays_acknowledged(tmp_path: Path) -> None:
    acknowledged = alert(status="acknowledged", ends_at="2026-03-03T09:18:00Z")
    async with replay(write(tmp_path, {"alerts.jsonl": [acknowledged]})) as adapter:
        assert (await adapter.get_alert("a-1", call(at("09:16")))).status is AlertStatus.ACKNOWLEDGED


async def test_changes_that_happen_later_do_not_exist() -> None:
    async with replay(DEMO) as adapter:
        page = await adapter.search_deploys(DeployQuery(window=WHOLE_DAY, limit=10), call(at("09:10:59")))
        assert "flag-2207" not in [deploy.ref.native_id for deploy in page.rows]
        with pytest.raises(NotFoundError):
            await adapter.get_deploy("flag-2207", call(at("09:10:59")))
        assert await adapter.get_deploy("flag-2207", call(at("09:11")))


async def test_log_entries_that_are_written_later_do_not_exist() -> None:
    query = LogQuery(window=WHOLE_DAY, text="pool exhausted", limit=10)
    async with replay(DEMO) as adapter:
        assert (await adapter.search_logs(query, call(at("09:11:59")))).rows == ()
        assert (await adapter.search_logs(query, call(NOW))).rows


async def test_points_that_are_measured_later_do_not_exist() -> None:
    query = MetricQuery(window=WHOLE_DAY, step_seconds=60, metric="http_error_ratio", service="checkout", limit=1)
    async with replay(DEMO) as adapter:
        (series,) = (await adapter.query_metrics(query, call(at("09:11:30")))).rows
    assert series.points[-1][0] == at("09:11").timestamp()
    assert max(value for _, value in series.points) < 0.01


async def test_a_metric_whose_first_point_lies_ahead_is_not_listed() -> None:
    query = MetricCatalogQuery(window=WHOLE_DAY, text="payment_client_pool", limit=10)
    async with replay(DEMO) as adapter:
        assert (await adapter.list_metrics(query, call(at("08:33:59")))).rows == ()
        assert len((await adapter.list_metrics(query, call(at("08:34")))).rows) == 1


async def test_a_ticket_that_is_updated_later_is_left_out() -> None:
    query = TicketQuery(window=WHOLE_DAY, limit=10)
    async with replay(DEMO) as adapter:
        assert (await adapter.search_tickets(query, call(at("09:11")))).rows == ()
        assert (await adapter.search_tickets(query, call(at("09:11:30")))).rows[0].key == "CHK-318"
        with pytest.raises(NotFoundError):
            await adapter.get_ticket("1318", call(at("09:11")))


async def test_the_shift_is_that_of_the_clock_even_if_a_later_time_is_asked_for() -> None:
    query = OwnershipQuery(at=NOW, service="checkout")
    async with replay(DEMO) as adapter:
        before = await adapter.get_ownership(query, call(NOW - timedelta(days=2)))
        present = await adapter.get_ownership(query, call(NOW))
    assert [shift.user for shift in before.rows[0].on_call] == ["oncall-b"]
    assert [shift.user for shift in present.rows[0].on_call] == ["oncall-a"]


async def test_the_clock_of_the_recording_holds_when_the_call_is_later(tmp_path: Path) -> None:
    later = "2026-03-03T09:22:00Z"
    files = {
        "alerts.jsonl": [alert(), alert(id="a-2", starts_at=later)],
        "changes.jsonl": [{"id": "c-1", "kind": "deploy", "at": later}],
        "logs.jsonl": [{"at": later, "message": "later"}],
        "series.csv": csv_of([("web", "errors", at("09:22").timestamp(), 1)]),
    }
    window = Window(start=at("09:00"), end=at("10:00"))
    async with replay(write(tmp_path, files)) as adapter:
        alerts = await adapter.search_alerts(AlertQuery(window=window, limit=10), call(at("10:00")))
        changes = await adapter.search_deploys(DeployQuery(window=window, limit=10), call(at("10:00")))
        logs = await adapter.search_logs(LogQuery(window=window, limit=10), call(at("10:00")))
        metrics = await adapter.list_metrics(MetricCatalogQuery(window=window, limit=10), call(at("10:00")))
    assert [one.ref.native_id for one in alerts.rows] == ["a-1"]
    assert (changes.rows, logs.rows, metrics.rows) == ((), (), ())
    assert all("09:21:00Z" in page.notes[0] for page in (alerts, changes, logs, metrics))


async def test_a_window_that_starts_after_the_clock_is_refused_and_not_empty() -> None:
    window = last(hours=1, until=NOW + timedelta(days=200))
    async with replay(DEMO) as adapter:
        for ask in (
            adapter.search_alerts(AlertQuery(window=window, limit=10), call(window.end)),
            adapter.search_deploys(DeployQuery(window=window, limit=10), call(window.end)),
            adapter.search_logs(LogQuery(window=window, limit=10), call(window.end)),
            adapter.search_tickets(TicketQuery(window=window, limit=10), call(window.end)),
            adapter.list_metrics(MetricCatalogQuery(window=window, limit=10), call(window.end)),
            adapter.get_dependencies(DependencyQuery(window=window, limit=10), call(window.end)),
        ):
            with pytest.raises(InvalidRequestError, match="2026-03-03T09:21:00Z"):
                await ask


async def test_the_probe_tells_the_clock_of_the_recording() -> None:
    async with replay(DEMO) as adapter:
        asked = call(NOW + timedelta(days=200))
        probe = await adapter.probe(asked)
    assert (probe.version, probe.server_time) == ("checkout", NOW)
    assert asked.exchanges[0].url == "recording:checkout/recording.json"

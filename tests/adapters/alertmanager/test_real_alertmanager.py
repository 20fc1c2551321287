"""Against the Alertmanager of the test bed."""

from datetime import UTC, datetime

import pytest

from opsloom.model.alerts import AlertStatus, Severity
from opsloom.model.errors import NotFoundError
from tests.adapters.alertmanager.asking import call_at, connected
from tests.adapters.alertmanager.real import Alertmanager

HOSTILE = 'x"} or vector(1) or {a="\\\n--output=/etc/x ../../etc/passwd'


async def test_a_firing_alert_is_found_by_service_and_got_by_its_ref(alertmanager: Alertmanager, service: str) -> None:
    await alertmanager.send(service, severity="critical")
    (alert,) = (await alertmanager.search(service=service)).rows
    assert (alert.status, alert.severity) == (AlertStatus.FIRING, Severity.CRITICAL)
    assert (alert.service, alert.team, alert.summary, alert.ends_at) == (service, "shop", "slow", None)
    async with connected(base_url=alertmanager.url, service_labels=["service"]) as adapter:
        again = await adapter.get_alert(alert.ref.native_id, call_at(datetime.now(UTC)))
        assert again == alert
        with pytest.raises(NotFoundError):
            await adapter.get_alert("0000000000000000", call_at(datetime.now(UTC)))


async def test_a_silenced_alert_comes_back_as_suppressed_and_names_its_silence(
    alertmanager: Alertmanager, service: str
) -> None:
    await alertmanager.send(service)
    silence = await alertmanager.silence(service)
    page = await alertmanager.search(service=service)
    (alert,) = page.rows
    assert (alert.status, alert.status_raw) == (AlertStatus.SUPPRESSED, "suppressed")
    assert alert.attributes["silenced_by"] == silence
    assert any("nobody is notified" in note for note in page.notes)


async def test_a_hostile_service_name_finds_exactly_the_alert_that_has_it(
    alertmanager: Alertmanager, service: str
) -> None:
    hostile = HOSTILE + service
    await alertmanager.send(service)
    await alertmanager.send(hostile)
    page = await alertmanager.search(service=hostile)
    assert [alert.service for alert in page.rows] == [hostile]


async def test_a_service_without_alerts_is_an_empty_page(alertmanager: Alertmanager, service: str) -> None:
    page = await alertmanager.search(service=service)
    assert (page.rows, page.total, page.complete) == ((), 0, True)


async def test_the_probe_tells_the_version_and_the_server_s_own_time(alertmanager: Alertmanager) -> None:
    async with connected(base_url=alertmanager.url) as adapter:
        probe = await adapter.probe(call_at(datetime.now(UTC)))
    assert probe.version[0].isdigit()
    assert probe.server_time is not None

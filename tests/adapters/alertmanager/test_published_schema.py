"""What is asked and what is read, against Alertmanager's published OpenAPI document."""

from opsloom.model.changes import Sight
from tests.adapters.alertmanager.asking import alert_query, call_at, connected, gettable_alert
from tests.adapters.alertmanager.silencing import (
    MARKER,
    SILENCE,
    expire_silence,
    gettable_silence,
    order_of,
    silence_alerts,
)
from tests.contract.spec import vendor_mock

ALERT = gettable_alert(status={"state": "suppressed", "silencedBy": ["s"], "inhibitedBy": [], "mutedBy": []})
STATUS = {
    "cluster": {"status": "disabled"},
    "config": {"original": ""},
    "uptime": "2026-03-01T00:00:00Z",
    "versionInfo": {
        "version": "0.33.1",
        "revision": "r",
        "branch": "b",
        "buildUser": "u",
        "buildDate": "d",
        "goVersion": "g",
    },
}


async def test_every_request_is_one_that_the_schema_allows_and_its_reply_is_understood() -> None:
    replies = {("GET", "/api/v2/alerts"): (200, [ALERT]), ("GET", "/api/v2/status"): (200, STATUS)}
    mock = vendor_mock("alertmanager", replies)
    async with connected(mock.transport(), service_labels=["service"]) as adapter:
        assert (await adapter.probe(call_at())).version == "0.33.1"
        asked = alert_query(service="checkout", team="payments")
        (alert,) = (await adapter.search_alerts(asked, call_at())).rows
        assert await adapter.get_alert(alert.ref.native_id, call_at()) == alert
    assert mock.violations == []
    assert len(mock.calls) == 3


async def test_every_change_of_a_silence_is_one_that_the_schema_allows_and_its_reply_is_understood() -> None:
    silence = gettable_silence(annotations={}, comment=f"[{MARKER}]")
    replies = {
        ("GET", "/api/v2/alerts"): (200, [ALERT]),
        ("GET", "/api/v2/silences"): (200, [silence]),
        ("GET", "/api/v2/silence/{silenceID}"): (200, silence),
        ("POST", "/api/v2/silences"): (200, {"silenceID": SILENCE}),
        ("DELETE", "/api/v2/silence/{silenceID}"): (200, None),
    }
    mock = vendor_mock("alertmanager", replies)
    async with connected(mock.transport()) as adapter:
        for change, sight in ((silence_alerts(), Sight.PRESENT), (expire_silence(), Sight.ABSENT)):
            order = order_of(await adapter.plan_silence(change, call_at()))
            assert (await adapter.apply_silence(order, call_at())).native_id == SILENCE
            assert (await adapter.observe_silence(order, call_at())).sight is sight
    assert mock.violations == []
    assert len(mock.calls) == 8

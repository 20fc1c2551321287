"""Settings, the probe, the rate limit, and what the key for changes may do."""

from typing import Any

import httpx
import pytest
from pydantic import ValidationError

from opsloom.adapter_api.permissions import Permission
from opsloom.model.errors import RateLimitedError
from opsloom_adapters.datadog.config import DatadogConfig
from tests.adapters.datadog.asking import Datadog, call_at, connected
from tests.adapters.datadog.vendor import person

_KEYS = {"adapter": "datadog", "api_key": {"env": "A"}, "app_key": {"env": "B"}}


def config(base_url: str = "https://api.datadoghq.com", **settings: Any) -> DatadogConfig:
    return DatadogConfig.model_validate({**_KEYS, "base_url": base_url, **settings})


@pytest.mark.parametrize(
    ("base_url", "site_url"),
    [
        ("https://api.datadoghq.com", "https://app.datadoghq.com"),
        ("https://api.datadoghq.eu", "https://app.datadoghq.eu"),
        ("https://api.us3.datadoghq.com", "https://us3.datadoghq.com"),
        ("https://api.ddog-gov.com", "https://app.ddog-gov.com"),
        ("http://proxy.example.com/datadog", "http://proxy.example.com/datadog"),
    ],
)
def test_people_look_at_the_site_of_the_api(base_url: str, site_url: str) -> None:
    assert config(base_url).site_url == site_url
    assert config(base_url, web_url="https://shop.datadoghq.com").site_url == "https://shop.datadoghq.com"


@pytest.mark.parametrize("setting", ["token", "write_token"])
def test_other_ways_to_authenticate_are_refused_by_name(setting: str) -> None:
    with pytest.raises(ValidationError, match=f"api_key, app_key and write_app_key, not {setting}"):
        config(**{setting: {"env": "T"}})


def test_changes_need_a_key_of_their_own() -> None:
    assert not config().may_write
    assert config(write_app_key={"env": "C"}).may_write


async def test_the_probe_asks_who_the_keys_belong_to() -> None:
    reply = httpx.Response(200, json={"data": person()}, headers={"date": "Tue, 03 Mar 2026 09:21:00 GMT"})
    async with connected(Datadog({"GET /api/v2/current_user": reply})) as adapter:
        probe = await adapter.probe(call_at())
    assert probe.server_time is not None


async def test_a_refusal_waits_as_long_as_datadog_says() -> None:
    headers = {"x-ratelimit-limit": "100", "x-ratelimit-remaining": "0", "x-ratelimit-reset": "37"}
    call = call_at()
    async with connected(Datadog({"GET *": httpx.Response(429, headers=headers)})) as adapter:
        with pytest.raises(RateLimitedError) as caught:
            await adapter.probe(call)
    assert caught.value.retry_after_seconds == 37
    assert call.quota is not None
    assert (call.quota.limit, call.quota.remaining) == (100, 0)


@pytest.mark.parametrize(("status", "granted"), [(200, True), (403, False)])
async def test_downtimes_show_whether_the_key_for_changes_may_make_them(status: int, granted: bool) -> None:
    transport = Datadog({"GET /api/v2/downtime": httpx.Response(status, json={"data": []})})
    async with connected(transport) as adapter:
        found = await adapter.check_writing(call_at())
    assert found == (Permission("monitors_downtime", granted), Permission("incident_write", None))
    assert transport.requests[0].headers["dd-application-key"] == "secret-of-WRITE"

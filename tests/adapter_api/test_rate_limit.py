"""What a provider says of its rate limit, in its own headers."""

from datetime import UTC, datetime

import httpx
import pytest

from opsloom.adapter_api.adapter import Manifest, Site
from opsloom.adapter_api.config import HttpConfig
from opsloom.adapter_api.http import open_http
from opsloom.adapter_api.rate_limit import Quota, RateLimitHeaders, ResetForm, quota_of
from opsloom.model.errors import PermissionDeniedError, RateLimitedError
from tests.adapter_api.acme_client import NOW, make_call, read_token

NAMES = RateLimitHeaders("x-limit", "x-left", "x-reset", ResetForm.UNIX_SECONDS, refused_with=frozenset({403}))
IN_A_MINUTE = str(int(NOW.timestamp()) + 60)
MANIFEST = Manifest(
    kind="acme", title="Acme", config=HttpConfig, capabilities=frozenset(), documentation="https://docs.example.com",
    rate_limit=NAMES,
)  # fmt: skip


@pytest.mark.parametrize(
    ("form", "said", "seconds"),
    [
        (ResetForm.SECONDS, "30", 30.0),
        (ResetForm.SECONDS, "0.5", 0.5),
        (ResetForm.UNIX_SECONDS, IN_A_MINUTE, 60.0),
        (ResetForm.UNIX_MILLISECONDS, IN_A_MINUTE + "000", 60.0),
        (ResetForm.UNIX_MICROSECONDS, IN_A_MINUTE + "000000", 60.0),
        (ResetForm.UNIX_SECONDS, "1", 0.0),
        (ResetForm.RFC_3339, "2026-03-03T09:22:00Z", 60.0),
        (ResetForm.RFC_3339, "2026-03-03T09:22:00", None),
        (ResetForm.SECONDS, "soon", None),
        (ResetForm.SECONDS, "nan", None),
        (ResetForm.SECONDS, "inf", None),
        (ResetForm.UNIX_SECONDS, "1e300", None),
    ],
)
def test_a_reset_is_read_in_the_form_that_the_vendor_documents(
    form: ResetForm, said: str, seconds: float | None
) -> None:
    names = RateLimitHeaders(remaining="x-left", reset="x-reset", reset_form=form)
    assert quota_of({"x-left": "7", "x-reset": said}, names, NOW) == Quota(None, 7, seconds)


@pytest.mark.parametrize("said", ["", "-1", "1.5", "many", "9" * 40])
def test_a_number_that_is_none_is_not_told(said: str) -> None:
    assert quota_of({"x-left": said}, NAMES, datetime.now(UTC)) is None


async def get(status: int, **headers: str) -> Quota | None:
    said = {name.replace("_", "-"): value for name, value in headers.items()}
    transport = httpx.MockTransport(lambda _: httpx.Response(status, headers=said, json={}))
    config = HttpConfig.model_validate({"adapter": "acme", "base_url": "http://acme.test"})
    call = make_call()
    async with open_http(Site("acme-eu", config, read_token, transport), MANIFEST) as client:
        await client.get(call, "/alerts")
    return call.quota


async def test_what_is_left_is_known_after_a_call() -> None:
    assert await get(200, x_limit="100", x_left="99", x_reset=IN_A_MINUTE) == Quota(100, 99, 60.0)


async def test_a_429_without_retry_after_waits_for_the_vendors_own_reset() -> None:
    with pytest.raises(RateLimitedError) as caught:
        await get(429, x_left="0", x_reset=IN_A_MINUTE)
    assert caught.value.retry_after_seconds == 60.0


async def test_a_403_with_nothing_left_is_the_limit_and_with_something_left_a_missing_permission() -> None:
    with pytest.raises(RateLimitedError):
        await get(403, x_left="0", x_reset=IN_A_MINUTE)
    with pytest.raises(RateLimitedError):
        await get(403, x_left="5", retry_after="60")
    with pytest.raises(PermissionDeniedError):
        await get(403, x_left="5", x_reset=IN_A_MINUTE)

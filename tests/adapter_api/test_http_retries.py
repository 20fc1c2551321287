"""When HttpClient asks again, and when it gives up; on a clock that jumps whenever everybody waits."""

from collections.abc import Callable

import anyio
import httpx
import pytest
from trio.testing import MockClock

from opsloom.model.errors import ProviderTimeoutError, RateLimitedError, UnavailableError
from opsloom.model.limits import HTTP_ATTEMPTS, RETRY_WAIT_MAX_SECONDS
from tests.adapter_api.acme_client import acme_client, make_call


@pytest.fixture
def anyio_backend() -> tuple[str, dict[str, object]]:
    return "trio", {"clock": MockClock(autojump_threshold=0)}


class Provider(httpx.AsyncBaseTransport):
    """Plays its answers one after the other, the last one for ever; ``times`` are those of the requests."""

    def __init__(self, *answers: Callable[[], httpx.Response]) -> None:
        self._answers = answers
        self.times: list[float] = []

    async def handle_async_request(self, _request: httpx.Request) -> httpx.Response:
        self.times.append(anyio.current_time())
        return self._answers[min(len(self.times), len(self._answers)) - 1]()


def ok() -> httpx.Response:
    return httpx.Response(200, json={})


def rate_limited(retry_after: str, date: str = "Tue, 03 Mar 2026 09:21:00 GMT") -> Callable[[], httpx.Response]:
    return lambda: httpx.Response(429, headers={"retry-after": retry_after, "date": date})


def broken() -> httpx.Response:
    raise httpx.ReadError("reset")


@pytest.mark.parametrize("failure", [lambda: httpx.Response(503), broken], ids=["503", "reset"])
async def test_one_transient_failure_is_survived(failure: Callable[[], httpx.Response]) -> None:
    provider = Provider(failure, ok)
    async with acme_client(provider) as client:
        assert (await client.get(make_call(), "/alerts")).status == 200
    first, second = provider.times
    assert second - first <= RETRY_WAIT_MAX_SECONDS


async def test_a_transient_failure_that_lasts_is_reported_after_all_attempts() -> None:
    provider, call = Provider(lambda: httpx.Response(503)), make_call()
    async with acme_client(provider) as client:
        with pytest.raises(UnavailableError, match="is failing"):
            await client.get(call, "/alerts")
    assert len(provider.times) == HTTP_ATTEMPTS
    assert [one.status for one in call.exchanges] == [503] * HTTP_ATTEMPTS


@pytest.mark.parametrize(
    "retry_after", ["3", "Tue, 03 Mar 2026 09:21:03 GMT"], ids=["seconds", "date, by the provider's own clock"]
)
async def test_retry_after_is_waited_for(retry_after: str) -> None:
    provider = Provider(rate_limited(retry_after), ok)
    async with acme_client(provider) as client:
        await client.get(make_call(), "/alerts")
    first, second = provider.times
    assert second - first == pytest.approx(3)


async def test_a_retry_after_date_of_a_provider_without_a_clock_counts_from_ours() -> None:
    provider = Provider(rate_limited("Tue, 03 Mar 2026 09:21:04 GMT", date=""), ok)
    async with acme_client(provider) as client:
        await client.get(make_call(), "/alerts")
    first, second = provider.times
    assert second - first == pytest.approx(4)


async def test_a_retry_after_in_the_past_is_no_wait() -> None:
    provider = Provider(rate_limited("Tue, 03 Mar 2026 09:20:00 GMT"), ok)
    async with acme_client(provider) as client:
        await client.get(make_call(), "/alerts")
    assert provider.times[0] == provider.times[1]


@pytest.mark.parametrize("retry_after", ["6", "86400", "Wed, 04 Mar 2026 09:21:00 GMT"])
async def test_a_wait_that_ends_after_the_deadline_is_not_begun(retry_after: str) -> None:
    provider = Provider(rate_limited(retry_after))
    started = anyio.current_time()
    async with acme_client(provider) as client:
        with pytest.raises(RateLimitedError) as caught:
            await client.get(make_call(6), "/alerts")
    assert anyio.current_time() == started
    assert len(provider.times) == 1
    assert caught.value.retry_after_seconds in (6.0, 86_400.0)


@pytest.mark.parametrize("retry_after", ["", "soon", "-1", "1.5", "\N{SUPERSCRIPT TWO}"])
async def test_a_retry_after_that_says_nothing_falls_back_to_a_short_wait(retry_after: str) -> None:
    provider = Provider(lambda: httpx.Response(429, headers=[(b"retry-after", retry_after.encode("latin-1"))]), ok)
    async with acme_client(provider) as client:
        await client.get(make_call(), "/alerts")
    first, second = provider.times
    assert second - first <= RETRY_WAIT_MAX_SECONDS


@pytest.mark.parametrize("status", [302, 400, 401, 403, 404])
async def test_a_failure_that_will_not_go_away_is_not_tried_again(status: int) -> None:
    provider = Provider(lambda: httpx.Response(status))
    async with acme_client(provider) as client:
        with pytest.raises(Exception, match="acme-eu"):
            await client.get(make_call(), "/alerts")
    assert len(provider.times) == 1


async def test_silence_ends_at_the_deadline_of_the_call() -> None:
    class Silent(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            await anyio.sleep_forever()
            raise AssertionError

    started, call = anyio.current_time(), make_call(5)
    async with acme_client(Silent()) as client:
        with pytest.raises(ProviderTimeoutError, match="did not answer in time"):
            await client.get(call, "/alerts")
    assert anyio.current_time() - started == pytest.approx(5)
    assert call.exchanges == []

"""The settings of PagerDuty, its credentials and its rate limit."""

from typing import Any

import pytest
from pydantic import ValidationError

from opsloom.adapter_api.contract_kit.fake_provider import CannedReply
from opsloom.model.errors import RateLimitedError
from opsloom_adapters.pagerduty.config import PagerdutyConfig
from tests.adapters.pagerduty import account
from tests.adapters.pagerduty.asking import call, connected, provider

ONE = {"GET /incidents": account.listed("incidents", account.incident())}


def settings(**said: Any) -> PagerdutyConfig:
    return PagerdutyConfig.model_validate({"adapter": "pagerduty", "token": {"env": "T"}, **said})


def test_the_address_is_that_of_the_us_service_region_unless_another_is_set() -> None:
    assert settings().base_url == "https://api.pagerduty.com"
    assert settings(base_url="https://api.eu.pagerduty.com/").base_url == "https://api.eu.pagerduty.com"


def test_changes_need_the_user_in_whose_name_they_are_made() -> None:
    with pytest.raises(ValidationError, match="write_token needs from_email"):
        settings(write_token={"env": "W"})
    assert not settings(from_email="opsloom@example.com").may_write
    assert settings(write_token={"env": "W"}, from_email="opsloom@example.com").may_write


@pytest.mark.parametrize("email", ["opsloom", "a@b\nX-Injected: 1", "a b@example.com", "@"])
def test_an_e_mail_is_one(email: str) -> None:
    with pytest.raises(ValidationError):
        settings(from_email=email)


@pytest.mark.parametrize(("oauth", "header"), [(False, "Token token=secret-of-T"), (True, "Bearer secret-of-T")])
async def test_an_api_key_and_an_access_token_are_sent_as_pagerduty_wants_them(oauth: bool, header: str) -> None:
    transport = provider(ONE)
    async with connected(transport, oauth=oauth) as adapter:
        await adapter.probe(call())
    assert transport.requests[0].headers["authorization"] == header


async def test_a_refusal_for_too_many_requests_tells_when_to_come_back() -> None:
    headers = {"content-type": "application/json", "ratelimit-limit": "960"}
    headers |= {"ratelimit-remaining": "0", "ratelimit-reset": "20"}
    body = b'{"error": {"message": "Rate Limit Exceeded", "code": 2020}}'
    transport = provider({"GET /incidents": CannedReply(body, status=429, headers=headers)})
    asked = call()
    async with connected(transport) as adapter:
        with pytest.raises(RateLimitedError) as refused:
            await adapter.probe(asked)
    assert refused.value.retry_after_seconds == 20
    assert asked.quota is not None
    assert (asked.quota.limit, asked.quota.remaining) == (960, 0)
    assert len(transport.requests) == 1  # 20 s are beyond the deadline

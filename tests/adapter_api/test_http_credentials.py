"""Which credential goes with which request, and what becomes of one that was replaced."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import httpx
import pytest
from pydantic import SecretStr

from opsloom.adapter_api.adapter import Site
from opsloom.adapter_api.call import Call
from opsloom.adapter_api.config import HttpConfig, SecretSource
from opsloom.adapter_api.http import HttpClient, open_http
from opsloom.model.errors import ApprovalError, AuthenticationError, ConfigurationError
from tests.adapter_api.acme_client import MANIFEST, make_call

READ, WRITE = {"env": "ACME_TOKEN"}, {"env": "ACME_WRITE_TOKEN"}


class Vault:
    """Where the secrets are; ``asked`` is for which, in order."""

    def __init__(self, **secrets: str) -> None:
        self.secrets = secrets
        self.asked: list[str] = []

    async def read(self, source: SecretSource) -> SecretStr:
        self.asked.append(str(source.env))
        return SecretStr(self.secrets[str(source.env)])


class Gate(httpx.MockTransport):
    """Lets in who brings ``token``; keeps what was brought."""

    def __init__(self, token: str) -> None:
        super().__init__(self._answer)
        self.token = token
        self.brought: list[str] = []

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.brought.append(request.headers.get("authorization", ""))
        return httpx.Response(200 if self.brought[-1] == f"Bearer {self.token}" else 401, json={})


@asynccontextmanager
async def client_of(vault: Vault, gate: Gate, **settings: object) -> AsyncIterator[HttpClient]:
    config = HttpConfig.model_validate({"adapter": "acme", "base_url": "http://acme.test", **settings})
    async with open_http(Site("acme-eu", config, vault.read, gate), MANIFEST) as client:
        yield client


async def test_a_token_that_was_replaced_is_read_again_once_and_the_question_asked_anew() -> None:
    vault, gate = Vault(ACME_TOKEN="old"), Gate("new")
    async with client_of(vault, gate, token=READ) as client:
        vault.secrets["ACME_TOKEN"] = "new"
        await client.get(make_call(), "/alerts")
        await client.get(make_call(), "/alerts")
    assert gate.brought == ["Bearer old", "Bearer new", "Bearer new"]


async def test_a_token_that_is_still_the_same_is_refused_at_once() -> None:
    vault, gate = Vault(ACME_TOKEN="wrong"), Gate("right")
    async with client_of(vault, gate, token=READ) as client:
        with pytest.raises(AuthenticationError):
            await client.get(make_call(), "/alerts")
    assert gate.brought == ["Bearer wrong"]


async def test_a_change_brings_its_own_credential_read_for_it_alone() -> None:
    vault, gate = Vault(ACME_TOKEN="reader", ACME_WRITE_TOKEN="writer"), Gate("writer")
    async with client_of(vault, gate, token=READ, write_token=WRITE) as client:
        assert vault.asked == ["ACME_TOKEN"]
        await client.send(make_call(), "POST", "/silences", b"{}")
        await client.send(make_call(), "POST", "/silences", b"{}")
    assert gate.brought == ["Bearer writer"] * 2
    assert vault.asked == ["ACME_TOKEN", "ACME_WRITE_TOKEN", "ACME_WRITE_TOKEN"]


async def test_a_question_by_post_brings_the_one_for_reading() -> None:
    vault, gate = Vault(ACME_TOKEN="reader", ACME_WRITE_TOKEN="writer"), Gate("reader")
    async with client_of(vault, gate, token=READ, write_token=WRITE) as client:
        await client.ask(make_call(), "/search", b"{}")
    assert gate.brought == ["Bearer reader"]


async def change(client: HttpClient, call: Call) -> None:
    await client.send(call, "POST", "/silences", b"{}")


async def ask_as_writer(client: HttpClient, call: Call) -> None:
    await client.get(call, "/me", as_writer=True)


@pytest.mark.parametrize("way", [change, ask_as_writer])
async def test_outside_of_an_approved_action_the_one_for_changes_is_not_to_be_had(
    way: Callable[[HttpClient, Call], Awaitable[None]],
) -> None:
    vault, gate = Vault(ACME_TOKEN="reader", ACME_WRITE_TOKEN="writer"), Gate("writer")
    call = make_call()
    call.writing = False
    async with client_of(vault, gate, token=READ, write_token=WRITE) as client:
        with pytest.raises(ApprovalError):
            await way(client, call)
    assert gate.brought == []
    assert vault.asked == ["ACME_TOKEN"]


async def test_a_credential_for_reading_is_never_taken_for_changes() -> None:
    vault, gate = Vault(ACME_TOKEN="reader"), Gate("reader")
    async with client_of(vault, gate, token=READ) as client:
        with pytest.raises(ConfigurationError, match="has no credential for changes"):
            await client.send(make_call(), "POST", "/silences", b"{}")
    assert gate.brought == []


async def test_a_provider_without_credentials_is_changed_without_one() -> None:
    gate = Gate("none")
    async with client_of(Vault(), gate) as client:
        with pytest.raises(AuthenticationError):  # it was asked, and this one wants one after all
            await client.send(make_call(), "POST", "/silences", b"{}")
    assert gate.brought == [""]


@pytest.mark.parametrize(
    ("settings", "may"),
    [
        ({}, True),
        ({"read_only": True}, False),
        ({"token": READ}, False),
        ({"token": READ, "write_token": WRITE}, True),
        ({"token": READ, "write_token": WRITE, "read_only": True}, False),
        ({"write_token": WRITE}, True),
        ({"username": "u", "password": READ}, False),
        ({"username": "u", "password": READ, "write_username": "w", "write_password": WRITE}, True),
    ],
)
def test_changes_are_offered_where_a_credential_for_them_is_set(settings: dict[str, object], may: bool) -> None:
    config = HttpConfig.model_validate({"adapter": "acme", "base_url": "http://acme.test", **settings})
    assert config.may_write is may

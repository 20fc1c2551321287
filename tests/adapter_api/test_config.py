"""What the settings of an instance refuse, in words that tell the operator what to write instead."""

import subprocess
import sys
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from opsloom.adapter_api.adapter import Site
from opsloom.adapter_api.config import AdapterConfig, HttpConfig, SecretSource
from opsloom.model.errors import ConfigurationError
from opsloom.model.limits import CALL_BUDGET_SECONDS
from tests.adapter_api.acme_client import read_token

SECRET = "written-" + "here"
BASE = {"adapter": "acme", "base_url": "https://acme.test"}


def refusal(kind: type[Any], value: object) -> str:
    with pytest.raises(ValidationError) as caught:
        TypeAdapter(kind).validate_python(value)
    return "; ".join(one["msg"] for one in caught.value.errors(include_input=False))


@pytest.mark.parametrize("value", [{"env": "X"}, {"file": "secret.txt"}, {"command": ["pass", "acme"]}])
def test_a_secret_is_named_by_the_place_it_is_kept_at(value: dict[str, Any]) -> None:
    assert SecretSource.model_validate(value).model_dump(exclude_none=True).keys() == value.keys()


def test_a_secret_that_is_written_into_the_settings_is_refused_and_not_repeated() -> None:
    said = refusal(HttpConfig, {**BASE, "token": SECRET})
    assert "never write the secret here" in said
    assert SECRET not in said


@pytest.mark.parametrize("value", [{}, {"env": "X", "file": "f"}, {"env": "X", "command": ["c"]}])
def test_a_secret_has_exactly_one_place(value: dict[str, Any]) -> None:
    assert "exactly one of env, file, command" in refusal(SecretSource, value)


def test_a_command_names_a_program() -> None:
    assert "must name a program" in refusal(SecretSource, {"command": []})


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("acme.test", "http:// or https://"),
        ("ftp://acme.test", "http:// or https://"),
        ("file:///etc/passwd", "http:// or https://"),
        ("https://", "http:// or https://"),
        ("https://reader:pw@acme.test", "must not hold a user or password"),
        ("https://acme.test/?q=1", "must not hold a query or fragment"),
        ("https://acme.test/#top", "must not hold a query or fragment"),
    ],
)
def test_an_address_that_could_mislead_is_refused(url: str, reason: str) -> None:
    assert reason in refusal(HttpConfig, {**BASE, "base_url": url})
    assert reason in refusal(HttpConfig, {**BASE, "web_url": url})


def test_an_address_is_kept_without_its_last_slash() -> None:
    assert HttpConfig.model_validate({**BASE, "base_url": "https://acme.test/v2/"}).base_url.endswith("/v2")


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"username": "reader"}, "go together"),
        ({"password": {"env": "P"}}, "go together"),
        ({"token": {"env": "T"}, "username": "reader", "password": {"env": "P"}}, "either token, or"),
        ({"tokn": {"env": "T"}}, "not permitted"),
        ({"deadline_seconds": 0}, "greater than 0"),
        ({"deadline_seconds": CALL_BUDGET_SECONDS + 1}, "less than or equal"),
    ],
)
def test_settings_that_cannot_work_are_refused(options: dict[str, Any], reason: str) -> None:
    assert reason in refusal(HttpConfig, {**BASE, **options})


def test_an_adapter_that_is_given_the_settings_of_another_says_so() -> None:
    site = Site("acme-eu", AdapterConfig.model_validate({"adapter": "acme"}), read_token)
    with pytest.raises(ConfigurationError, match="acme-eu is not configured as HttpConfig"):
        site.config_as(HttpConfig)


def test_what_an_adapter_imports_loads_no_http_library_and_no_test_tool() -> None:
    script = (
        "import sys, opsloom.adapter_api.adapter, opsloom.adapter_api.http, opsloom.adapter_api.capabilities; "
        "print({'httpx', 'pytest', 'trio', 'tenacity'} & set(sys.modules))"
    )
    printed = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert printed.stdout.strip() == "set()"

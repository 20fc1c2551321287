"""Secrets are taken out, and what only looks like one to a nervous eye is left alone."""

import json
from urllib.parse import quote, quote_plus

import pytest

from opsloom.evidence.redaction import Redactor
from opsloom.evidence.secret_patterns import PATTERNS
from tests.evidence.fake_secrets import FAKE_SECRETS

CONFIGURED = 'pä s"s/w\\ord+1&<x>'
SECRET_PART = {name: secret.split("=", 1)[-1].split(" ")[-1][-12:] for name, secret in FAKE_SECRETS.items()}

HARMLESS = [
    'http_requests_total{job="api",instance="10.0.0.7:9090",code="500",le="+Inf"} 1027',
    "commit 5e0c7d91a4b2c3d4e5f60718293a4b5c6d7e8f90",
    "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "3f2504e0-4f89-11d3-9a0c-0305e82c3301",
    "https://grafana.example.com/d/abc/checkout?orgId=1&from=now-1h&to=now",
    "https://example.com:8443/a:b@c/d",
    "checkout-7d9f8b6c5d-x2k4q",
    "ip-10-0-0-7.eu-central-1.compute.internal",
    "trace_id=347c6b45ccf1fe2912ca4574893ecd04 span_id=00f067aa0ba902b7",
    "NHxrRczx/ikSykV0iTzNBA==",
    "task-desk-risk-disk-aaaaaaaaaaaaaaaaaaaaaaaa",
    "the password was wrong, the token has expired",
    "password reset requested; secret santa on friday",
    "rotate_secret_job took 12 s",
    "arn:aws:iam::123456789012:role/deploy",
    "2026-03-03T09:14:00.000Z ERROR pool exhausted (2 of 2 in use)",
    "oncall-a@example.com",
    "sha512-MJ9MVrS4hTnYbUQYmxAyGnQOhXSzGvWcF0KZ==",
]


def test_there_is_a_fake_secret_for_every_pattern() -> None:
    assert set(FAKE_SECRETS) == set(PATTERNS)


@pytest.mark.parametrize("around", ["{}", "level=error msg=failed {} retrying", '{{"text": "{}"}}', "a\n{}\nb", "({})"])
@pytest.mark.parametrize("name", PATTERNS)
def test_a_secret_of_a_known_shape_is_taken_out_and_named(name: str, around: str) -> None:
    shown = Redactor().redact(around.format(FAKE_SECRETS[name]))
    assert f"[redacted:{name}]" in shown
    assert SECRET_PART[name] not in shown


@pytest.mark.parametrize("name", PATTERNS)
def test_the_rest_of_the_text_stays(name: str) -> None:
    shown = Redactor().redact(f"before {FAKE_SECRETS[name]} after")
    assert shown.startswith("before ")
    assert shown.endswith(" after")


@pytest.mark.parametrize("text", HARMLESS)
def test_what_is_no_secret_stays_as_it_is(text: str) -> None:
    assert Redactor().redact_bytes(text.encode()) == (text.encode(), 0)


@pytest.mark.parametrize("name", ["github_token", "aws_access_key", "slack_token", "gitlab_token", "jwt"])
def test_a_coloured_secret_is_taken_out(name: str) -> None:
    assert SECRET_PART[name] not in Redactor().redact(f"\x1b[32m{FAKE_SECRETS[name]}\x1b[0m")


@pytest.mark.parametrize(
    "written",
    [
        CONFIGURED,
        quote(CONFIGURED, safe=""),
        quote_plus(CONFIGURED),
        json.dumps(CONFIGURED)[1:-1],
        json.dumps(CONFIGURED, ensure_ascii=False)[1:-1],
    ],
    ids=["plain", "url", "form", "json ascii", "json utf-8"],
)
def test_a_configured_secret_is_taken_out_however_it_is_written(written: str) -> None:
    redactor = Redactor()
    redactor.know(CONFIGURED)
    shown, count = redactor.redact_bytes(f"GET /x?a={written};b=1".encode())
    assert (shown, count) == (b"GET /x?a=[redacted:configured_secret];b=1", 1)


def test_of_two_configured_secrets_the_longer_is_taken_out_whole() -> None:
    redactor = Redactor()
    redactor.know("orchid")
    redactor.know("orchid-and-more")
    assert redactor.redact("orchid-and-more, orchid") == "[redacted:configured_secret], [redacted:configured_secret]"


@pytest.mark.parametrize("secret", ["", "a", "abc"])
def test_a_configured_secret_too_short_to_tell_does_not_garble_the_text(secret: str) -> None:
    redactor = Redactor()
    redactor.know(secret)
    assert redactor.redact("an abcess") == "an abcess"


def test_every_find_is_counted() -> None:
    text = "\n".join(FAKE_SECRETS[name] for name in ("github_token", "npm_token", "github_token"))
    assert Redactor().redact_bytes(text.encode())[1] == 3


def test_bytes_that_are_no_text_pass_through() -> None:
    data = bytes(range(256))
    assert Redactor().redact_bytes(data) == (data, 0)


def test_nested_values_and_keys_hold_no_secret() -> None:
    token = FAKE_SECRETS["github_token"]
    value = {"a": [{"b": f"x {token}"}, (token, 1, None, True)], f"key {token}": {"c": 2.5}}
    assert Redactor().redact_value(value) == {
        "a": [{"b": "x [redacted:github_token]"}, ["[redacted:github_token]", 1, None, True]],
        "key [redacted:github_token]": {"c": 2.5},
    }


@pytest.mark.parametrize("key", ["password", "DB_PASSWORD", "client_secret", "api_key", "apiKey", "authorization"])
def test_a_value_is_taken_out_for_the_name_beside_it(key: str) -> None:
    value = {"settings": {key: "correct horse", "user": "app"}}
    assert Redactor().redact_value(value) == {"settings": {key: "[redacted:assignment]", "user": "app"}}


def test_a_secret_as_a_name_does_not_taint_the_value_beside_it() -> None:
    assert Redactor().redact_member(FAKE_SECRETS["github_token"], "x") == "x"


def test_five_megabytes_of_almost_secrets_are_searched_once() -> None:
    almost = b"eyJ" + b"a" * 1_000 + b".ey " + b"gh" + b"p_short " + b"://a:b " + b"password" + b" " * 20
    hostile = (almost * (5_000_000 // len(almost) + 1))[:5_000_000]
    token = FAKE_SECRETS["github_token"].encode()
    shown, count = Redactor().redact_bytes(hostile + b" " + token)
    assert count == 1
    assert token not in shown

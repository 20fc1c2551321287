"""The credential goes to the provider and nowhere else."""

import logging
import traceback
from collections.abc import Iterable

import httpx

from opsloom.adapter_api.config import AdapterConfig, HttpConfig
from opsloom.adapter_api.contract_kit.asking import CANARY, WRITE_CANARY, Heard
from opsloom.adapter_api.contract_kit.expectation import expect
from opsloom.model.evidence import Exchange


def forms_of_secret(config: AdapterConfig, *, writing: bool = False) -> list[str]:
    """The canary as such, and as the headers write it; ``writing``: that of the credential for changes."""
    canary = WRITE_CANARY if writing else CANARY
    headers = () if not isinstance(config, HttpConfig) else config.write_headers() if writing else config.read_headers()
    return [canary, *(one.value(canary).removeprefix("Basic ") for one in headers if one.user is not None)]


def expect_sent(requests: Iterable[httpx.Request], forms: list[str]) -> None:
    """Every request carries the credential, in a header: an address ends up in logs and histories."""
    for request in requests:
        headers = " ".join(request.headers.values())
        expect(any(form in headers for form in forms), f"{request.method} {request.url.path} has no credential")
        expect(not _holds(str(request.url), forms), "the credential is part of the address")


def expect_not_in_evidence(exchanges: Iterable[Exchange], forms: list[str]) -> None:
    """Neither address, parameters nor link of an exchange hold it. Bodies are redacted where they are kept."""
    for one in exchanges:
        shown = f"{one.url} {one.link} {one.parameters}"
        expect(not _holds(shown, forms), f"the secret is in the evidence of {one.method} {one.url}")


def expect_not_in_error(heard: Heard, forms: list[str], *, echoed: bool = False) -> None:
    """Neither the error nor anything that its traceback prints holds it.

    Of a provider that echoes it, ``upstream`` may: that is a quote, redacted before anybody sees it.
    """
    error = heard.error
    if error is None:
        return
    printed = "".join(traceback.format_exception(error)) + repr(error)
    expect(not _holds(printed, forms), f"the secret is in the text of a {type(error).__name__} or of its cause")
    upstream = str(getattr(error, "upstream", ""))
    expect(echoed or not _holds(upstream, forms), "the secret is in the upstream of an error")


def expect_not_in_logs(records: Iterable[logging.LogRecord], forms: list[str]) -> None:
    """No log record of any logger holds it, at any level."""
    plain = logging.Formatter()
    for record in records:
        expect(not _holds(plain.format(record), forms), f"the secret is in a record of the logger {record.name}")


def _holds(text: str, forms: list[str]) -> bool:
    return any(form in text for form in forms)

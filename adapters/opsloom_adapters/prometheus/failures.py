"""Which label of a counter of requests tells how they ended, and which of its values means that they failed.

A failure is one that the callee has to answer for: a client's mistake (HTTP 4xx, gRPC NotFound) is none.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import NamedTuple


class _Words(NamedTuple):
    """Values of a label, as regular expressions; ``fine`` need not be all of them, but some that are common."""

    failed: str
    fine: str


_HTTP = _Words("5..", "[1-4]..")
# UNKNOWN, DEADLINE_EXCEEDED, UNIMPLEMENTED, INTERNAL, UNAVAILABLE and DATA_LOSS, as OpenTelemetry counts server spans
# https://opentelemetry.io/docs/specs/semconv/rpc/grpc/
_GRPC_NUMBERS = _Words("2|4|12|13|14|15", "0")
_GRPC_NAMES = _Words("(?i)unknown|deadline_?exceeded|unimplemented|internal|unavailable|data_?loss", "(?i)ok")
_ANY = _Words(
    f"{_GRPC_NAMES.failed}|5..|error|fail|failed|failure|exception|server_error|status_code_error",
    "(?i)[1-4]..|ok|success|succeeded|status_code_unset|status_code_ok",
)

# In the order in which they are believed. Istio says 0 where no answer came at all.
_ANSWERS: Mapping[str, _Words] = {
    "http_response_status_code": _HTTP,
    "http_status_code": _HTTP,
    "response_code": _Words("0|5..", _HTTP.fine),
    "status_code": _ANY,
    "code": _ANY,
    "status": _ANY,
    "outcome": _ANY,
    "result": _ANY,
}
_GRPC: Mapping[str, _Words] = {
    "grpc_response_status": _GRPC_NUMBERS,
    "rpc_grpc_status_code": _GRPC_NUMBERS,
    "grpc_status": _GRPC_NUMBERS,
    "grpc_code": _GRPC_NAMES,
}


@dataclass(frozen=True, slots=True)
class OutcomeMatchers:
    """Matchers that pick requests by how they ended; no series fits two of ``failed``."""

    failed: tuple[tuple[str, ...], ...]
    fine: str


def outcome_matchers(labels: Collection[str]) -> OutcomeMatchers | None:
    """How to tell the outcomes of a counter with these labels; ``None`` where no label tells.

    A failed gRPC call is HTTP 200, so both labels count where both are there.
    """
    answer = next((label for label in _ANSWERS if label in labels), None)
    grpc = next((label for label in _GRPC if label in labels), None)
    if answer is None:
        return None if grpc is None else _matchers_of(grpc, _GRPC[grpc])
    told = _matchers_of(answer, _ANSWERS[answer])
    if grpc is None:
        return told
    failed_calls = (f'{answer}!~"{_ANSWERS[answer].failed}"', f'{grpc}=~"{_GRPC[grpc].failed}"')
    return OutcomeMatchers((*told.failed, failed_calls), told.fine)


def says_failed(labels: Mapping[str, str]) -> bool:
    """Whether a series with these labels counts failed requests only."""
    known = {**_ANSWERS, **_GRPC}
    return any(re.fullmatch(known[label].failed, value) for label, value in labels.items() if label in known)


def _matchers_of(label: str, words: _Words) -> OutcomeMatchers:
    return OutcomeMatchers(((f'{label}=~"{words.failed}"',),), f'{label}=~"{words.fine}"')

"""Arguments are data: whatever they hold, the same place is asked in the same way."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

import httpx

from opsloom.adapter_api.call import Call
from opsloom.adapter_api.contract_kit.asking import Heard
from opsloom.adapter_api.contract_kit.expectation import expect
from opsloom.model.errors import OpsloomError

HARMLESS = "harmless"
HOSTILE = (
    "'\"`;|$(id)",
    'x"} or vector(1) or {a="',
    "{{7*7}}${7*7}<%= 7 %>",
    "a\nb",
    "a\r\nX-Injected: 1\r\n\r\nGET /admin",
    "a\x00b",
    "..",
    "../../etc/passwd",
    "%2e%2e%2fadmin",
    "/admin",
    "//elsewhere.invalid/x",
    "@elsewhere.invalid",
    "http://elsewhere.invalid/x",
    "?admin=1",
    "a&admin=1",
    "#fragment",
    "-rf",
    "--output=/etc/opsloom",
    "*",
    "\N{RIGHT-TO-LEFT OVERRIDE}\N{SNOWMAN}",
    "x" * 10_240,
)
_DOTS = (".", "..")
_INSTEAD_OF = {"path": "service", "service": "path", "promql": "metric"}
"""Of these pairs a question has only one."""


def with_argument(question: Any, name: str, value: str) -> Any:
    """``question`` with ``value`` in its field ``name``; of a look-up, ``value`` itself."""
    if isinstance(question, str):
        return value
    settings = dict(question)
    if (other := _INSTEAD_OF.get(name)) in settings:
        settings[other] = None
    settings[name] = (value,) if isinstance(settings[name], tuple) else value
    return type(question)(**settings)


def argument_names(question: Any) -> list[str]:
    """The fields of ``question`` that take free text."""
    if isinstance(question, str):
        return ["native_id"]
    fields = type(question).model_fields if question is not None else {}
    return [name for name, one in fields.items() if one.annotation in (str, str | None, tuple[str, ...])]


@dataclass(frozen=True)
class RequestShape:
    """What of a request no argument may change. A path segment with the argument in it is ``None``."""

    method: str
    origin: tuple[str, str, int | None, bytes]
    segments: tuple[str | None, ...]
    parameters: tuple[tuple[str, int], ...]
    headers: frozenset[str]

    @classmethod
    def of(cls, request: httpx.Request, argument: str) -> "RequestShape":
        url = request.url
        segments = [unquote(part) for part in url.raw_path.partition(b"?")[0].decode().split("/")]
        return cls(
            request.method,
            (url.scheme, url.host, url.port, url.userinfo),
            tuple(None if argument in part and part not in _DOTS else part for part in segments),
            tuple(sorted(Counter(name for name, _ in url.params.multi_items()).items())),
            frozenset(name for name in request.headers),
        )

    def fits(self, harmless: "RequestShape") -> bool:
        """Whether this is the request that a harmless argument makes, or less of it."""
        return (
            (self.method, self.origin, self.headers) == (harmless.method, harmless.origin, harmless.headers)
            and len(self.segments) == len(harmless.segments)
            and all(
                ours == theirs or (theirs is None and ours not in _DOTS)
                for ours, theirs in zip(self.segments, harmless.segments, strict=True)
            )
            and not Counter(dict(self.parameters)) - Counter(dict(harmless.parameters))
        )


def expect_only_our_errors(heard: Heard, argument: str) -> None:
    """A hostile argument is answered or refused, and crashes nothing."""
    error = heard.error
    shown = repr(argument[:60])
    expect(error is None or isinstance(error, OpsloomError), f"the argument {shown} raises {error!r}", error)


def expect_same_sources(hostile: Call, harmless: Call, argument: str) -> None:
    """What was read, as the evidence names it, is no more than what a harmless argument makes it read."""
    other = sorted(_sources(hostile, argument) - _sources(harmless, HARMLESS, argument))
    expect(not other, f"the argument {argument[:60]!r} made the adapter read {', '.join(other)[:300]}")


def _sources(call: Call, *arguments: str) -> set[str]:
    """An argument may stand in an address that has nothing to do with it, as ``/admin`` does."""
    return {f"{one.method} {_without(unquote(one.url), arguments)}" for one in call.exchanges}


def _without(url: str, arguments: tuple[str, ...]) -> str:
    for argument in arguments:
        url = url.replace(argument, "{argument}")
    return url


def expect_same_requests(hostile: list[httpx.Request], harmless: list[httpx.Request], argument: str) -> None:
    """Each request fits one that a harmless argument makes, and breaks out of no header."""
    shapes = [RequestShape.of(one, HARMLESS) for one in harmless]
    for request in hostile:
        shape = RequestShape.of(request, argument)
        shown = f"{request.method} {str(request.url)[:200]}"
        expect(any(shape.fits(one) for one in shapes), f"the argument {argument[:60]!r} made {shown}")
        for name, value in request.headers.raw:
            expect(not set(value) & set(b"\r\n\x00"), f"header {name.decode()} holds a line break: {argument[:60]!r}")


def attacks_on(question: Any) -> Iterator[tuple[Any, list[tuple[str, Any]]]]:
    """Per argument: the question with a harmless value in it, and each hostile value with its question."""
    for name in argument_names(question):
        hostile = [(value, with_argument(question, name, value)) for value in HOSTILE]
        yield with_argument(question, name, HARMLESS), hostile

"""The HTTP client of every adapter: the one place that speaks HTTP, retries, and captures evidence.

- Only transient failures of idempotent requests are tried again: ``limits.HTTP_ATTEMPTS`` in all, after
  ``Retry-After`` or a wait with full jitter, and never past the call's deadline. What changes something is sent once.
- Redirects are never followed: the credential and the question go to the configured host or nowhere.
- A body over ``limits.HTTP_BODY_MAX_BYTES`` is not read to its end.
- Each answer is captured before anybody looks into it.
"""

import json
import ssl
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, TypeVar

import anyio
from pydantic import TypeAdapter

from opsloom.adapter_api.adapter import Manifest, Site
from opsloom.adapter_api.call import Call
from opsloom.adapter_api.config import HttpConfig
from opsloom.adapter_api.http_body import ACCEPT_ENCODING, read_capped
from opsloom.adapter_api.http_credentials import HttpCredentials
from opsloom.adapter_api.http_errors import error_of_change, error_of_status, error_of_transport, parse_http_date
from opsloom.adapter_api.http_json import parse_json
from opsloom.adapter_api.rate_limit import quota_of
from opsloom.model import limits
from opsloom.model.errors import (
    ApprovalError,
    AuthenticationError,
    ConfigurationError,
    ProviderError,
    UnexpectedAnswerError,
)
from opsloom.model.window import Window

if TYPE_CHECKING:
    import httpx

T = TypeVar("T")
Parameters = Sequence[tuple[str, str]]
# Headers that are a part of the question, and so of its evidence; written in lower case by adapters.
ASKING_HEADERS = frozenset({"range", "if-match", "idempotency-key"})


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer with a status of 2xx. ``body`` is the text as received, ``date`` the provider's clock."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    date: datetime | None


class HttpClient:
    """Speaks to one provider; made by :func:`open_http`."""

    def __init__(
        self,
        client: "httpx.AsyncClient",
        base_url: str,
        manifest: Manifest,
        credentials: HttpCredentials,
    ) -> None:
        self._client = client
        self._base_url = base_url
        self._manifest = manifest
        self._credentials = credentials

    async def get(
        self,
        call: Call,
        path: str,
        *,
        parameters: Parameters = (),
        headers: Mapping[str, str] | None = None,
        window: Window | None = None,
        link: str | None = None,
        as_writer: bool = False,
    ) -> Reply:
        """GET ``base_url`` + ``path``. ``window`` and ``link`` go into the evidence.

        ``as_writer`` asks with the credential for changes, to see what it may do.

        :raises ProviderError: one of its kinds for every answer that is not 2xx and for every broken one.
        :raises InvalidRequestError: ``path``, ``parameters`` and ``headers`` cannot be written as a request.
        """
        request = _Request("GET", path, tuple(parameters), headers or {}, window, link, as_writer=as_writer)
        return await self._retried(call, request)

    async def ask(
        self,
        call: Call,
        path: str,
        body: bytes,
        *,
        method: str = "POST",
        parameters: Parameters = (),
        headers: Mapping[str, str] | None = None,
        window: Window | None = None,
        link: str | None = None,
        as_writer: bool = False,
    ) -> Reply:
        """A question with a ``body`` that changes nothing, such as a search by POST; otherwise as :meth:`get`."""
        request = _Request(method, path, tuple(parameters), headers or {}, window, link, body=body, as_writer=as_writer)
        return await self._retried(call, request)

    async def send(
        self,
        call: Call,
        method: str,
        path: str,
        body: bytes = b"",
        *,
        parameters: Parameters = (),
        headers: Mapping[str, str] | None = None,
        link: str | None = None,
    ) -> Reply:
        """Send what changes something, once, with the credential for changes; ``headers`` say the ``content-type`` of
        ``body``.

        :raises ConflictError: 409 or 412, the state has moved; nothing was changed.
        :raises OutcomeUnknownError: it was sent, and no answer tells whether it was done: a timeout, a broken
            connection, a status of 5xx, a web page.
        :raises ProviderError: another of its kinds when nothing was done.
        :raises InvalidRequestError: it cannot be written as a request.
        :raises ApprovalError: no approved action is being applied.
        """
        if not call.writing:
            raise ApprovalError(f"nothing may be changed at {call.instance} but by an approved action")
        request = _Request(method, path, tuple(parameters), headers or {}, link=link, body=body, as_writer=True)
        try:
            return await self._exchange(call, request)
        except ProviderError as error:
            meant = error_of_change(error)
            if meant is error:
                raise
            raise meant from error

    async def get_parsed(
        self,
        call: Call,
        path: str,
        shape: TypeAdapter[T],
        *,
        parameters: Parameters = (),
        headers: Mapping[str, str] | None = None,
        window: Window | None = None,
        link: str | None = None,
    ) -> T:
        """GET JSON of the given shape.

        :raises UnexpectedAnswerError: the answer is no JSON, or JSON of another shape.
        """
        headers = {"accept": "application/json", **(headers or {})}
        reply = await self.get(call, path, parameters=parameters, headers=headers, window=window, link=link)
        return parse_json(reply.body, shape, call.instance)

    async def ask_parsed(
        self,
        call: Call,
        path: str,
        question: object,
        shape: TypeAdapter[T],
        *,
        parameters: Parameters = (),
        headers: Mapping[str, str] | None = None,
        window: Window | None = None,
        link: str | None = None,
    ) -> T:
        """POST ``question`` as JSON to where that changes nothing, and read JSON of the given shape.

        :raises UnexpectedAnswerError: the answer is no JSON, or JSON of another shape.
        """
        headers = {"accept": "application/json", "content-type": "application/json", **(headers or {})}
        body = json.dumps(question).encode()
        reply = await self.ask(call, path, body, parameters=parameters, headers=headers, window=window, link=link)
        return parse_json(reply.body, shape, call.instance)

    async def _retried(self, call: Call, request: "_Request") -> Reply:
        from opsloom.adapter_api.http_retry import attempts_of

        try:
            return await attempts_of(call)(self._exchange, call, request)
        except AuthenticationError:
            if request.as_writer or not await self._credentials.have_changed(self._client.headers):
                raise
        return await attempts_of(call)(self._exchange, call, request)

    async def _exchange(self, call: Call, request: "_Request") -> Reply:
        import httpx

        url = self._base_url + request.path
        content = request.body or None
        headers = {**request.headers, **(await self._credential_for_changes(call) if request.as_writer else {})}
        try:
            with anyio.fail_after(call.remaining_seconds()):
                async with self._client.stream(
                    request.method, url, params=request.parameters, headers=headers, content=content
                ) as response:
                    body, whole = await read_capped(response)
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError, UnicodeError) as error:
            raise error_of_transport(error, call.instance) from error
        media_type = response.headers.get("content-type", "").partition(";")[0].strip().lower()
        call.capture(
            method=request.method,
            url=url,
            body=body,
            parameters=request.asked(),
            status=response.status_code,
            media_type=media_type,
            window=request.window,
            link=request.link,
        )
        call.quota = quota_of(response.headers, self._manifest.rate_limit, call.wall_clock.now()) or call.quota
        if not response.is_success:
            raise error_of_status(
                response.status_code, response.headers, body, call, self._manifest, as_writer=request.as_writer
            )
        if not whole:
            cap = limits.HTTP_BODY_MAX_BYTES // 1024 // 1024
            raise UnexpectedAnswerError(
                f"{call.instance} sent more than {cap} MiB; ask for less", instance=call.instance
            )
        if media_type == "text/html":
            raise UnexpectedAnswerError(
                f"{call.instance} sent a web page where data was asked for, perhaps a login page",
                instance=call.instance,
                status=response.status_code,
                upstream=body[: limits.UPSTREAM_QUOTE_CHARS].decode("utf-8", "replace"),
            )
        return Reply(response.status_code, response.headers, body, parse_http_date(response.headers.get("date", "")))

    async def _credential_for_changes(self, call: Call) -> Mapping[str, str]:
        if not call.writing:
            raise ApprovalError(f"the credential for changes of {call.instance} is for approved actions")
        return await self._credentials.for_changes()


@dataclass(frozen=True, slots=True)
class _Request:
    """One request; ``window`` and ``link`` are for its evidence."""

    method: str
    path: str
    parameters: tuple[tuple[str, str], ...]
    headers: Mapping[str, str]
    window: Window | None = None
    link: str | None = None
    body: bytes = b""
    as_writer: bool = False

    def asked(self) -> tuple[tuple[str, str], ...]:
        """All that was said, but for credentials."""
        headers = ((name, value) for name, value in self.headers.items() if name in ASKING_HEADERS)
        body = (("body", self.body.decode("utf-8", "replace")),) if self.body else ()
        return (*self.parameters, *headers, *body)


@asynccontextmanager
async def open_http(site: Site, manifest: Manifest) -> AsyncIterator[HttpClient]:
    """A client for the instance of ``site``, whose config is an :class:`HttpConfig`; nothing is sent yet.

    :raises ConfigurationError: a secret or the CA file cannot be read.
    """
    import httpx

    config = site.config_as(HttpConfig)
    credentials = HttpCredentials(site, config)
    async with httpx.AsyncClient(
        headers={"user-agent": "opsloom", "accept-encoding": ACCEPT_ENCODING, **await credentials.for_reading()},
        follow_redirects=False,
        verify=_tls(config, site.instance),
        timeout=httpx.Timeout(None, connect=limits.CONNECT_TIMEOUT_SECONDS),
        limits=httpx.Limits(max_connections=limits.HTTP_CONNECTIONS_PER_INSTANCE),
        transport=site.transport,
    ) as client:
        yield HttpClient(client, config.base_url, manifest, credentials)


def _tls(config: HttpConfig, instance: str) -> bool | ssl.SSLContext:
    if not config.base_url.startswith("https:"):
        return False  # nothing to verify: reading the CA bundle would cost each start some 20 ms
    if config.ca_file is None:
        return True
    try:
        context = ssl.create_default_context(cafile=str(config.ca_file))
        # Python 3.13 made this the default; private CAs, that of EKS among them, lack a key identifier
        context.verify_flags &= ~ssl.VERIFY_X509_STRICT
        return context
    except OSError as error:
        raise ConfigurationError(f"instance {instance}: ca_file cannot be read: {error.strerror}") from None

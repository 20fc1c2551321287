"""Adapters that each break the contract in one way; tests/contract/test_kit_bites.py runs the kit on them."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any, ClassVar, Self, TypeVar

import httpx
from pydantic import BaseModel, TypeAdapter

from opsloom.adapter_api.adapter import Probe, Site
from opsloom.adapter_api.call import Call
from opsloom.adapter_api.capabilities import AlertReader, LogReader
from opsloom.adapter_api.config import HttpConfig
from opsloom.adapter_api.contract_kit import CANARY, Words
from opsloom.model.alerts import Alert, AlertQuery, AlertStatus
from opsloom.model.errors import AuthenticationError, ProviderError, TransientError, UnexpectedAnswerError
from opsloom.model.page import Page
from opsloom.model.refs import Ref
from opsloom_acme import AcmeAdapter
from opsloom_acme.mapping import STATUS_OF_STATE, alert_of, status_of
from opsloom_acme.wire import WireAlert
from tests.contract.good_acme import GoodAcme

AdapterClass = TypeVar("AdapterClass", bound=type[AcmeAdapter])


def checked(adapter: AdapterClass) -> AdapterClass:
    """Add ``TestX``, the contract of Acme for the adapter ``X``, to this module."""
    globals()[f"Test{adapter.__name__}"] = type(f"Test{adapter.__name__}", (GoodAcme,), {"adapter": adapter})
    return adapter


NOTHING: Page[Alert] = Page(rows=(), query="nothing")


class SwallowingAdapter(AcmeAdapter):
    swallowed: ClassVar[type[Exception]]

    async def search_alerts(self, query: AlertQuery, call: Call) -> Page[Alert]:
        try:
            return await super().search_alerts(query, call)
        except self.swallowed:
            return NOTHING


@checked
class SwallowedAuthentication(SwallowingAdapter):
    swallowed = AuthenticationError


@checked
class SwallowedOutage(SwallowingAdapter):
    swallowed = TransientError


@checked
class SwallowedNonsense(SwallowingAdapter):
    swallowed = UnexpectedAnswerError


@checked
class FollowedRedirect(AcmeAdapter):
    @classmethod
    @asynccontextmanager
    async def connect(cls, site: Site) -> AsyncIterator[Self]:
        async with super().connect(site) as connected:
            connected._client.http._client.follow_redirects = True
            yield connected


@checked
class DeclaredButMissing(AcmeAdapter):
    manifest = replace(AcmeAdapter.manifest, capabilities=frozenset({AlertReader, LogReader}))


@checked
class ThereButUndeclared(AcmeAdapter):
    async def search_logs(self, query: object, call: Call) -> Page[Any]:
        return Page(rows=())


@checked
class OtherSignature(AcmeAdapter):
    async def get_alert(self, native_id: int, call: Call) -> Alert:  # type: ignore[override]
        return await super().get_alert(str(native_id), call)


@checked
class NoScopes(AcmeAdapter):
    manifest = replace(AcmeAdapter.manifest, scopes=())


class UnexplainedConfig(HttpConfig):
    project: str = "default"


@checked
class UnexplainedOption(AcmeAdapter):
    manifest = replace(AcmeAdapter.manifest, config=UnexplainedConfig)


class TestStrictWords(GoodAcme):
    words: ClassVar = {**GoodAcme.words, AlertStatus: Words(STATUS_OF_STATE.__getitem__, ("open",))}


class TestGuessedWords(GoodAcme):
    words: ClassVar = {
        **GoodAcme.words,
        AlertStatus: Words(lambda word: STATUS_OF_STATE.get(word, AlertStatus.FIRING), ("open",)),
    }


class TestForgottenWord(GoodAcme):
    words: ClassVar = {**GoodAcme.words, AlertStatus: Words(status_of, (*STATUS_OF_STATE, "snoozed"))}


class TestForgottenEnum(GoodAcme):
    words: ClassVar = {AlertStatus: GoodAcme.words[AlertStatus]}


class TestMisplacedQuestion(GoodAcme):
    questions: ClassVar = {LogReader.search_logs: []}


class ChangedRowsAdapter(AcmeAdapter):
    @staticmethod
    def changed(alert: Alert) -> Alert | None:
        raise NotImplementedError

    async def search_alerts(self, query: AlertQuery, call: Call) -> Page[Alert]:
        page = await super().search_alerts(query, call)
        return page.model_copy(update={"rows": tuple(row for one in page.rows if (row := self.changed(one)))})


@checked
class DroppedRow(ChangedRowsAdapter):
    @staticmethod
    def changed(alert: Alert) -> Alert | None:
        return None if alert.status is AlertStatus.UNKNOWN else alert


@checked
class ForgottenRawWord(ChangedRowsAdapter):
    @staticmethod
    def changed(alert: Alert) -> Alert | None:
        return alert.model_copy(update={"status_raw": ""})


@checked
class NaiveTime(ChangedRowsAdapter):
    @staticmethod
    def changed(alert: Alert) -> Alert | None:
        return alert.model_copy(update={"starts_at": alert.starts_at.replace(tzinfo=None)})


@checked
class ForeignRef(ChangedRowsAdapter):
    @staticmethod
    def changed(alert: Alert) -> Alert | None:
        return alert.model_copy(update={"ref": Ref(alert.ref.kind, "another", alert.ref.native_id)})


@checked
class IgnoredLimit(AcmeAdapter):
    async def search_alerts(self, query: AlertQuery, call: Call) -> Page[Alert]:
        return await super().search_alerts(query.model_copy(update={"limit": 100}), call)


@checked
class HiddenCut(AcmeAdapter):
    async def search_alerts(self, query: AlertQuery, call: Call) -> Page[Alert]:
        return (await super().search_alerts(query, call)).model_copy(update={"complete": True})


@checked
class OtherRecord(AcmeAdapter):
    async def get_alert(self, native_id: str, call: Call) -> Alert:
        alert = await super().get_alert(native_id, call)
        return alert.model_copy(update={"ref": Ref(alert.ref.kind, call.instance, "another")})


@checked
class AskedWhileConnecting(AcmeAdapter):
    @classmethod
    @asynccontextmanager
    async def connect(cls, site: Site) -> AsyncIterator[Self]:
        async with super().connect(site) as connected:
            await connected._client.http._client.get(site.config_as(HttpConfig).base_url + "/api/version")
            yield connected


class LenientAlerts(BaseModel):
    alerts: list[WireAlert] = []


@checked
class LenientShape(AcmeAdapter):
    async def search_alerts(self, query: AlertQuery, call: Call) -> Page[Alert]:
        reply = await self._client.http.get_parsed(call, "/api/alerts", TypeAdapter(LenientAlerts))
        rows = tuple(alert_of(one, self._config, call.instance) for one in reply.alerts)
        return Page(rows=rows[: query.limit], complete=len(rows) <= query.limit, query="all")


@checked
class CrashOnOtherShape(AcmeAdapter):
    async def probe(self, call: Call) -> Probe:
        reply = await self._client.http.get_parsed(call, "/api/version", TypeAdapter(Any))
        return Probe(version=reply["version"])


@checked
class UncappedBody(AcmeAdapter):
    """Goes past HttpClient, as an adapter with an HTTP library of its own would."""

    async def probe(self, call: Call) -> Probe:
        client = self._client.http
        try:
            answer = await client._client.get(client._base_url + "/api/version")
            return Probe(version=answer.raise_for_status().json()["version"])
        except (httpx.HTTPError, ValueError, KeyError, TypeError):
            raise UnexpectedAnswerError("it failed", instance=call.instance) from None


@checked
class ForgottenEvidence(AcmeAdapter):
    async def search_alerts(self, query: AlertQuery, call: Call) -> Page[Alert]:
        try:
            return await super().search_alerts(query, call)
        finally:
            call.exchanges.clear()


@checked
class IgnoredDeadline(AcmeAdapter):
    async def probe(self, call: Call) -> Probe:
        call.deadline += 60
        return await super().probe(call)


@checked
class EagerRetries(AcmeAdapter):
    async def probe(self, call: Call) -> Probe:
        try:
            return await super().probe(call)
        except ProviderError:
            return await super().probe(call)


@checked
class ArgumentInPath(AcmeAdapter):
    async def get_alert(self, native_id: str, call: Call) -> Alert:
        wire = await self._client.http.get_parsed(call, f"/api/alerts/{native_id}", TypeAdapter(WireAlert))
        return alert_of(wire, self._config, call.instance)


@checked
class ArgumentInHeader(AcmeAdapter):
    async def search_alerts(self, query: AlertQuery, call: Call) -> Page[Alert]:
        await self._client.http.get(
            call, "/api/alerts", headers={"x-service": str(query.service).encode().decode("latin-1")}
        )
        return await super().search_alerts(query, call)


@checked
class ArgumentAsParameters(AcmeAdapter):
    async def search_alerts(self, query: AlertQuery, call: Call) -> Page[Alert]:
        parameters = httpx.QueryParams(f"service={query.service}").multi_items()
        await self._client.http.get(call, "/api/alerts", parameters=parameters)
        return await super().search_alerts(query, call)


@checked
class SecretInError(AcmeAdapter):
    async def probe(self, call: Call) -> Probe:
        try:
            return await super().probe(call)
        except AuthenticationError:
            raise AuthenticationError(f"{call.instance} refused {CANARY}", instance=call.instance) from None


@checked
class SecretInCause(AcmeAdapter):
    async def probe(self, call: Call) -> Probe:
        try:
            return await super().probe(call)
        except AuthenticationError as error:
            raise AuthenticationError("refused", instance=call.instance) from ValueError(CANARY + str(error))


@checked
class SecretInLog(AcmeAdapter):
    async def probe(self, call: Call) -> Probe:
        logging.getLogger("acme").debug("asking with %s", CANARY)
        return await super().probe(call)


@checked
class SecretInAddress(AcmeAdapter):
    async def probe(self, call: Call) -> Probe:
        await self._client.http.get(call, "/api/version", parameters=[("token", CANARY)])
        return await super().probe(call)


@checked
class EchoedSecret(AcmeAdapter):
    async def probe(self, call: Call) -> Probe:
        try:
            return await super().probe(call)
        except ProviderError as error:
            raise type(error)(f"it said {error.upstream}", instance=call.instance) from None

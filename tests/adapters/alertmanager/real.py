"""The Alertmanager of the test bed, seen from the outside: what a rule engine and a person would send to it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from opsloom.model.alerts import Alert
from opsloom.model.page import Page
from tests.adapters.alertmanager.asking import alert_query, call_at, connected


class Alertmanager:
    """At ``url``; nothing here goes through the code under test but :meth:`search`."""

    def __init__(self, client: httpx.AsyncClient, url: str) -> None:
        self._client = client
        self.url = url

    async def send(self, service: str, *, severity: str = "warning") -> None:
        labels = {"alertname": "ShopIsSlow", "service": service, "severity": severity, "team": "shop"}
        await self._post("/api/v2/alerts", [{"labels": labels, "annotations": {"summary": "slow"}}])

    async def silence(self, service: str, *, known_as: str = "", hours: int = 1) -> str:
        """Silence it; with ``known_as``, change the silence with that id."""
        now = datetime.now(UTC)
        silence = {
            "matchers": [{"name": "service", "value": service, "isRegex": False, "isEqual": True}],
            "startsAt": now.isoformat(),
            "endsAt": (now + timedelta(hours=hours)).isoformat(),
            "createdBy": "oncall-a",
            "comment": "known",
        }
        if known_as:  # with another start, were it a second later, it would be another silence
            known = (await self._client.get(f"{self.url}/api/v2/silence/{known_as}")).raise_for_status().json()
            silence |= {"id": known_as, "startsAt": known["startsAt"]}
        return str((await self._post("/api/v2/silences", silence)).json()["silenceID"])

    async def expire(self, silence: str) -> None:
        (await self._client.delete(f"{self.url}/api/v2/silence/{silence}")).raise_for_status()

    async def silences_of(self, service: str) -> list[dict[str, Any]]:
        """All that name it, ended ones included."""
        silences = (await self._client.get(self.url + "/api/v2/silences")).raise_for_status().json()
        return [one for one in silences if any(matcher["value"] == service for matcher in one["matchers"])]

    async def search(self, **asked: Any) -> Page[Alert]:
        # one label only, so that Alertmanager does the filtering
        async with connected(base_url=self.url, service_labels=["service"]) as adapter:
            now = datetime.now(UTC) + timedelta(seconds=1)
            return await adapter.search_alerts(alert_query(now, **asked), call_at(datetime.now(UTC)))

    async def _post(self, path: str, body: Any) -> httpx.Response:
        reply = await self._client.post(self.url + path, json=body)
        return reply.raise_for_status()

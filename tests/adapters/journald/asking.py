"""How these tests ask a journal gateway: the real one, or canned replies at the edge of the network.

The shapes: https://systemd.io/JOURNAL_EXPORT_FORMATS/#journal-json-format for entries,
https://www.freedesktop.org/software/systemd/man/latest/systemd-journal-gatewayd.service.html for the rest.
"""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import anyio
import httpx
from pydantic import SecretStr

from opsloom.adapter_api.adapter import Site
from opsloom.adapter_api.call import Call
from opsloom.adapter_api.config import SecretSource
from opsloom.model.logs import LogQuery
from opsloom.model.window import Window
from opsloom_adapters.journald import JournaldAdapter

INSTANCE = "journal-eu"
NOW = datetime(2026, 3, 3, 9, 21, tzinfo=UTC)
URL = "http://journal.test"


def call_at(now: datetime = NOW) -> Call:
    return Call(INSTANCE, "journald", now, anyio.current_time() + 5)


def log_query(now: datetime = NOW, **asked: Any) -> LogQuery:
    window = Window(start=now - timedelta(hours=1), end=now)
    return LogQuery(**{"window": window, "limit": 100, **asked})


def microseconds(moment: datetime) -> int:
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


def journal_entry(number: int, **fields: Any) -> dict[str, Any]:
    """An entry as systemd 252 sends it, ``number`` seconds after nine."""
    at = microseconds(datetime(2026, 3, 3, 9, 0, tzinfo=UTC)) + number * 1_000_000
    return {
        "__CURSOR": f"s=53796a52;i={number:x};b=01234567;m=4c4b40;t={at:x};x=892c26e2",
        "__REALTIME_TIMESTAMP": str(at),
        "__MONOTONIC_TIMESTAMP": "5000000",
        "_BOOT_ID": "0123456789abcdef0123456789abcdef",
        "_HOSTNAME": "shop-1",
        "_PID": "100",
        "SYSLOG_IDENTIFIER": "checkout",
        "PRIORITY": "6",
        "MESSAGE": f"order {number}",
        **fields,
    }


class Gateway(httpx.MockTransport):
    """Sends ``entries`` as JSON lines whatever is asked for, and keeps the requests."""

    def __init__(
        self,
        *entries: dict[str, Any],
        oldest: datetime = NOW - timedelta(days=1),
        newest: datetime = NOW,
        media_type: str = "application/json",
    ) -> None:
        super().__init__(self._answer)
        self.requests: list[httpx.Request] = []
        self._entries = "".join(json.dumps(entry) + "\n" for entry in entries)
        self._media_type = media_type
        self._machine = {
            "machine_id": "3d1219c7c4c5404aaa1f6d2a48adfda4",
            "hostname": "shop-1",
            "os_pretty_name": "Debian GNU/Linux 12 (bookworm)",
            "usage": "8388608",
            "cutoff_from_realtime": str(microseconds(oldest)),
            "cutoff_to_realtime": str(microseconds(newest)),
        }

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        if request.url.path == "/machine":
            return httpx.Response(200, json=self._machine, headers={"date": "Tue, 03 Mar 2026 09:21:00 GMT"})
        return httpx.Response(200, text=self._entries, headers={"content-type": self._media_type})


async def _no_secret(source: SecretSource) -> SecretStr:
    raise AssertionError(f"nothing here needs the secret {source}")


@asynccontextmanager
async def connected(
    transport: httpx.AsyncBaseTransport | None = None, base_url: str = URL, **settings: Any
) -> AsyncIterator[JournaldAdapter]:
    config = JournaldAdapter.manifest.config.model_validate({"adapter": "journald", "base_url": base_url, **settings})
    async with JournaldAdapter.connect(Site(INSTANCE, config, _no_secret, transport)) as adapter:
        yield adapter

"""The contract of adapters, kept by the journald adapter."""

import json
from typing import ClassVar

import httpx

from opsloom.adapter_api.contract_kit import HttpAdapterContract, Words
from opsloom.model.logs import LogSeverity
from opsloom_adapters.journald import JournaldAdapter
from opsloom_adapters.journald.mapping import severity_of

_NINE_ON_MARCH_3 = 1_772_528_400_000_000


def _line(number: int, priority: str) -> str:
    moment = _NINE_ON_MARCH_3 + number * 1_000_000
    entry = {
        "__CURSOR": f"s=53796a52;i={number:x};b=01234567;m=4c4b40;t={moment:x};x=892c26e2",
        "__REALTIME_TIMESTAMP": str(moment),
        "_HOSTNAME": "shop",
        "SYSLOG_IDENTIFIER": "checkout",
        "PRIORITY": priority,
        "MESSAGE": f"order {number} failed",
    }
    return json.dumps(entry) + "\n"


def _newest(request: httpx.Request) -> str:
    """As many of three entries as the Range header asks for."""
    count = int(request.headers["range"].rpartition(":")[2])
    return "".join([_line(1, "3"), _line(2, "4"), _line(3, "6")][-count:])


class TestJournald(HttpAdapterContract):
    adapter = JournaldAdapter
    settings: ClassVar = {
        "adapter": "journald",
        "base_url": "http://journal.test/gateway",
        "token": {"env": "JOURNAL_PROXY_TOKEN"},
    }
    replies: ClassVar = {
        "GET /entries": _newest,
        "GET /machine": {
            "machine_id": "3d1219c7c4c5404aaa1f6d2a48adfda4",
            "cutoff_from_realtime": str(_NINE_ON_MARCH_3),
            "cutoff_to_realtime": str(_NINE_ON_MARCH_3),
        },
    }
    empty_replies: ClassVar = {"GET /entries": [""]}
    words: ClassVar = {LogSeverity: Words(severity_of, tuple("01234567"))}

"""Guarantee: when the log cannot be written, reads answer and say so, and the records come back behind a gap."""

import resource
from pathlib import Path
from typing import Any

from opsloom.audit.verify import verify
from tests.guarantee.raw_client import RawClient

UNLIMITED = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)


def overview(client: RawClient) -> dict[str, Any]:
    answer: dict[str, Any] = client.ask("tools/call", {"name": "overview", "arguments": {}})["result"]
    assert answer["isError"] is False
    structured: dict[str, Any] = answer["structuredContent"]
    return structured


def fill_the_disk(client: RawClient) -> None:
    """No file of the server may grow past 4 KiB: to SQLite that is a full disk, a spill file still fits."""
    resource.prlimit(client.process.pid, resource.RLIMIT_FSIZE, (4_096, resource.RLIM_INFINITY))


def test_reads_answer_degraded_while_the_disk_is_full_and_nothing_is_lost(tmp_path: Path) -> None:
    client = RawClient("--demo", environment={"XDG_STATE_HOME": str(tmp_path)})
    workspace = tmp_path / "opsloom" / "demo"
    client.shake_hands()
    assert overview(client)["notes"] == []

    fill_the_disk(client)
    degraded = overview(client)
    assert any(note.startswith("DEGRADED") for note in degraded["notes"])
    assert degraded["rows"]

    resource.prlimit(client.process.pid, resource.RLIMIT_FSIZE, UNLIMITED)
    overview(client)
    assert overview(client)["notes"] == []
    client.end()

    report = verify(workspace)
    assert report.ok, report.lines()
    assert report.gaps == 1
    assert report.by_kind["call.received"] == report.by_kind["call.finished"] == 4
    assert not report.calls_without_end


def test_a_disk_that_is_full_before_the_first_call_does_not_stop_reads(tmp_path: Path) -> None:
    client = RawClient("--demo", environment={"XDG_STATE_HOME": str(tmp_path)})
    client.shake_hands()
    fill_the_disk(client)
    first, second = overview(client), overview(client)
    assert all(any(note.startswith("DEGRADED") for note in answer["notes"]) for answer in (first, second))
    assert first["investigation"] == second["investigation"]

    resource.prlimit(client.process.pid, resource.RLIMIT_FSIZE, UNLIMITED)
    overview(client)
    read = client.ask("resources/read", {"uri": f"ops://investigations/{first['investigation']}"})
    assert first["investigation"] in read["result"]["contents"][0]["text"]
    client.end()
    assert verify(tmp_path / "opsloom" / "demo").ok

"""Guarantee: nothing but JSON-RPC is written to stdout, whatever happens, and every end is a clean one."""

import json
import signal
from pathlib import Path

import pytest

from opsloom.audit.verify import verify
from tests.bed.loopback import free_port
from tests.guarantee.raw_client import MODERN, RawClient


@pytest.fixture
def dead(tmp_path: Path) -> Path:
    """Settings in which nothing works."""
    file = tmp_path / "opsloom.toml"
    file.write_text(
        "".join(
            f'[instances.{kind}]\nadapter = "{kind}"\nbase_url = "http://127.0.0.1:{free_port()}"\n'
            for kind in ("prometheus", "alertmanager", "roundup", "journald")
        )
        + '[instances.typo]\nadapter = "promethoius"\n'
    )
    return file


def test_with_every_back_end_dead_only_the_protocol_is_on_stdout(dead: Path) -> None:
    client = RawClient("--config", str(dead))
    client.shake_hands()
    for tool in ("overview", "search_alerts", "query_metrics", "search_logs", "search_tickets"):
        assert client.ask("tools/call", {"name": tool, "arguments": {}})["result"]["isError"] is True
    for line in (b"not json", b'{"jsonrpc":"2.0"}', b"[]", b"\xff\xfe", b"{" * 2_000):
        client.send(line)
    assert client.ask("ping", {})
    assert all(json.loads(line)["jsonrpc"] == "2.0" for line in client.end().splitlines())
    assert client.process.returncode == 0
    assert verify(dead.parent / ".opsloom").ok


def test_a_client_may_discover_and_then_shake_hands_on_one_pipe(tmp_path: Path) -> None:
    client = RawClient("--demo", environment={"XDG_STATE_HOME": str(tmp_path)})
    discovered = client.ask("server/discover", {"_meta": MODERN})
    assert "2026-07-28" in discovered["result"]["supportedVersions"]
    client.shake_hands()
    assert client.ask("tools/list", {})["result"]["tools"]
    client.end()


def test_a_client_may_discover_and_then_stay_modern(tmp_path: Path) -> None:
    client = RawClient("--demo", environment={"XDG_STATE_HOME": str(tmp_path)})
    client.ask("server/discover", {"_meta": MODERN})
    assert client.ask("tools/list", {"_meta": MODERN})["result"]["tools"]
    client.end()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_server_and_leaves_a_signed_log(tmp_path: Path, number: signal.Signals) -> None:
    client = RawClient("--demo", environment={"XDG_STATE_HOME": str(tmp_path)})
    client.shake_hands()
    assert client.ask("tools/call", {"name": "overview", "arguments": {}})["result"]["structuredContent"]
    client.process.send_signal(number)
    assert client.process.wait(timeout=20) == 0
    report = verify(tmp_path / "opsloom" / "demo")
    assert report.ok
    assert report.signed == report.records
    assert report.by_kind["server.stopped"] == 1
    assert client.end() == b""


def test_a_server_that_cannot_open_its_workspace_says_so_and_ends_although_stdin_is_open(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    settings = tmp_path / "opsloom.toml"
    settings.write_text('[workspace]\npath = "file/workspace"\n')
    client = RawClient("--config", str(settings))
    assert client.process.wait(timeout=20) == 2
    assert client.process.stderr is not None
    told = client.process.stderr.read().decode()
    assert "cannot be made: Not a directory" in told
    assert "Traceback" not in told
    assert client.end() == b""

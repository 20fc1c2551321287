"""``opsloom doctor`` against real and made-up providers."""

import json
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from opsloom.cli.doctor import examine
from opsloom.server.configuration import Configuration
from tests.bed.bed import Bed
from tests.server.serving import settings_of

SLOW_BY_SECONDS = 90
STATUS = {
    "cluster": {"status": "disabled", "peers": []},
    "config": {"original": ""},
    "uptime": "2026-03-03T09:00:00Z",
    "versionInfo": {
        "branch": "", "buildDate": "", "buildUser": "", "goVersion": "", "revision": "", "version": "0.27.0",
    },
}  # fmt: skip


class _SlowClock(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        body = json.dumps(STATUS).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def date_time_string(self, timestamp: float | None = None) -> str:
        return super().date_time_string((timestamp or time.time()) - SLOW_BY_SECONDS)

    def log_message(self, *_arguments: object) -> None:
        pass


@pytest.fixture
def slow_clock() -> Iterator[str]:
    """An Alertmanager whose clock is a minute and a half behind."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _SlowClock)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()
    thread.join()


async def test_a_clock_that_is_off_is_measured(tmp_path: Path, slow_clock: str) -> None:
    settings = settings_of(tmp_path, {"am": {"adapter": "alertmanager", "base_url": slow_clock}})
    [report] = await examine(Configuration.of(settings, tmp_path / "opsloom.toml"))
    assert report.ok
    assert report.version == "0.27.0"
    assert report.clock_skew_seconds == pytest.approx(-SLOW_BY_SECONDS, abs=2)


async def test_a_real_prometheus_is_well(bed: Bed, tmp_path: Path) -> None:
    settings = settings_of(tmp_path, {"prom": {"adapter": "prometheus", "base_url": bed.prometheus.url}})
    [report] = await examine(Configuration.of(settings, tmp_path / "opsloom.toml"))
    assert (report.ok, report.reachable, report.credential) == (True, True, True)
    assert report.capabilities == ["AlertReader", "MetricReader", "TopologyReader"]
    assert report.version.startswith("2.")
    assert report.clock_skew_seconds == pytest.approx(0, abs=2)


async def test_a_wrong_password_is_told_from_a_dead_server(bed: Bed, tmp_path: Path) -> None:
    password = tmp_path / "password"
    password.write_text("not-the-password")
    options = {"adapter": "roundup", "base_url": bed.roundup.url, "username": bed.roundup.user}
    settings = settings_of(tmp_path, {"tickets": {**options, "password": {"file": str(password)}}})
    [report] = await examine(Configuration.of(settings, tmp_path / "opsloom.toml"))
    assert (report.ok, report.reachable, report.credential) == (False, True, False)
    assert "not-the-password" not in report.problem

"""``opsloom doctor`` against real and made-up providers."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from opsloom.cli.doctor import examine, show
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
        body = json.dumps([] if "/alerts" in self.path else STATUS).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def date_time_string(self, timestamp: float | None = None) -> str:
        return super().date_time_string((timestamp or time.time()) - SLOW_BY_SECONDS)

    def log_message(self, *_arguments: object) -> None:
        pass


@contextmanager
def served(handler: type[BaseHTTPRequestHandler]) -> Iterator[str]:
    """An address of the loopback at which ``handler`` answers."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def slow_clock() -> Iterator[str]:
    """An Alertmanager whose clock is a minute and a half behind."""
    with served(_SlowClock) as url:
        yield url


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


class _Strict(BaseHTTPRequestHandler):
    """A Prometheus that lets this credential read rules, refuses it metrics, and tells its limits."""

    def do_GET(self) -> None:
        allowed = "/rules" in self.path or "buildinfo" in self.path
        said = {"groups": []} if "/rules" in self.path else {"version": "3.5.0"}
        body = json.dumps({"status": "success", "data": said}).encode()
        self.send_response(200 if allowed else 403)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_arguments: object) -> None:
        pass


@pytest.fixture
def strict() -> Iterator[str]:
    with served(_Strict) as url:
        yield url


async def test_what_the_credential_may_not_is_named_and_the_tools_that_are_left(tmp_path: Path, strict: str) -> None:
    settings = settings_of(tmp_path, {"prom": {"adapter": "prometheus", "base_url": strict}})
    [report] = await examine(Configuration.of(settings, tmp_path / "opsloom.toml"))
    assert report.ok, "fewer permissions may be meant so"
    works = {check.name: (check.works, check.denied) for check in report.reading}
    assert works == {"AlertReader": (True, False), "MetricReader": (False, True), "TopologyReader": (False, True)}
    assert "search_alerts" in report.tools
    assert "query_metrics" not in report.tools
    assert report.requests >= 3


async def test_without_a_credential_for_changes_no_change_is_offered(tmp_path: Path, slow_clock: str) -> None:
    token = tmp_path / "token"
    token.write_text("read")
    options = {"adapter": "alertmanager", "base_url": slow_clock, "token": {"file": str(token)}}
    settings = settings_of(tmp_path, {"am": options, "am-rw": {**options, "write_token": {"file": str(token)}}})
    reads, changes = await examine(Configuration.of(settings, tmp_path / "opsloom.toml"))
    assert (reads.changes, reads.writing) == ([], [])
    assert changes.changes == ["silence_alert"]
    assert {check.name: check.works for check in changes.writing} == {
        "POST /api/v2/silences": None,
        "DELETE /api/v2/silence/{id}": None,
    }


class _Limited(BaseHTTPRequestHandler):
    """A GitHub that counts requests, and lets nobody see anything."""

    def do_GET(self) -> None:
        self.send_response(200)
        for name, value in {
            "Content-Type": "application/json",
            "Content-Length": "2",
            "X-RateLimit-Limit": "5000",
            "X-RateLimit-Remaining": "4993",
            "X-RateLimit-Reset": str(int(time.time()) + 600),
        }.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(b"[]")

    def log_message(self, *_arguments: object) -> None:
        pass


async def test_the_cost_of_the_look_and_what_is_left_of_the_vendors_limit_are_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    token = tmp_path / "token"
    token.write_text("read")
    options = {"adapter": "github", "repositories": ["shop/checkout"], "token": {"file": str(token)}}
    with served(_Limited) as url:
        settings = settings_of(tmp_path, {"code": {**options, "base_url": url}})
        [report] = await examine(Configuration.of(settings, tmp_path / "opsloom.toml"))
    assert report.requests >= 1
    assert report.quota is not None
    assert (report.quota.limit, report.quota.remaining) == (5000, 4993)
    show(report)
    assert "4993 of 5000 left, anew in " in capsys.readouterr().out

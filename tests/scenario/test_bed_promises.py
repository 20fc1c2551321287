"""What the bed promises to whoever runs it: nothing is passed silently, and nothing outlives it."""

import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.bed import processes
from tests.bed.debian import CACHE_ENV, DebianPackages
from tests.bed.http_client import answers
from tests.bed.loopback import address, free_port, listening_socket
from tests.bed.outcome import BrokenPartError, PartUnavailableError
from tests.bed.polling import wait_until
from tests.bed.processes import Processes
from tests.conftest import REQUIRE_ENV

_REPOSITORY_ROOT = Path(__file__).resolve().parents[2]
_ENDS_WITHIN_SECONDS = 15
_ASKS_FOR_A_PART = """\
import pytest

def test_asks(bed):
    bed.need("alertmanager")

@pytest.fixture
def watched(bed):
    return bed.alertmanager.url

def test_asks_by_a_fixture(watched):
    assert watched
"""
_BED_WITH_A_SHOP = """\
import signal, sys
from pathlib import Path
from tests.bed.bed import Bed
from tests.bed.debian import DebianPackages

bed = Bed(Path(sys.argv[1], "bed"), DebianPackages(Path(sys.argv[1], "cache")))
print(bed.shop.urls["frontend"], flush=True)
signal.pause()
"""


def run_where_nothing_can_be_had(folder: Path, environment: Mapping[str, str]) -> str:
    """Run two tests that ask for Alertmanager: no programs here, and nothing in the cache."""
    file = folder / "test_asking.py"
    file.write_text(_ASKS_FOR_A_PART, "utf-8")
    done = subprocess.run(
        (sys.executable, "-m", "pytest", "-p", "tests.conftest", "-p", "no:cacheprovider", "-rs", file),
        cwd=_REPOSITORY_ROOT,
        env={"PATH": str(folder), CACHE_ENV: str(folder / "cache"), **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout


def test_a_test_whose_part_cannot_be_had_is_skipped_with_the_reason(tmp_path: Path) -> None:
    said = run_where_nothing_can_be_had(tmp_path, {})
    assert "2 skipped" in said
    assert "the bed has no prometheus-alertmanager: there is no apt-get here" in said


def test_a_test_whose_part_cannot_be_had_fails_where_the_bed_is_required(tmp_path: Path) -> None:
    said = run_where_nothing_can_be_had(tmp_path, {REQUIRE_ENV: "1"})
    assert "1 failed, 1 error" in said
    assert "the bed has no prometheus-alertmanager: there is no apt-get here" in said


def test_a_package_that_does_not_exist_is_refused_by_name_and_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(PartUnavailableError, match="the bed has no opsloom-no-such-package: "):
        DebianPackages(tmp_path).unpacked("opsloom-no-such-package")
    assert not list(tmp_path.glob("debian/*opsloom*"))
    assert not list(tmp_path.glob("debian/unpacking-*"))


def test_two_who_want_the_same_package_at_once_share_it(tmp_path: Path) -> None:
    with ThreadPoolExecutor(2) as both:
        first, second = both.map(
            lambda packages: packages.unpacked("systemd-journal-remote"),
            (DebianPackages(tmp_path), DebianPackages(tmp_path)),
        )
    assert first == second
    assert list(first.rglob("systemd-journal-gatewayd"))


def test_a_bed_that_is_killed_takes_its_processes_with_it(tmp_path: Path) -> None:
    killed = subprocess.Popen(
        (sys.executable, "-c", _BED_WITH_A_SHOP, str(tmp_path)),
        cwd=_REPOSITORY_ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert killed.stdout is not None
    try:
        url = f"{killed.stdout.readline().strip()}/version"
        assert answers(url)
    finally:
        killed.kill()
        killed.communicate()
    wait_until(lambda: not answers(url), within_seconds=_ENDS_WITHIN_SECONDS, what="the end of the shop")


def test_one_command_starts_everything_and_ctrl_c_stops_it(tmp_path: Path) -> None:
    folder = tmp_path / "by-hand"
    output = tmp_path / "output"
    with output.open("w") as file:
        command = (sys.executable, "-m", "tests.bed", "up", "--dir", folder)
        up = subprocess.Popen(command, cwd=_REPOSITORY_ROOT, stdout=file, start_new_session=True)
    try:
        wait_until(lambda: "Ctrl-C stops everything" in output.read_text("utf-8"), within_seconds=60, what="everything")
        url = next(line for line in output.read_text("utf-8").splitlines() if line.startswith("frontend: "))
        frontend = f"{url.removeprefix('frontend: ')}/version"
        assert answers(frontend)
    finally:
        os.killpg(up.pid, signal.SIGINT)
        up.wait(_ENDS_WITHIN_SECONDS)
    assert not answers(frontend)


def test_a_port_that_was_taken_meanwhile_is_left_for_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bed_processes = Processes(tmp_path)
    with listening_socket() as taken:
        ports = iter((int(address(taken).rpartition(":")[2]), free_port()))
        monkeypatch.setattr(processes, "free_port", lambda: next(ports))
        try:
            url = bed_processes.start_on_free_port("pages", serve_pages, ready="/", cwd=tmp_path)
            assert url != address(taken)
            assert answers(url)
        finally:
            bed_processes.stop_all()


def test_a_part_that_ends_at_once_is_a_failure_with_its_last_words(tmp_path: Path) -> None:
    bed_processes = Processes(tmp_path)
    try:
        with pytest.raises(BrokenPartError, match="nothing works today"):
            bed_processes.start_on_free_port(
                "broken",
                lambda port: (sys.executable, "-c", "raise SystemExit('nothing works today')"),
                ready="/",
                cwd=tmp_path,
            )
    finally:
        bed_processes.stop_all()


def serve_pages(port: int) -> tuple[str, ...]:
    return (sys.executable, "-m", "http.server", "--bind", "127.0.0.1", str(port))

"""VictoriaMetrics: another program that speaks Prometheus' API, with ten minutes of samples of the shop."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import httpx

from tests.bed.debian import DebianPackages
from tests.bed.loopback import HOST
from tests.bed.processes import Processes

PACKAGE = "victoria-metrics"
STEP_SECONDS = 10
SAMPLES = 60
REQUESTS_PER_STEP = 100
ERRORS_PER_STEP = 5


def start_victoria(packages: DebianPackages, processes: Processes, folder: Path, now: datetime) -> str:
    """Start it with its data in ``folder``, the last sample at ``now``; return its address.

    :raises PartUnavailableError: the package cannot be had.
    """
    program = packages.unpacked(PACKAGE) / "usr/bin/victoria-metrics"
    folder.mkdir()

    def command(port: int) -> list[str | Path]:
        return [
            program,
            f"-httpListenAddr={HOST}:{port}",
            f"-storageDataPath={folder / 'data'}",
            "-retentionPeriod=1",
            "-search.latencyOffset=0s",  # else the newest half minute is hidden
            "-search.disableCache",
            "-loggerLevel=WARN",
        ]

    url = processes.start_on_free_port("victoria-metrics", command, ready="/health", cwd=folder)
    httpx.post(f"{url}/api/v1/import/prometheus", content="\n".join(_lines(now))).raise_for_status()
    httpx.get(f"{url}/internal/force_flush").raise_for_status()
    return url


def _lines(now: datetime) -> Iterator[str]:
    """The exposition format with times in milliseconds: two services whose requests and errors grow evenly."""
    end = int(now.timestamp())
    for step in range(SAMPLES + 1):
        at = (end - (SAMPLES - step) * STEP_SECONDS) * 1000
        for service in ("checkout", "payments"):
            yield f'up{{job="shop",service="{service}"}} 1 {at}'
            for code, each in (("200", REQUESTS_PER_STEP - ERRORS_PER_STEP), ("500", ERRORS_PER_STEP)):
                yield f'http_requests_total{{service="{service}",code="{code}"}} {step * each} {at}'
            for limit, share in (("0.1", 0.5), ("0.5", 0.9), ("+Inf", 1.0)):
                count = step * REQUESTS_PER_STEP * share
                yield f'http_request_duration_seconds_bucket{{service="{service}",le="{limit}"}} {count:.0f} {at}'
            yield f'http_request_duration_seconds_count{{service="{service}"}} {step * REQUESTS_PER_STEP} {at}'
            yield f'http_request_duration_seconds_sum{{service="{service}"}} {step * REQUESTS_PER_STEP * 0.2} {at}'

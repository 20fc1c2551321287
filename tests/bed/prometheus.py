"""Prometheus: scrapes the shop every second and tells Alertmanager within seconds."""

import json
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from tests.bed.debian import DebianPackages
from tests.bed.loopback import HOST
from tests.bed.processes import Processes
from tests.bed.shop.world import ENVIRONMENT

PACKAGE = "prometheus"
_RUNBOOK = "https://runbooks.example.com/{{ $labels.service }}"
_RULES = {
    "groups": [
        {
            "name": "shop",
            "rules": [
                {
                    "alert": "HighErrorRatio",
                    "expr": (
                        'sum by (service, team) (rate(http_requests_total{code=~"5.."}[5s]))'
                        " / sum by (service, team) (rate(http_requests_total[5s])) > 0.05"
                    ),
                    "for": "2s",
                    "labels": {"severity": "critical"},
                    "annotations": {
                        "summary": "{{ $labels.service }} answers {{ $value | humanizePercentage }} with errors",
                        "runbook_url": _RUNBOOK,
                    },
                },
                {
                    "alert": "HighLatency",
                    "expr": (
                        "histogram_quantile(0.9, sum by (service, team, le)"
                        " (rate(http_request_duration_seconds_bucket[5s]))) > 0.25"
                    ),
                    "for": "2s",
                    "labels": {"severity": "warning"},
                    "annotations": {
                        "summary": "{{ $labels.service }} takes {{ $value | humanizeDuration }} (p90)",
                        "runbook_url": _RUNBOOK,
                    },
                },
                {
                    "alert": "ServiceDown",
                    "expr": "up == 0",
                    "for": "2s",
                    "labels": {"severity": "critical"},
                    "annotations": {"summary": "{{ $labels.service }} cannot be scraped"},
                },
            ],
        }
    ]
}


def start_prometheus(
    packages: DebianPackages,
    processes: Processes,
    folder: Path,
    *,
    targets: Mapping[str, str],
    teams: Mapping[str, str],
    alertmanager: str,
) -> str:
    """Start it with its data in ``folder``; return its address.

    ``targets``: address of each service. ``teams``: who owns each. Both become labels of every series.

    :raises PartUnavailableError: the package cannot be had.
    """
    program = packages.unpacked(PACKAGE) / "usr/bin/prometheus"
    folder.mkdir()
    # JSON is YAML, and needs no library to be written
    (folder / "rules.yml").write_text(json.dumps(_RULES, indent=2), "utf-8")
    configuration = folder / "prometheus.yml"
    configuration.write_text(json.dumps(_configuration(targets, teams, alertmanager), indent=2), "utf-8")

    def command(port: int) -> list[str | Path]:
        return [
            program,
            f"--config.file={configuration}",
            f"--storage.tsdb.path={folder / 'data'}",
            f"--web.listen-address={HOST}:{port}",
            f"--web.external-url=http://{HOST}:{port}/",  # else links name this machine
            "--rules.alert.resend-delay=1s",
        ]

    return processes.start_on_free_port("prometheus", command, ready="/-/ready", cwd=folder)


def _configuration(targets: Mapping[str, str], teams: Mapping[str, str], alertmanager: str) -> dict[str, object]:
    shop = [
        {
            "targets": [urlsplit(url).netloc],
            "labels": {"service": service, "team": teams[service], "environment": ENVIRONMENT},
        }
        for service, url in targets.items()
    ]
    return {
        "global": {"scrape_interval": "1s", "scrape_timeout": "1s", "evaluation_interval": "1s"},
        "rule_files": ["rules.yml"],
        "alerting": {"alertmanagers": [{"static_configs": [{"targets": [urlsplit(alertmanager).netloc]}]}]},
        "scrape_configs": [{"job_name": "shop", "static_configs": shop}],
    }

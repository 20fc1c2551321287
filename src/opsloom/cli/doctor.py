"""``opsloom doctor``: does each instance answer, take the credential, and keep the same time?"""

import argparse
import json
from dataclasses import asdict, dataclass, replace

import anyio

from opsloom.adapter_api.adapter import Probe
from opsloom.cli.configured import configuration
from opsloom.model.clock import SystemClock
from opsloom.model.errors import AuthenticationError, PermissionDeniedError, ProviderError, UnavailableError
from opsloom.providers.hub import Outcome
from opsloom.server.configuration import Configuration

CLOCK_SKEW_WARN_SECONDS = 5.0


@dataclass
class Report:
    """The health of one instance; ``None`` is "not known"."""

    instance: str
    adapter: str
    ok: bool
    reachable: bool | None
    credential: bool | None
    capabilities: list[str]
    latency_ms: int | None = None
    clock_skew_seconds: float | None = None
    version: str = ""
    problem: str = ""


def run(arguments: argparse.Namespace) -> int:
    """Print a report an instance; exit code 1 when one is not well."""
    reports = anyio.run(examine, configuration(arguments))
    if arguments.json:
        print(json.dumps([asdict(report) for report in reports], indent=2))
    else:
        for report in reports:
            _print(report)
        if not reports:
            print("no instance is configured; 'opsloom init' finds local ones, the README shows the settings")
    return 0 if all(report.ok for report in reports) else 1


async def examine(configured: Configuration) -> list[Report]:
    """Probe all instances at once."""
    from opsloom.server.runtime import open_runtime

    reports: dict[str, Report] = {
        broken.name: Report(broken.name, broken.kind, False, None, None, [], problem=broken.problem)
        for broken in configured.broken
    }
    async with open_runtime(replace(configured, read_only=True)) as runtime, anyio.create_task_group() as tasks:

        async def probe(name: str) -> None:
            instance = runtime.hub.instances[name]
            capabilities = sorted(capability.__name__ for capability in instance.capabilities)
            reports[name] = _report(await runtime.hub.probe(name), capabilities, instance.adapter.manifest.recorded)

        for name in runtime.hub.instances:
            tasks.start_soon(probe, name)
    return [reports[name] for name in sorted(reports)]


def _report(outcome: Outcome[Probe], capabilities: list[str], recorded: bool) -> Report:
    error, probe = outcome.error, outcome.value
    report = Report(outcome.instance, outcome.adapter, error is None, error is None, error is None, capabilities)
    report.latency_ms = outcome.duration_ms
    if error is not None:
        refused = isinstance(error, AuthenticationError | PermissionDeniedError)
        answered = isinstance(error, ProviderError) and error.status is not None
        report.reachable = refused or (answered and not isinstance(error, UnavailableError))
        report.credential = False if refused else None
        report.problem = str(error)
    elif probe is not None:
        report.version = probe.version
        if probe.server_time is not None and not recorded:
            report.clock_skew_seconds = round((probe.server_time - SystemClock().now()).total_seconds(), 1)
    return report


def _print(report: Report) -> None:
    print(f"{'ok  ' if report.ok else 'FAIL'} {report.instance} ({report.adapter} {report.version}".rstrip() + ")")
    print(f"     serves {', '.join(report.capabilities) or 'nothing'}")
    if report.latency_ms is not None:
        print(f"     answered in {report.latency_ms} ms" if report.ok else f"     after {report.latency_ms} ms")
    skew = report.clock_skew_seconds
    if skew is not None and abs(skew) > CLOCK_SKEW_WARN_SECONDS:
        print(f"     WARNING: its clock is {skew:+.0f} s off ours; windows will miss events")
    if report.problem:
        print(f"     {report.problem}")

"""``opsloom doctor``: does each instance answer, take the credential, allow what it serves, and keep the same time?"""

import argparse
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, replace

import anyio

from opsloom.adapter_api.adapter import Probe
from opsloom.adapter_api.rate_limit import Quota
from opsloom.cli.configured import configuration
from opsloom.cli.doctor_checks import Check, check_reading, check_writing
from opsloom.model.clock import SystemClock
from opsloom.model.errors import AuthenticationError, PermissionDeniedError, ProviderError, UnavailableError
from opsloom.providers.hub import Hub, Outcome
from opsloom.providers.instance import Instance
from opsloom.server.configuration import Configuration
from opsloom.tools import TOOLS

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
    reading: list[Check] = field(default_factory=list)
    writing: list[Check] = field(default_factory=list)
    tools: list[str] = field(default_factory=list)
    changes: list[str] = field(default_factory=list)
    requests: int = 0
    quota: Quota | None = None


def run(arguments: argparse.Namespace) -> int:
    """Print a report an instance; exit code 1 when one is not well."""
    reports = anyio.run(examine, configuration(arguments))
    if arguments.json:
        print(json.dumps([asdict(report) for report in reports], indent=2))
    else:
        for report in reports:
            show(report)
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

        async def look_at(name: str) -> None:
            reports[name] = await _look_at(runtime.hub, runtime.hub.instances[name])

        for name in runtime.hub.instances:
            tasks.start_soon(look_at, name)
    return [reports[name] for name in sorted(reports)]


async def _look_at(hub: Hub, instance: Instance) -> Report:
    """Probe it; and where it answers, ask for one row of each thing that it serves."""
    capabilities = sorted(capability.__name__ for capability in instance.capabilities)
    outcome = await hub.probe(instance.name)
    report = _report(outcome, capabilities, instance.adapter.manifest.recorded)
    report.requests, report.quota = outcome.requests, outcome.quota
    if not report.ok:
        return report
    recorded = instance.adapter.manifest.recorded  # the past needs no permission, and has another present
    for check, asked in [] if recorded else await check_reading(hub, instance):
        report.reading.append(check)
        report.requests += asked.requests
        report.quota = asked.quota or report.quota
    report.writing = await check_writing(hub, instance)
    report.ok = not any(check.works is False and not check.denied for check in report.reading)
    report.tools, report.changes = _tools_of(instance, {check.name for check in report.reading if not check.works})
    return report


def _tools_of(instance: Instance, broken: set[str]) -> tuple[list[str], list[str]]:
    """The tools that the instance serves, and of these the ones that change something."""
    works = {one for one in instance.capabilities if one.__name__ not in broken}
    served = [spec for spec in TOOLS.values() if works.intersection(spec.needs)]
    return [spec.name for spec in served if not spec.changes], [spec.name for spec in served if spec.proposes]


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


def show(report: Report) -> None:
    """Print it for a person."""
    print(f"{'ok  ' if report.ok else 'FAIL'} {report.instance} ({report.adapter} {report.version}".rstrip() + ")")
    print(f"     serves {', '.join(report.capabilities) or 'nothing'}")
    if report.latency_ms is not None:
        print(f"     answered in {report.latency_ms} ms" if report.ok else f"     after {report.latency_ms} ms")
    for line in _findings(report):
        print(f"     {line}")


def _findings(report: Report) -> Iterator[str]:
    if report.tools or report.changes:
        yield f"tools that read: {', '.join(report.tools) or 'none'}"
        yield f"tools that change: {', '.join(report.changes) or 'none (read_only, or no credential for changes)'}"
    for check in report.reading:
        if not check.works:
            yield f"{'NOT ALLOWED' if check.denied else 'FAILS'} {check.name}: {check.problem}"
    for check in report.writing:
        told = {True: "granted", False: "NOT GRANTED", None: "not told by the provider"}[check.works]
        yield f"for changes: {check.name}: {told}{': ' * bool(check.problem)}{check.problem}"
    if report.requests:
        counted = "1 request" if report.requests == 1 else f"{report.requests} requests"
        yield f"cost of this look: {counted}{_left(report.quota)}"
    skew = report.clock_skew_seconds
    if skew is not None and abs(skew) > CLOCK_SKEW_WARN_SECONDS:
        yield f"WARNING: its clock is {skew:+.0f} s off ours; windows will miss events"
    if report.problem:
        yield report.problem


def _left(quota: Quota | None) -> str:
    if quota is None or quota.remaining is None:
        return ""
    of = f" of {quota.limit}" if quota.limit is not None else ""
    until = f", anew in {quota.resets_in_seconds:.0f} s" if quota.resets_in_seconds is not None else ""
    return f"; {quota.remaining}{of} left{until}"

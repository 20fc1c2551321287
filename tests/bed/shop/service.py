"""One service of the shop: answers requests as its deployed version does, and counts what it did."""

import time
from collections.abc import Mapping
from http import HTTPStatus
from itertools import count
from pathlib import Path
from threading import Lock

from tests.bed.shop.exposition import Counter, Histogram, gauge
from tests.bed.shop.world import CALLS, behaviour


class RunningVersion:
    """A process of a service: it starts with a deploy, and its counters start at zero with it."""

    def __init__(self, service: str, version: str) -> None:
        self.version = version
        self.behaviour = behaviour(service, version)
        self.started = time.time()
        self.requests = Counter("http_requests_total", "Requests answered.", ("method", "code"))
        self.durations = Histogram("http_request_duration_seconds", "Time to answer a request.")
        self.calls = Counter("traces_service_graph_request_total", "Calls made.", ("client", "server"))
        self.failed_calls = Counter(
            "traces_service_graph_request_failed_total", "Calls that failed.", ("client", "server")
        )
        self._numbers = count()

    def next_fails(self) -> bool:
        """Whether the next request fails: the same share in every ten."""
        return next(self._numbers) % 10 < self.behaviour.failures_of_ten


class Service:
    """Knows the services that it calls; ``deployed`` is the file in which the deploy system wrote a version."""

    def __init__(self, name: str, deployed: Path, services: Mapping[str, "Service"]) -> None:
        self.name = name
        self._deployed = deployed
        self._services = services
        self._lock = Lock()
        self._running = RunningVersion(name, self._version())

    def running(self) -> RunningVersion:
        """What runs now; a version that was just written replaces it."""
        version = self._version()
        with self._lock:
            if version != self._running.version:
                self._running = RunningVersion(self.name, version)
            return self._running

    def handle(self) -> HTTPStatus:
        """Answer one request, which asks the services below."""
        running = self.running()
        started = time.perf_counter()
        status = self._work(running)
        running.durations.observe(time.perf_counter() - started)
        running.requests.add("GET", str(status.value))
        return status

    def metrics(self) -> str:
        """Everything it tells Prometheus."""
        running = self.running()
        return "".join(
            (
                running.requests.render(),
                running.durations.render(),
                running.calls.render(),
                running.failed_calls.render(),
                gauge("build_info", "The version that runs.", 1, {"version": running.version}),
                gauge("process_start_time_seconds", "Start time since the epoch.", running.started),
            )
        )

    def _work(self, running: RunningVersion) -> HTTPStatus:
        time.sleep(running.behaviour.work_seconds)
        if running.next_fails():
            return HTTPStatus.INTERNAL_SERVER_ERROR
        for name in CALLS[self.name]:
            running.calls.add(self.name, name)
            if self._services[name].handle() is not HTTPStatus.OK:
                running.failed_calls.add(self.name, name)
                return HTTPStatus.BAD_GATEWAY
        return HTTPStatus.OK

    def _version(self) -> str:
        return self._deployed.read_text("utf-8").strip()

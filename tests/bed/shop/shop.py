"""The running shop and the deploy system in front of it."""

import json
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from tests.bed.http_client import client
from tests.bed.processes import Processes
from tests.bed.repository.shop_repository import DEPLOY_BOT, ShopRepository
from tests.bed.shop.world import INITIAL_VERSIONS

_REPOSITORY_ROOT = Path(__file__).resolve().parents[3]


class Shop:
    """Five services under a small constant load.

    What a deploy says (:meth:`deploy` returned, a tag, a line in a file) and what the world does
    (:meth:`running_version`, the metrics, the alerts) are two things: assert both. :meth:`announce` says
    something and does nothing.
    """

    def __init__(self, folder: Path, repository: ShopRepository, processes: Processes) -> None:
        """Start it with the versions in :data:`INITIAL_VERSIONS`.

        ``folder`` gets the file ``deployed/<service>`` with the version of each service.
        """
        self._repository = repository
        self.deployed = folder / "deployed"
        self.deployed.mkdir(parents=True)
        for service, version in INITIAL_VERSIONS.items():
            self._write_version(service, version)
        addresses = folder / "addresses.json"
        command = (sys.executable, "-m", "tests.bed.shop.server", self.deployed, addresses)
        process = processes.start("shop", command, cwd=_REPOSITORY_ROOT)
        processes.wait_running(process, addresses.exists)
        self.urls: Mapping[str, str] = json.loads(addresses.read_text("utf-8"))

    def deploy(self, service: str, version: str, *, role: str = DEPLOY_BOT) -> None:
        """Put a release in the place of what runs, and record it in git. Rolling back is deploying the
        earlier version.

        :raises subprocess.CalledProcessError: there is no such release; nothing changed.
        """
        self.announce(service, version, role=role)
        self._write_version(service, version)

    def announce(self, service: str, version: str, *, role: str = DEPLOY_BOT) -> None:
        """Record a deploy in git and do nothing: what a deploy that failed half-way leaves behind."""
        self._repository.record_deploy(service, version, role=role, at=datetime.now(UTC))

    def follow_tags(self, service: str) -> None:
        """Put the version of the newest deploy tag in the place of what runs, as a deploy system does that
        watches the repository."""
        self._write_version(service, self._repository.newest_deploy(service))

    def deployed_version(self, service: str) -> str:
        """What the deploy system wrote."""
        return (self.deployed / service).read_text("utf-8").strip()

    def running_version(self, service: str) -> str:
        """What the service itself says it is."""
        with client(self.urls[service]) as service_client:
            return service_client.get("/version").raise_for_status().text

    def restore(self) -> None:
        """Deploy the initial version of every service that runs another one."""
        for service, version in INITIAL_VERSIONS.items():
            if self.deployed_version(service) != version:
                self.deploy(service, version)

    def _write_version(self, service: str, version: str) -> None:
        unfinished = self.deployed / f".{service}"
        unfinished.write_text(f"{version}\n", "utf-8")
        unfinished.rename(self.deployed / service)

"""The bed: real software for the tests, each part started when it is first asked for."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property, update_wrapper
from pathlib import Path
from typing import TypeVar

from tests.bed.alertmanager import start_alertmanager
from tests.bed.debian import DebianPackages
from tests.bed.journal.gateway import start_gateway
from tests.bed.outcome import BrokenPartError, PartUnavailableError
from tests.bed.processes import Processes
from tests.bed.prometheus import start_prometheus
from tests.bed.repository.shop_repository import ShopRepository
from tests.bed.roundup.tracker import Tracker, start_tracker
from tests.bed.shop.shop import Shop
from tests.bed.shop.world import OWNERS
from tests.bed.victoria import start_victoria

# In the order in which they build on one another
PARTS = ("repository", "catalog", "shop", "alertmanager", "prometheus", "roundup", "journal", "notifications")
T = TypeVar("T")
_CATALOG = Path(__file__).with_name("catalog")


def part(start: Callable[["Bed"], T]) -> cached_property[T]:
    """A part that is started once; one that could not be started says so every time it is asked for."""

    def once(bed: "Bed") -> T:
        if error := bed.failures.get(start.__name__):
            raise error
        try:
            return start(bed)
        except (PartUnavailableError, BrokenPartError) as error:
            bed.failures[start.__name__] = error
            raise

    return cached_property(update_wrapper(once, start))


@dataclass(frozen=True)
class Server:
    """A server of the bed that wants no login."""

    url: str


class Bed:
    """Everything in one new ``directory``. Each part raises :class:`PartUnavailableError` if it cannot be had,
    and :class:`BrokenPartError` if it does not come up."""

    def __init__(self, directory: Path, packages: DebianPackages) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        self.directory = directory
        self.started_at = datetime.now(UTC).replace(microsecond=0)
        self.failures: dict[str, Exception] = {}
        self._packages = packages
        self._processes = Processes(directory)

    def need(self, *parts: str) -> None:
        """Start those of :data:`PARTS` that are named."""
        for part in parts:
            getattr(self, part)

    def stop(self) -> None:
        """Stop every process that the bed started."""
        self._processes.stop_all()

    @part
    def alertmanager(self) -> Server:
        """Alertmanager."""
        return Server(start_alertmanager(self._packages, self._processes, self.directory / "alertmanager"))

    @part
    def prometheus(self) -> Server:
        """Prometheus, which watches the shop and tells Alertmanager."""
        url = start_prometheus(
            self._packages,
            self._processes,
            self.directory / "prometheus",
            targets=self.shop.urls,
            teams=OWNERS,
            alertmanager=self.alertmanager.url,
        )
        return Server(url)

    @part
    def victoria(self) -> Server:
        """VictoriaMetrics, with ten minutes of samples that end when the bed started; started only when asked for."""
        url = start_victoria(self._packages, self._processes, self.directory / "victoria", self.started_at)
        return Server(url)

    @part
    def roundup(self) -> Tracker:
        """A Roundup tracker with tickets about the shop."""
        return start_tracker(self._processes, self.directory / "roundup")

    @part
    def journal(self) -> Server:
        """journald's HTTP gateway, with half an hour of log lines of the shop."""
        url = start_gateway(self._packages, self._processes, self.directory / "journal", self.started_at)
        return Server(url)

    @part
    def shop(self) -> Shop:
        """The shop's five services."""
        return Shop(self.directory / "shop", self._shop_repository, self._processes)

    @part
    def repository(self) -> Path:
        """The work tree of the shop's git repository."""
        return self._shop_repository.path

    @part
    def catalog(self) -> Path:
        """A folder of Backstage entities, on-call schedules and escalation policies of the shop; a copy."""
        return Path(shutil.copytree(_CATALOG, self.directory / "catalog"))

    @part
    def notifications(self) -> Path:
        """The file that messages and pages are written to; not there before the first one."""
        return self.directory / "notifications.jsonl"

    @part
    def _shop_repository(self) -> ShopRepository:
        return ShopRepository(self.directory / "repository", self.started_at)

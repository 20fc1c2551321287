"""What all tests share: the asyncio backend, and the bed of real software."""

import os
import tempfile
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest

from tests.bed.backstage import server as backstage_server
from tests.bed.backstage.server import Backstage, start_backstage
from tests.bed.bed import Bed
from tests.bed.debian import DebianPackages, cache_folder
from tests.bed.outcome import PartUnavailableError
from tests.bed.postgresql import start_postgresql
from tests.bed.processes import Processes
from tests.bed.unleash import server as unleash_server
from tests.bed.unleash.server import Unleash, start_unleash

REQUIRE_ENV = "OPSLOOM_REQUIRE_BED"
_NPM_PACKAGES_OF_FIXTURES = {"backstage": backstage_server.PACKAGES, "unleash": unleash_server.PACKAGES}


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """Async tests run on asyncio unless a module says otherwise."""
    return "asyncio"


@pytest.fixture(scope="session")
def bed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bed]:
    """The bed; a part of it starts when a test first asks for it, such as ``bed.prometheus.url``.

    A test that asks for a part which cannot be had is skipped with the reason, or fails if
    ``OPSLOOM_REQUIRE_BED=1``.
    """
    bed = Bed(tmp_path_factory.mktemp("bed"), DebianPackages(cache_folder()))
    try:
        yield bed
    finally:
        bed.stop()


@pytest.fixture(scope="session")
def backstage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Backstage]:
    """A real Backstage with the catalogue of the shop; one for all tests of a run."""
    processes = Processes(tmp_path_factory.mktemp("backstage"))
    try:
        yield start_backstage(processes, tmp_path_factory.mktemp("backstage"))
    finally:
        processes.stop_all()


@pytest.fixture(scope="session")
def unleash(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Unleash]:
    """A real Unleash with a database of its own; one for all tests of a run, so a test that switches makes its own
    flag."""
    processes = Processes(tmp_path_factory.mktemp("unleash"))
    with tempfile.TemporaryDirectory(prefix="pg-") as folder:  # short: a socket's path has 107 bytes
        try:
            database = start_postgresql(DebianPackages(cache_folder()), processes, Path(folder))
            yield start_unleash(processes, database)
        finally:
            processes.stop_all()


def pytest_collection_finish(session: pytest.Session) -> None:
    """Fetching npm packages takes minutes the first time: it begins while other tests run."""
    if session.config.option.collectonly:
        return
    needed = {name for item in session.items for name in getattr(item, "fixturenames", ())}
    for fixture, packages in _NPM_PACKAGES_OF_FIXTURES.items():
        if fixture in needed:
            session.config.add_cleanup(packages.fetch_ahead())


def skip_or_fail(error: PartUnavailableError) -> None:
    """End the running test: never silently, and never as passed."""
    if os.environ.get(REQUIRE_ENV) == "1":
        pytest.fail(f"{error} ({REQUIRE_ENV}=1)", pytrace=False)
    pytest.skip(str(error))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup() -> Generator[None]:
    """A fixture that asked for a part which cannot be had."""
    try:
        return (yield)
    except PartUnavailableError as error:
        skip_or_fail(error)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call() -> Generator[None]:
    """A test that asked for a part which cannot be had."""
    try:
        return (yield)
    except PartUnavailableError as error:
        skip_or_fail(error)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Checks of the contract kit for methods that an adapter does not have are no tests of it."""
    items[:] = [item for item in items if not _has_nothing_to_check(item)]


def _has_nothing_to_check(item: pytest.Item) -> bool:
    reasons = (str(mark.kwargs.get("reason", "")) for mark in item.iter_markers("skip"))
    return any(reason.startswith("got empty parameter set") for reason in reasons)

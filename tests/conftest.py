"""What all tests share: the asyncio backend, and the bed of real software."""

import os
from collections.abc import Generator, Iterator

import pytest

from tests.bed.backstage import server as backstage
from tests.bed.bed import Bed
from tests.bed.debian import DebianPackages, cache_folder
from tests.bed.outcome import PartUnavailableError
from tests.bed.unleash import server as unleash

REQUIRE_ENV = "OPSLOOM_REQUIRE_BED"
_NPM_PACKAGES_OF_FIXTURES = {"backstage": backstage.PACKAGES, "unleash": unleash.PACKAGES}


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

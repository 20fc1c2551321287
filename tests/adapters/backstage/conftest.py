"""The real Backstage, for the tests that ask for it."""

from collections.abc import Iterator

import pytest

from tests.bed.backstage.server import Backstage, start_backstage
from tests.bed.processes import Processes


@pytest.fixture(scope="session")
def backstage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Backstage]:
    """A Backstage with the catalogue of the shop; one for all tests of a run."""
    processes = Processes(tmp_path_factory.mktemp("backstage"))
    try:
        yield start_backstage(processes, tmp_path_factory.mktemp("backstage"))
    finally:
        processes.stop_all()

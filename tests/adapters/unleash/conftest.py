"""The real Unleash, for the tests that ask for it."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.bed.debian import DebianPackages, cache_folder
from tests.bed.postgresql import start_postgresql
from tests.bed.processes import Processes
from tests.bed.unleash.server import Unleash, start_unleash


@pytest.fixture(scope="session")
def unleash(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Unleash]:
    """An Unleash with a database of its own; one for all tests of a run, so a test that switches makes its own flag."""
    processes = Processes(tmp_path_factory.mktemp("unleash"))
    with tempfile.TemporaryDirectory(prefix="pg-") as folder:
        try:
            database = start_postgresql(DebianPackages(cache_folder()), processes, Path(folder))
            yield start_unleash(processes, database)
        finally:
            processes.stop_all()

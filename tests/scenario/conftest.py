"""What tests of changes share: settings for the whole bed, and a shift over them in either era."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from opsloom.providers.settings import Settings
from tests.bed.bed import Bed
from tests.scenario.shift import Shift, intact, settings_of, shift
from tests.server.serving import ERAS


@pytest.fixture
def slow_settings(bed: Bed, tmp_path: Path) -> Iterator[Settings]:
    """The whole bed. What was approved waits for ``action_status``, so that a test can come between."""
    loaded = settings_of(bed, tmp_path, 'execute = "on_status"')
    yield loaded
    bed.shop.restore()
    intact(loaded)


@pytest.fixture(params=ERAS)
async def any_shift(request: pytest.FixtureRequest, slow_settings: Settings) -> AsyncIterator[Shift]:
    """A shift in either era."""
    async with shift(slow_settings, str(request.param)) as open_shift:
        yield open_shift

"""The credential for changes is read when an approved action is applied; any other way to a change leads nowhere."""

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from opsloom.adapter_api.writers import AlertSilencer
from opsloom.model.changes import Matcher, Order, SilenceAlerts
from opsloom.model.errors import ApprovalError, ConfigurationError, UnsupportedError
from opsloom.providers.hub import Hub
from opsloom.providers.instance import build_instance
from opsloom.providers.operations import CHANGE_OPERATIONS
from tests.bed.bed import Bed
from tests.tools.house import House, house

SILENCE = CHANGE_OPERATIONS["silence_alerts"]
CHANGE = SilenceAlerts(matchers=(Matcher(name="service", value="nobody"),), duration_seconds=60)


@dataclass(frozen=True)
class Guarded:
    """A house whose Alertmanager has a credential for changes that leaves a mark when it is read."""

    house: House
    mark: Path

    @property
    def hub(self) -> Hub:
        return self.house.hub

    @property
    def was_read(self) -> bool:
        return self.mark.exists()

    async def order(self) -> Order:
        planned = await self.hub.perform(AlertSilencer, SILENCE.plan, "am", CHANGE)
        assert planned.value is not None, planned.error
        return Order(
            plan=planned.value, marker=f"opsloom-{secrets.token_hex(4)}", requester="oncall-a", approver="lead-b"
        )


@asynccontextmanager
async def guarded(bed: Bed, folder: Path, **settings: Any) -> AsyncIterator[Guarded]:
    bed.need("alertmanager")
    mark = folder / "was-read"
    place = {"command": ["sh", "-c", f"touch {mark}; echo write-secret"]}
    options = {"adapter": "alertmanager", "base_url": bed.alertmanager.url, "write_token": place, **settings}
    instance = build_instance("am", options, folder / "opsloom.toml")
    async with house(folder / "w", instance, now=datetime.now(UTC)) as asked:
        yield Guarded(asked, mark)


async def test_reading_probing_and_planning_never_read_it(bed: Bed, tmp_path: Path) -> None:
    async with guarded(bed, tmp_path) as here:
        await here.hub.probe("am")
        await here.house.ask("search_alerts")
        order = await here.order()
        await here.hub.perform(AlertSilencer, SILENCE.observe, "am", order)
        assert not here.was_read


async def test_an_order_that_comes_another_way_than_the_executor_changes_nothing(bed: Bed, tmp_path: Path) -> None:
    async with guarded(bed, tmp_path) as here:
        order = await here.order()
        outcome = await here.hub.perform(AlertSilencer, SILENCE.apply, "am", order)
        assert isinstance(outcome.error, ApprovalError)
        assert not here.was_read
        observed = await here.hub.perform(AlertSilencer, SILENCE.observe, "am", order)
        assert observed.value is not None
        assert observed.value.sight == "absent"


async def test_the_executors_way_reads_it(bed: Bed, tmp_path: Path) -> None:
    async with guarded(bed, tmp_path) as here:
        outcome = await here.hub.apply(SILENCE, "am", await here.order())
        assert outcome.error is None
        assert here.was_read


async def test_without_one_there_are_no_changes(bed: Bed, tmp_path: Path) -> None:
    token = tmp_path / "token"
    token.write_text("read")
    async with guarded(bed, tmp_path, write_token=None, token={"file": str(token)}) as here:
        with pytest.raises(UnsupportedError, match="instances that can: none"):
            await here.order()


async def test_one_that_cannot_be_read_ends_it_before_anything_is_sent(bed: Bed, tmp_path: Path) -> None:
    async with guarded(bed, tmp_path, write_token={"env": "OPSLOOM_NO_SUCH_VARIABLE"}) as here:
        order = await here.order()
        outcome = await here.hub.apply(SILENCE, "am", order)
        assert isinstance(outcome.error, ConfigurationError)
        observed = await here.hub.perform(AlertSilencer, SILENCE.observe, "am", order)
        assert observed.value is not None
        assert observed.value.sight == "absent"

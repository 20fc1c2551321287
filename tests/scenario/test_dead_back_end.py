"""A real Alertmanager that dies before, between and during: what is said then is what happened."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import anyio.to_thread
import pytest

from opsloom.approval import verifier
from tests.bed.alertmanager import start_alertmanager
from tests.bed.debian import DebianPackages, cache_folder
from tests.bed.http_client import client
from tests.bed.processes import Processes
from tests.scenario.frail_wire import Loss, frail_wire
from tests.scenario.shift import Shift, intact, settings_in, shift, states_of

SILENCE = {"matchers": ['service="checkout"'], "duration": "30m", "reason": "it is being worked on"}


@dataclass
class OwnAlertmanager:
    """An Alertmanager of one test, which it may stop; its data outlive it."""

    folder: Path
    url: str = ""
    processes: Processes = field(init=False)

    def __post_init__(self) -> None:
        self.processes = Processes(self.folder)

    async def start(self) -> None:
        self.url = await anyio.to_thread.run_sync(
            start_alertmanager, DebianPackages(cache_folder()), self.processes, self.folder / "alertmanager"
        )

    async def stop(self) -> None:
        await anyio.to_thread.run_sync(self.processes.stop_all)

    def silences(self) -> list[dict[str, Any]]:
        """Asked without opsloom."""
        with client(self.url) as rest:
            found: list[dict[str, Any]] = rest.get("/api/v2/silences").raise_for_status().json()
        return found


@pytest.fixture
async def alertmanager(tmp_path: Path) -> AsyncIterator[OwnAlertmanager]:
    own = OwnAlertmanager(tmp_path)
    try:
        await own.start()
        yield own
    finally:
        await own.stop()


@asynccontextmanager
async def shift_at(folder: Path, url: str) -> AsyncIterator[Shift]:
    """A shift that reaches Alertmanager at ``url``; afterwards the log is intact."""
    settings = settings_in(
        folder,
        f'[workspace]\npath = "{folder / "workspace"}"\n'
        f'[instances.am]\nadapter = "alertmanager"\nbase_url = "{url}"\n'
        '[policy]\nexecute = "on_status"\n',
    )
    async with shift(settings, "2026-07-28") as ops:
        yield ops
    intact(settings)


async def test_dead_before_the_plan_nothing_is_planned(alertmanager: OwnAlertmanager) -> None:
    async with shift_at(alertmanager.folder, alertmanager.url) as ops:
        await alertmanager.stop()
        assert "nobody answers at the address of am" in await ops.refusal("silence_alert", **SILENCE)
        pending = (await ops.client.read_resource("ops://approvals/pending")).contents[0]
        assert pending.text == '{"pending":[]}'  # type: ignore[union-attr]


async def test_dead_between_approval_and_run_it_fails_and_nothing_is_sent(alertmanager: OwnAlertmanager) -> None:
    async with shift_at(alertmanager.folder, alertmanager.url) as ops:
        asked = await ops.ask("silence_alert", **SILENCE)
        await ops.approve(asked)
        await alertmanager.stop()
        answer = await ops.outcome(asked)
        assert answer["status"] == "failed", answer
        assert "so nothing was sent: nobody answers at the address of am" in answer["detail"]
        await alertmanager.start()
        assert not alertmanager.silences()


async def test_dead_after_it_was_done_and_before_it_said_so_the_change_is_found_when_it_is_back(
    alertmanager: OwnAlertmanager,
) -> None:
    async with (
        frail_wire(alertmanager.url) as wire,
        shift_at(alertmanager.folder, wire.url) as ops,
    ):
        asked = await ops.ask("silence_alert", **SILENCE)
        await ops.approve(asked)
        wire.loses, wire.then = Loss.ANSWER, alertmanager.stop
        answer = await ops.outcome(asked)
        assert answer["status"] == "unknown", answer
        assert "cannot be asked what became of it" in answer["detail"]
        assert "Do not repeat it" in answer["next"]

        await alertmanager.start()
        wire.back_end, wire.loses = alertmanager.url, None
        answer = await ops.outcome(asked)
        assert answer["status"] == "succeeded", answer
        states = states_of(alertmanager.folder / "workspace", asked["action"])
        assert states[-3:] == ["UNKNOWN", "VERIFYING", "SUCCEEDED"]
        (silence,) = alertmanager.silences()
        assert f"opsloom-{answer['action']}" in silence["comment"]
        assert answer["link"].endswith(silence["id"])


@pytest.mark.parametrize(("loses", "status", "silences"), [(Loss.REQUEST, "failed", 0), (Loss.ANSWER, "succeeded", 1)])
async def test_a_request_or_its_answer_that_is_lost_is_told_apart_at_the_back_end_and_never_sent_again(
    loses: Loss, status: str, silences: int, alertmanager: OwnAlertmanager, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verifier, "RECONCILE_LOOK_EVERY_SECONDS", 0.1)
    async with (
        frail_wire(alertmanager.url) as wire,
        shift_at(alertmanager.folder, wire.url) as ops,
    ):
        asked = await ops.ask("silence_alert", **SILENCE)
        await ops.approve(asked)
        wire.loses = loses
        answer = await ops.outcome(asked)
        assert answer["status"] == status, answer
        assert len(alertmanager.silences()) == silences
        assert "UNKNOWN" in states_of(alertmanager.folder / "workspace", asked["action"])

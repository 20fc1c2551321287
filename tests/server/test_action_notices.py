"""Clients of both eras hear when an action moves, whoever moved it."""

import argparse
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import anyio
import pytest
from mcp import Client
from mcp.types import Implementation, ResourceUpdatedNotification
from mcp.types.version import MODERN_PROTOCOL_VERSIONS

from opsloom.approval import watcher
from opsloom.approval.decision import Channel, Decision, Verdict
from opsloom.approval.policy import Policy
from opsloom.approval.requirement import Assurance
from opsloom.approval.state import State
from opsloom.cli.desk import Desk, open_desk
from opsloom.server.build import build_server
from tests.approval.lab import NOW, World
from tests.server.lab_server import ERAS, ROLLBACK, configuration
from tests.server.serving import answer_of

# The handshake era's way to subscribe is deprecated in the SDK, and still what most clients have.
pytestmark = pytest.mark.filterwarnings("ignore::mcp.shared.exceptions.MCPDeprecationWarning")

PENDING = "ops://approvals/pending"
WITHIN_SECONDS = 10.0
Hear = Callable[[], Awaitable[str]]


@pytest.fixture(params=ERAS)
def era(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(autouse=True)
def _watching_closely(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watcher, "ACTION_WATCH_SECONDS", 0.02)


class Listener:
    """A client that keeps what it is told of; how it asks to be told depends on the era."""

    def __init__(self, folder: Path, world: World, era: str) -> None:
        self._told, self._heard = anyio.create_memory_object_stream[str](100)
        server = build_server(configuration(folder, world, Policy(local_self_approve=True)))
        info = Implementation(name="listener", version="1")
        self.client = Client(server, mode=era, client_info=info, message_handler=self._take)
        self.legacy = era == "legacy"

    async def _take(self, message: object) -> None:
        if isinstance(message, ResourceUpdatedNotification):
            self._told.send_nowait(str(message.params.uri))

    def forget(self) -> None:
        """What was heard before the test began to listen closely."""
        with suppress(anyio.WouldBlock):
            while True:
                self._heard.receive_nowait()

    @asynccontextmanager
    async def listening(self, *uris: str) -> AsyncIterator[Hear]:
        """Ask for notices about ``uris``; yields what waits for the next one."""
        if not self.legacy:
            async with self.client.listen(resource_subscriptions=uris) as subscription:

                async def hear() -> str:
                    return str((await anext(subscription)).uri)  # type: ignore[union-attr]

                yield hear
            return
        for uri in uris:
            await self.client.subscribe_resource(uri)
        yield self._heard.receive


async def heard(hear: Hear, wanted: str) -> list[str]:
    """All notices up to the first of ``wanted``."""
    uris = [""]
    with anyio.fail_after(WITHIN_SECONDS):
        while uris[-1] != wanted:
            uris.append(await hear())
    return uris[1:]


@asynccontextmanager
async def at_a_terminal(folder: Path) -> AsyncIterator[Desk]:
    """What 'opsloom approve' opens: its own store and log, as another process has them."""
    settings = folder / "opsloom.toml"
    settings.write_text('[workspace]\npath = "workspace"\n')
    async with open_desk(argparse.Namespace(demo=False, config=settings)) as desk:
        yield desk


async def decide(desk: Desk, code: str, verdict: Verdict) -> None:
    action = (await desk.ledger.get(code)).action
    decision = Decision(
        action=action.id, digest=action.digest, verdict=verdict, person=desk.user, channel=Channel.TERMINAL,
        assurance=Assurance.A1, at=NOW,
    )  # fmt: skip
    ruling = await desk.ledger.decide(lambda now: decision.model_copy(update={"at": now}), desk.by)
    assert ruling.counted, ruling.why


async def test_an_approval_at_a_terminal_is_heard_by_the_client_and_so_is_the_end(era: str, tmp_path: Path) -> None:
    world = World()
    listener = Listener(tmp_path, world, era)
    async with listener.client as client, at_a_terminal(tmp_path) as desk:
        proposed = answer_of(await client.call_tool("rollback_deploy", ROLLBACK))
        uri = f"ops://actions/{proposed['action']}"
        async with listener.listening(uri, PENDING) as hear:
            await decide(desk, proposed["code"], Verdict.APPROVE)
            await heard(hear, uri)
            await heard(hear, PENDING)
            status = proposed
            while status["status"] != "succeeded":
                await heard(hear, uri)
                status = answer_of(await client.call_tool("action_status", {"action": proposed["code"]}))
    assert len(world.applied) == 1


async def test_a_new_action_of_another_client_is_heard_by_those_who_watch_what_waits(era: str, tmp_path: Path) -> None:
    world = World()
    watching, asking = Listener(tmp_path, world, era), Listener(tmp_path, world, era)
    async with watching.client as client, asking.client as other:
        async with watching.listening(PENDING) as hear:
            proposed = answer_of(await other.call_tool("rollback_deploy", ROLLBACK))
            assert set(await heard(hear, PENDING)) == {PENDING}
            assert proposed["code"] in str(await client.read_resource(PENDING))


async def test_who_unsubscribes_hears_no_more(tmp_path: Path) -> None:
    listener = Listener(tmp_path, World(), "legacy")
    async with listener.client as client, at_a_terminal(tmp_path) as desk:
        older = answer_of(await client.call_tool("rollback_deploy", ROLLBACK))
        newer = answer_of(await client.call_tool("rollback_deploy", {**ROLLBACK, "reason": "another"}))
        kept, dropped = f"ops://actions/{older['action']}", f"ops://actions/{newer['action']}"
        async with listener.listening(kept, dropped) as hear:
            await client.unsubscribe_resource(dropped)
            listener.forget()
            for action in (newer, older):  # the newer one is told first, if both are told at once
                await desk.ledger.stop(action["code"], State.REVOKED, "revoked", desk.by)
            assert dropped not in await heard(hear, kept)


async def test_a_subscription_hears_only_what_it_asked_for(era: str, tmp_path: Path) -> None:
    listener = Listener(tmp_path, World(), era)
    async with listener.client as client, at_a_terminal(tmp_path) as desk:
        first = answer_of(await client.call_tool("rollback_deploy", ROLLBACK))
        second = answer_of(await client.call_tool("rollback_deploy", {**ROLLBACK, "reason": "another"}))
        wanted = f"ops://actions/{second['action']}"
        async with listener.listening(wanted) as hear:
            await decide(desk, first["code"], Verdict.DENY)
            await decide(desk, second["code"], Verdict.DENY)
            assert set(await heard(hear, wanted)) == {wanted}


@pytest.mark.parametrize("negotiation", ["legacy", "auto"])
async def test_each_era_is_told_that_it_can_subscribe(negotiation: str, tmp_path: Path) -> None:
    async with Listener(tmp_path, World(), negotiation).client as client:
        assert (client.session.protocol_version in MODERN_PROTOCOL_VERSIONS) is (negotiation == "auto")
        assert client.server_capabilities.resources is not None
        assert client.server_capabilities.resources.subscribe is True

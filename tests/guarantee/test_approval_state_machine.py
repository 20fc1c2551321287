"""Guarantee: in whatever order people, servers, clocks and crashes act, no effect is without its own valid approval."""

import tempfile
from collections.abc import Awaitable, Callable
from contextlib import ExitStack, suppress
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import pytest
from anyio.from_thread import start_blocking_portal
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from opsloom.approval import watcher
from opsloom.approval.decision import Channel, Verdict
from opsloom.approval.policy import Policy
from opsloom.approval.requirement import Assurance, Execution, Risk
from opsloom.approval.state import State
from opsloom.audit.verify import verify
from opsloom.model.changes import AcknowledgeAlert, ChangeRevision, Order, SendMessage
from opsloom.model.errors import OpsloomError, ProviderTimeoutError
from tests.approval.lab import World, bench, by, no_fault
from tests.approval.policies import policy_of
from tests.approval.store_clock import StoreClock, records
from tests.store.faulty_disk import faulty_disk

T = TypeVar("T")
REQUESTER = "agent"
PEOPLE = st.sampled_from([REQUESTER, "lead-a", "lead-b"])
CHANGES = st.sampled_from(
    [
        ChangeRevision(service="checkout"),
        ChangeRevision(service="checkout", revision="v40"),
        AcknowledgeAlert(alert="a1"),
        SendMessage(channel="incidents", text="all is well"),
    ]
)
POLICIES = {
    "usual": Policy(execute=Execution.ON_STATUS),
    "strict": policy_of('execute = "on_status"\n[[rules]]\nname = "strict"\ntools = ["*"]\nrisk = "R3"'),
    "closed": policy_of("rules = []"),
}
STOPPED = {State.DENIED, State.EXPIRED, State.REVOKED, State.CANCELLED}


async def time_out(_order: Order) -> None:
    raise ProviderTimeoutError("lab did not answer in time", instance="lab")


class Approvals(RuleBasedStateMachine):
    """Proposes, decides, runs, stops, waits, moves the world and crashes."""

    actions = Bundle("actions")

    def __init__(self) -> None:
        super().__init__()
        self.stack = ExitStack()
        self.workspace = Path(self.stack.enter_context(tempfile.TemporaryDirectory()))
        self.portal = self.stack.enter_context(start_blocking_portal())
        self.disk = self.stack.enter_context(faulty_disk())
        self.world, self.clock = World(), StoreClock()
        self.policy = POLICIES["usual"]
        self.ended: dict[str, State] = {}
        self.start()

    def start(self) -> None:
        rooms = bench(self.workspace, self.world, self.policy, self.clock.time(), self.disk.name)
        self.server = self.portal.wrap_async_context_manager(rooms)
        self.lab = self.server.__enter__()

    def restart(self) -> None:
        self.disk.heal()
        self.server.__exit__(None, None, None)
        self.start()

    def call(self, function: Callable[[], Awaitable[T]]) -> T:
        return self.portal.call(function)

    @rule(target=actions, change=CHANGES, client=st.sampled_from(["client-1", "client-2"]), approved=st.booleans())
    def propose(self, change: Any, client: str, approved: bool) -> Any:
        view = self.call(lambda: self.lab.propose(change, requester=client))
        if approved:
            self.call(lambda: self.lab.decide(view))
        return view.action.id

    @rule(
        action=actions,
        person=PEOPLE,
        verdict=st.sampled_from([Verdict.APPROVE, Verdict.APPROVE, Verdict.APPROVE, Verdict.DENY]),
        channel=st.sampled_from([Channel.TERMINAL, Channel.TERMINAL, Channel.CLIENT, Channel.DEMO]),
        break_glass=st.sampled_from([False, False, True]),
        on_this_plan=st.sampled_from([True, True, True, False]),
    )
    def decide(
        self, action: str, person: str, verdict: Verdict, channel: Channel, break_glass: bool, on_this_plan: bool
    ) -> None:
        view = self.call(lambda: self.lab.ledger.get(action))
        fields: dict[str, Any] = {
            "channel": channel,
            "assurance": Assurance.A1 if channel is Channel.TERMINAL else Assurance.A0,
            "break_glass": break_glass,
            "reason": "it burns" if break_glass else "",
            "digest": view.action.digest if on_this_plan else "0" * 64,
        }
        ruling = self.call(lambda: self.lab.decide(view, verdict, person, **fields))
        assert on_this_plan or not ruling.counted

    @rule(action=actions, to=st.sampled_from([State.REVOKED, State.CANCELLED]))
    def stop(self, action: str, to: State) -> None:
        self.quietly(lambda: self.lab.ledger.stop(action, to, "no", by("opsloom-cli")))

    @rule(
        target=actions,
        action=actions,
        before=st.sampled_from(["none", "none", "none", "none", "timeout", "crash"]),
        after=st.sampled_from(["none", "none", "timeout", "crash"]),
        late_by=st.sampled_from([0.0, 0.0, 0.0, 1_800.0, 3_600.0]),
    )
    def run(self, action: str, before: str, after: str, late_by: float) -> Any:
        self.clock.pass_by(late_by)
        faults = {"none": no_fault, "timeout": time_out, "crash": self.crash}
        self.world.before, self.world.after = faults[before], faults[after]
        self.quietly(lambda: self.run_on_status(action))
        self.world.before = self.world.after = no_fault
        if "crash" in (before, after):
            self.restart()
        following = self.call(lambda: self.lab.ledger.get(action)).progress.next_action
        return following or multiple()

    async def crash(self, order: Order) -> None:
        """From this moment on the server writes nothing more, as if it were dead."""
        self.disk.fail_writes()
        await time_out(order)

    async def run_on_status(self, action: str) -> None:
        await self.lab.run(await self.lab.ledger.get(action))

    @rule(seconds=st.sampled_from([1.0, 600.0, 1_800.0, 3_600.0]))
    def let_time_pass(self, seconds: float) -> None:
        self.clock.pass_by(seconds)

    @rule(seconds=st.sampled_from([-3_600.0, 3_600.0]))
    def set_the_wall_clock(self, seconds: float) -> None:
        self.clock.wall += seconds

    @rule(revision=st.sampled_from(["v42", "v43"]))
    def deploy(self, revision: str) -> None:
        self.world.revision = revision

    @rule(name=st.sampled_from([*sorted(POLICIES), "usual"]))
    def change_the_policy(self, name: str) -> None:
        self.policy = self.lab.policy.policy = POLICIES[name]

    @rule(answers=st.booleans())
    def cut_the_provider_off(self, answers: bool) -> None:
        self.world.answers = answers

    @rule(rebooted=st.booleans())
    def lose_the_server(self, rebooted: bool) -> None:
        if rebooted:
            self.clock.boot, self.clock.since_boot = f"{self.clock.boot}+", 1.0
        self.restart()

    def quietly(self, function: Callable[[], Awaitable[object]]) -> None:
        """What is refused is refused."""
        with suppress(OpsloomError):
            self.call(function)

    @invariant()
    def every_effect_has_one_claim_and_a_valid_approval_of_exactly_its_plan(self) -> None:
        applied = [marker.removeprefix("opsloom-") for marker in self.world.applied]
        assert len(applied) == len(set(applied)), "an action was applied twice"
        for ident in applied:
            moves = records(self.workspace, "action.moved", action=ident)
            ways = [one["to"] for one in moves]
            assert ways.count("EXECUTING") == 1
            assert not STOPPED & set(ways), "it was stopped, and ran"
            (claimed,) = (one["seq"] for one in moves if one["to"] == "EXECUTING")
            assert self.is_approved(ident, before=claimed)

    def is_approved(self, ident: str, before: int) -> bool:
        """By the log alone, and by the rules as people know them."""
        action = self.call(lambda: self.lab.ledger.get(ident)).action
        decided = [
            one
            for one in records(self.workspace, "action.decided", action=ident, counted=True, verdict="approve")
            if one["seq"] < before
        ]
        assert all(one["decided_digest"] == one["digest"] == action.digest for one in decided)
        if any(one["break_glass"] for one in decided):
            return action.requirement.risk is Risk.R2
        if action.requirement.risk is Risk.R1:
            return bool(decided)
        others = {one["person"] for one in decided if one["assurance"] != "A0"} - {REQUESTER}
        return action.requirement.risk is Risk.R2 and bool(others)

    @invariant()
    def what_has_ended_stays_as_it_ended(self) -> None:
        for standing in self.call(self.lab.ledger.standing):
            if standing.ident in self.ended:
                assert standing.state is self.ended[standing.ident]
            elif standing.state.ended:
                self.ended[standing.ident] = standing.state

    @invariant()
    def nothing_is_approved_or_begun_after_its_time(self) -> None:
        for standing in self.call(self.lab.ledger.standing):
            view = self.call(partial(self.lab.ledger.get, standing.ident))
            if view.progress.started_at is not None:
                assert view.progress.started_at < view.action.execute_by
            approvals = [one for one in view.decisions if one.verdict is Verdict.APPROVE]
            assert all(one.at < view.action.approve_by for one in approvals)

    def teardown(self) -> None:
        self.server.__exit__(None, None, None)
        report = verify(self.workspace)
        self.stack.close()
        assert report.ok, report.lines()


def test_no_order_of_events_leads_to_an_effect_without_its_approval(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watcher, "ACTION_WATCH_SECONDS", 3_600.0)
    run_state_machine_as_test(
        Approvals,
        settings=settings(max_examples=80, stateful_step_count=30, deadline=None, derandomize=True, database=None),
    )

"""Guarantee: only the people, channels and keys that the policy asks for approve an action; whoever denies stops it."""

from pathlib import Path
from typing import Any

import pytest

from opsloom.approval.decision import Channel, Verdict
from opsloom.approval.policy import Policy
from opsloom.approval.progress import ActionView
from opsloom.approval.requirement import Assurance, Risk
from opsloom.approval.signing import ApproverKeys, key_id, statement
from opsloom.approval.state import State
from opsloom.audit.note import SigningKey
from opsloom.audit.verify import verify
from opsloom.model.changes import AcknowledgeAlert, SendMessage
from opsloom.model.errors import ApprovalError
from tests.approval.lab import Bench, bench, by
from tests.approval.policies import policy_of
from tests.approval.store_clock import records

R3 = policy_of('[[rules]]\nname = "wide"\ntools = ["*"]\nrisk = "R3"')
R3_AT_HOME = policy_of('local_self_approve = true\n[[rules]]\nname = "wide"\ntools = ["*"]\nrisk = "R3"')
ROLES = policy_of(
    'roles = { leads = ["lead-a"] }\n[[rules]]\nname = "leads"\ntools = ["*"]\nrisk = "R2"\nroles = ["leads"]'
)
REQUESTER = "agent"


async def registered(lab: Bench, person: str, name: str = "key") -> SigningKey:
    """A new key of ``person``."""
    key = SigningKey.generate(name)
    await ApproverKeys(lab.store, lab.log).add(person, str(key.verifier()), by("opsloom-cli"))
    return key


def signed(key: SigningKey, view: ActionView, person: str, verdict: Verdict = Verdict.APPROVE) -> dict[str, Any]:
    """The fields of a decision that is signed with ``key``."""
    return {
        "assurance": Assurance.A2,
        "key": key_id(str(key.verifier())),
        "signature": key.sign(statement(view.action, verdict, person)),
    }


async def refuses(lab: Bench, view: ActionView, why: str, **decision: Any) -> None:
    """The decision does not count, is recorded as just that, and nothing runs."""
    before = (await lab.ledger.get(view.action.id)).state
    ruling = await lab.decide(view, **decision)
    assert (ruling.counted, ruling.view.state) == (False, before)
    assert why in ruling.why
    assert ruling.view.decisions == view.decisions
    await lab.run(view)
    assert lab.world.applied == []


async def test_the_requester_does_not_approve_his_own_rollback(tmp_path: Path) -> None:
    async with bench(tmp_path) as lab:
        view = await lab.propose()
        await refuses(lab, view, "another person than the requester", person=REQUESTER)
        key = await registered(lab, REQUESTER)
        signature = signed(key, view, REQUESTER)
        await refuses(lab, view, "another person than the requester", person=REQUESTER, **signature)
    assert [one["counted"] for one in records(tmp_path, "action.decided")] == [False, False]


@pytest.mark.parametrize("fields", [{}, {"channel": Channel.CLIENT, "assurance": Assurance.A0}])
async def test_on_a_laptop_of_one_the_requester_approves_his_own_rollback(
    tmp_path: Path, fields: dict[str, Any]
) -> None:
    async with bench(tmp_path, policy=Policy(local_self_approve=True)) as lab:
        view = await lab.propose()
        ruling = await lab.decide(view, person=REQUESTER, self_approved=True, **fields)
        assert ruling.view.state is State.APPROVED
        assert (await lab.run(view)).state is State.SUCCEEDED
    (told,) = records(tmp_path, "action.decided")
    assert told["self_approved"] is True


async def test_somebody_elses_client_is_not_enough_on_a_laptop_of_one(tmp_path: Path) -> None:
    async with bench(tmp_path, policy=Policy(local_self_approve=True)) as lab:
        view = await lab.propose()
        fields = {"channel": Channel.CLIENT, "assurance": Assurance.A0}
        await refuses(lab, view, "assurance A1, this is A0", person="lead-a", **fields)


async def test_nobody_approves_a_wide_change_of_his_own_not_even_on_a_laptop_of_one(tmp_path: Path) -> None:
    async with bench(tmp_path, policy=R3_AT_HOME) as lab:
        view = await lab.propose()
        assert view.action.requirement.risk is Risk.R3
        key = await registered(lab, REQUESTER)
        await refuses(lab, view, "another person than the requester", person=REQUESTER, self_approved=True)
        signature = signed(key, view, REQUESTER)
        await refuses(lab, view, "another person than the requester", person=REQUESTER, **signature)


async def test_a_wide_change_needs_two_people_of_whom_one_signs(tmp_path: Path) -> None:
    async with bench(tmp_path, policy=R3) as lab:
        view = await lab.propose()
        key = await registered(lab, "lead-b")
        first = await lab.decide(view, person="lead-a")
        assert (first.counted, first.view.state, first.view.tally.missing) == (True, State.AWAITING, "1 more approval")
        second = await lab.decide(view, person="lead-b", **signed(key, view, "lead-b"))
        assert second.view.state is State.APPROVED
        assert (await lab.run(view)).state is State.SUCCEEDED
    (told,) = records(tmp_path, "action.moved", to="APPROVED")
    assert told["approved_by"] == ["lead-a", "lead-b"]


async def test_two_people_without_a_signature_are_not_enough_for_a_wide_change(tmp_path: Path) -> None:
    async with bench(tmp_path, policy=R3) as lab:
        view = await lab.propose()
        for person in ("lead-a", "lead-b", "lead-c"):
            ruling = await lab.decide(view, person=person)
            assert (ruling.counted, ruling.view.state) == (True, State.AWAITING)
        assert ruling.view.tally.missing == "an approval with assurance A2"
        await lab.run(view)
        assert lab.world.applied == []
        key = await registered(lab, "lead-a")
        signature = await lab.decide(view, person="lead-a", **signed(key, view, "lead-a"))
        assert (signature.counted, signature.view.state) == (True, State.APPROVED)


async def test_one_person_counts_once_however_often_and_in_whatever_way_he_approves(tmp_path: Path) -> None:
    async with bench(tmp_path, policy=R3) as lab:
        view = await lab.propose()
        key = await registered(lab, "lead-a")
        assert (await lab.decide(view, **signed(key, view, "lead-a"))).counted
        for fields in ({}, signed(key, view, "lead-a")):
            again = await lab.decide(view, **fields)
            assert (again.counted, again.view.state) == (False, State.AWAITING)
            assert again.why == "lead-a has decided so already"
        await lab.run(view)
        assert lab.world.applied == []


async def test_only_the_people_of_a_role_approve_where_the_policy_names_it(tmp_path: Path) -> None:
    async with bench(tmp_path, policy=ROLES) as lab:
        view = await lab.propose()
        await refuses(lab, view, "lets these people approve it: lead-a", person="oncall-b")
        assert (await lab.decide(view, person="lead-a")).view.state is State.APPROVED


async def test_the_requesters_client_is_not_enough_for_a_rollback(tmp_path: Path) -> None:
    async with bench(tmp_path) as lab:
        view = await lab.propose()
        fields = {"channel": Channel.CLIENT, "assurance": Assurance.A0}
        await refuses(lab, view, "assurance A1, this is A0", person="lead-a", **fields)


async def test_no_action_on_a_real_system_is_approved_without_a_person(tmp_path: Path) -> None:
    async with bench(tmp_path) as lab:
        for change in (None, AcknowledgeAlert(alert="a1"), SendMessage(channel="c", text="t")):
            view = await lab.propose(change)
            why = "only a recording's own world"
            await refuses(lab, view, why, person="demo", channel=Channel.DEMO, assurance=Assurance.A0)


async def test_a_decision_on_another_plan_does_not_count(tmp_path: Path) -> None:
    async with bench(tmp_path) as lab:
        view = await lab.propose()
        await refuses(lab, view, "a decision on another plan", digest="0" * 64)


async def test_a_denial_after_the_approval_stops_what_has_not_begun(tmp_path: Path) -> None:
    async with bench(tmp_path) as lab:
        view = await lab.propose()
        assert (await lab.decide(view)).view.state is State.APPROVED
        ruling = await lab.decide(view, Verdict.DENY, person="lead-b", reason="not today")
        assert (ruling.counted, ruling.view.state) == (True, State.DENIED)
        assert (await lab.run(view)).state is State.DENIED
        assert not (await lab.decide(view, person="lead-c")).counted
        assert lab.world.applied == []
    assert verify(tmp_path).ok


async def test_who_approved_may_think_again(tmp_path: Path) -> None:
    async with bench(tmp_path) as lab:
        view = await lab.propose()
        await lab.decide(view)
        assert (await lab.decide(view, Verdict.DENY)).view.state is State.DENIED
        assert (await lab.run(view)).state is State.DENIED


async def test_a_denial_after_it_has_run_changes_nothing(tmp_path: Path) -> None:
    async with bench(tmp_path) as lab:
        view = await lab.propose()
        await lab.run((await lab.decide(view)).view)
        ruling = await lab.decide(view, Verdict.DENY, person="lead-b")
        assert (ruling.counted, ruling.view.state) == (False, State.SUCCEEDED)


@pytest.mark.parametrize("to", [State.REVOKED, State.CANCELLED])
async def test_what_was_revoked_or_cancelled_does_not_run(tmp_path: Path, to: State) -> None:
    async with bench(tmp_path) as lab:
        view = (await lab.decide(await lab.propose())).view
        assert (await lab.ledger.stop(view.action.code, to, "changed our mind", by("opsloom-cli"))).state is to
        assert (await lab.run(view)).state is to
        assert not (await lab.decide(view, person="lead-b")).counted
        with pytest.raises(ApprovalError, match="only an approved one can run"):
            await lab.ledger.claim(view.action.id, "me", by("me"))
        assert lab.world.applied == []


async def test_breaking_the_glass_is_for_a_person_at_a_terminal_with_a_reason(tmp_path: Path) -> None:
    async with bench(tmp_path, policy=ROLES) as lab:
        view = await lab.propose()
        await refuses(lab, view, "needs a reason", person=REQUESTER, break_glass=True)
        client = {"channel": Channel.CLIENT, "assurance": Assurance.A0, "reason": "it burns"}
        await refuses(lab, view, "needs a person at a terminal", person=REQUESTER, break_glass=True, **client)
        ruling = await lab.decide(view, person=REQUESTER, break_glass=True, reason="it burns")
        assert ruling.view.state is State.APPROVED
        assert (await lab.run(view)).state is State.SUCCEEDED
    told = records(tmp_path, "action.decided")[-1]
    assert (told["break_glass"], told["reason"], told["counted"]) == (True, "it burns", True)


@pytest.mark.parametrize(("policy", "change"), [(R3, None), (Policy(), AcknowledgeAlert(alert="a1"))])
async def test_the_glass_of_other_risks_than_r2_does_not_break(
    tmp_path: Path, policy: Policy, change: AcknowledgeAlert | None
) -> None:
    async with bench(tmp_path, policy=policy) as lab:
        view = await lab.propose(change)
        assert view.action.requirement.risk is not Risk.R2
        fields: dict[str, Any] = {"person": REQUESTER, "break_glass": True, "reason": "it burns"}
        await refuses(lab, view, "break-glass is for actions of risk R2", **fields)

"""Approver keys: what a signature stands for, and which ones do not count."""

from pathlib import Path
from typing import Any

import pytest

from opsloom.approval.decision import Verdict
from opsloom.approval.progress import ActionView
from opsloom.approval.requirement import Assurance
from opsloom.approval.signing import ApproverKeys, key_id, statement
from opsloom.approval.state import State
from opsloom.audit.note import SigningKey
from opsloom.model.changes import SendMessage
from opsloom.model.errors import ApprovalError, ConfigurationError, InvalidRequestError
from tests.approval.lab import Bench, bench, by
from tests.approval.policies import policy_of
from tests.approval.store_clock import records
from tests.audit.logbook import edit

SIGNED = policy_of('[[rules]]\nname = "signed"\ntools = ["*"]\nrisk = "R2"\nassurance = "A2"')


def keys_of(lab: Bench) -> ApproverKeys:
    return ApproverKeys(lab.store, lab.log)


async def registered(lab: Bench, person: str = "lead-a", name: str = "laptop") -> SigningKey:
    key = SigningKey.generate(name)
    await keys_of(lab).add(person, str(key.verifier()), by("opsloom-cli"))
    return key


def signature(key: SigningKey, text: str) -> dict[str, Any]:
    return {"assurance": Assurance.A2, "key": key_id(str(key.verifier())), "signature": key.sign(text)}


async def refused(lab: Bench, view: ActionView, why: str, **fields: Any) -> None:
    ruling = await lab.decide(view, **fields)
    assert (ruling.counted, ruling.view.state) == (False, State.AWAITING)
    assert why in ruling.why


async def test_a_signature_of_the_persons_own_key_on_this_plan_counts(tmp_path: Path) -> None:
    async with bench(tmp_path, policy=SIGNED) as lab:
        view = await lab.propose()
        key = await registered(lab)
        text = statement(view.action, Verdict.APPROVE, "lead-a")
        assert (await lab.decide(view, **signature(key, text))).view.state is State.APPROVED
        assert (await lab.run(view)).state is State.SUCCEEDED
    (told,) = records(tmp_path, "action.decided")
    assert key.verifier().open(told["signature"]) == text, "the log must prove it by the public key alone"


async def test_who_claims_a_signature_has_one(tmp_path: Path) -> None:
    async with bench(tmp_path, policy=SIGNED) as lab:
        view = await lab.propose()
        await refused(lab, view, "A2 needs a signature", assurance=Assurance.A2)
        await refused(lab, view, "assurance A2, this is A1")


async def test_a_signature_of_anything_else_does_not_count(tmp_path: Path) -> None:
    async with bench(tmp_path, policy=SIGNED) as lab:
        view, key = await lab.propose(), await registered(lab)
        other = await lab.propose(SendMessage(channel="c", text="t"))
        for text in (
            statement(other.action, Verdict.APPROVE, "lead-a"),
            statement(view.action, Verdict.DENY, "lead-a"),
            statement(view.action, Verdict.APPROVE, "lead-b"),
            f"action {view.action.code} is approved\n",
        ):
            await refused(lab, view, "another statement was signed", **signature(key, text))


async def test_a_signature_by_another_key_does_not_count(tmp_path: Path) -> None:
    async with bench(tmp_path, policy=SIGNED) as lab:
        view = await lab.propose()
        text = statement(view.action, Verdict.APPROVE, "lead-a")
        mine, foreign = await registered(lab), await registered(lab, "lead-b", "desk")
        stranger = SigningKey.generate("laptop")
        for key in (foreign, stranger):
            await refused(lab, view, "the key is not one of lead-a", **signature(key, text))
        named_mine = signature(stranger, text) | {"key": key_id(str(mine.verifier()))}
        await refused(lab, view, "the signature does not hold", **named_mine)
        whole = mine.sign(text)
        for broken in ("", "no note", whole[:-6] + "AAA=\n", whole.replace("approve", "deny", 1), whole + whole):
            await refused(lab, view, "", **(signature(mine, text) | {"signature": broken}))


async def test_a_revoked_key_signs_nothing_more_and_what_it_signed_before_stays(tmp_path: Path) -> None:
    async with bench(tmp_path, policy=SIGNED) as lab:
        first, key = await lab.propose(), await registered(lab)
        second = await lab.propose(SendMessage(channel="c", text="t"))
        approve = statement(first.action, Verdict.APPROVE, "lead-a")
        assert (await lab.decide(first, **signature(key, approve))).view.state is State.APPROVED
        await keys_of(lab).revoke(key_id(str(key.verifier())), by("opsloom-cli"))
        late = statement(second.action, Verdict.APPROVE, "lead-a")
        await refused(lab, second, "the key was revoked", **signature(key, late))
        assert (await lab.run(first)).state is State.SUCCEEDED
    assert [one["person"] for one in records(tmp_path, "approver_key.revoked")] == ["lead-a"]


async def test_a_key_that_was_swapped_in_the_file_after_the_approval_runs_nothing(tmp_path: Path) -> None:
    async with bench(tmp_path, policy=SIGNED) as lab:
        view, key = await lab.propose(), await registered(lab)
        text = statement(view.action, Verdict.APPROVE, "lead-a")
        await lab.decide(view, **signature(key, text))
        edit(tmp_path, "UPDATE approver_key SET public_key = ?", (str(SigningKey.generate("laptop").verifier()),))
        with pytest.raises(ApprovalError, match="a decision on it does not hold"):
            await lab.ledger.claim(view.action.id, "me", by("me"))
        assert lab.world.applied == []


async def test_a_key_is_registered_once_and_revoked_once(tmp_path: Path) -> None:
    async with bench(tmp_path) as lab:
        keys, key = keys_of(lab), await registered(lab)
        ident = key_id(str(key.verifier()))
        with pytest.raises(InvalidRequestError, match="registered already"):
            await keys.add("lead-b", str(key.verifier()), by("opsloom-cli"))
        with pytest.raises(ConfigurationError):
            await keys.add("lead-b", "laptop+00000000+AAAA", by("opsloom-cli"))
        await keys.revoke(ident, by("opsloom-cli"))
        for name in (ident, "laptop", ""):
            with pytest.raises(InvalidRequestError, match="no such key to revoke"):
                await keys.revoke(name, by("opsloom-cli"))
        (kept,) = await keys.list()
        assert (kept.id, kept.person, kept.revoked_at is None) == (ident, "lead-a", False)

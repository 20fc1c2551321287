"""The chain of one action, as a reviewer reads it."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from opsloom.approval.decision import Verdict
from opsloom.approval.ledger import Ledger
from opsloom.approval.requirement import Assurance
from opsloom.approval.review import review
from opsloom.approval.signing import ApproverKeys, key_id, statement
from opsloom.approval.state import State
from opsloom.audit.chain import Chain, read_chain
from opsloom.audit.chain_step import Stage
from opsloom.audit.log import AuditLog
from opsloom.audit.note import SigningKey
from opsloom.audit.proof import prove, verify_proof
from opsloom.audit.record import Kind, Record
from opsloom.model.errors import ApprovalError, OpsloomError, ProviderTimeoutError
from opsloom.store.sqlite import SqliteStore
from tests.approval.lab import World, bench, by, decision_on
from tests.audit.logbook import edit
from tests.server.lab_server import ROLLBACK, lab_client
from tests.server.serving import answer_of

NOW = datetime.now(UTC)


def chain_of(workspace: Path, key: str) -> Chain:
    with SqliteStore.open_read_only(workspace) as store:
        chain = read_chain(store, key, NOW)
    assert chain is not None
    return chain


def told(chain: Chain, stage: Stage) -> str:
    return "\n".join(step.text for step in chain.steps if step.stage is stage)


async def run_an_investigation(folder: Path) -> str:
    """Somebody looks, finds, proposes a rollback; another person approves it; it runs. The id of the action."""
    async with lab_client(folder, World(), "2026-07-28") as client:
        seen = answer_of(await client.call_tool("search_alerts", {}))["evidence"]
        finding = {"claim": "checkout fails since v42", "kind": "inferred", "evidence": seen, "confidence": 0.8}
        answer_of(await client.call_tool("record_finding", finding))
        planned = answer_of(await client.call_tool("rollback_deploy", {**ROLLBACK, "evidence": seen}))
        await approve_elsewhere(folder / "workspace", planned["action"])
        ended = answer_of(await client.call_tool("action_status", {"action": planned["action"]}))
        assert ended["status"] == "succeeded"
    return str(planned["action"])


async def approve_elsewhere(workspace: Path, action: str) -> None:
    with SqliteStore.open(workspace) as store:
        log = AuditLog.open(workspace, store)
        ledger = Ledger(store, log)
        view = await ledger.get(action)
        decision = decision_on(view, Verdict.APPROVE, "lead-a", seconds=31.0)
        ruling = await ledger.decide(lambda now: decision.model_copy(update={"at": now}), by("opsloom-cli"))
        assert ruling.counted
        log.close()


async def test_it_leads_from_the_call_to_the_verified_end_and_each_record_is_provable(tmp_path: Path) -> None:
    action = await run_an_investigation(tmp_path)
    workspace = tmp_path / "workspace"
    chain = chain_of(workspace, action)
    stages = [step.stage for step in chain.steps]
    assert list(dict.fromkeys(stages)) == [
        Stage.CALL, Stage.EVIDENCE, Stage.FINDING, Stage.PLAN, Stage.DECISION, Stage.EXECUTION, Stage.VERIFICATION,
        Stage.END,
    ]  # fmt: skip
    assert (chain.state, chain.problems) == (State.SUCCEEDED, [])
    assert "called rollback_deploy" in told(chain, Stage.CALL)
    assert "cited by the requester: GET lab://search_alerts at lab, sha256 " in told(chain, Stage.EVIDENCE)
    assert '"checkout fails since v42" (inferred, confidence 0.8) stands on ev_' in told(chain, Stage.FINDING)
    assert "risk R2, rule default-disturbing" in told(chain, Stage.PLAN)
    assert "lead-a approved digest" in told(chain, Stage.DECISION)
    assert "by the terminal after 31 s; assurance A1; not signed" in told(chain, Stage.DECISION)
    assert "sent to lab" in told(chain, Stage.EXECUTION)
    assert "evidence ev_" in told(chain, Stage.EXECUTION)
    assert "the provider shows the change: seen" in told(chain, Stage.VERIFICATION)
    with SqliteStore.open_read_only(workspace) as store:
        for step in chain.steps:
            assert step.seq is not None, step.text
            verify_proof(prove(store, step.seq), (workspace / "audit.pub").read_text())


async def test_a_code_names_it_as_well_and_what_is_unknown_is_none(tmp_path: Path) -> None:
    async with bench(tmp_path) as lab:
        view = await lab.propose()
    assert chain_of(tmp_path, view.action.code) == chain_of(tmp_path, view.action.id)
    with SqliteStore.open_read_only(tmp_path) as store:
        assert read_chain(store, "00000000", NOW) is None


async def test_the_requesters_words_are_labelled_and_apart_from_the_preview(tmp_path: Path) -> None:
    async with bench(tmp_path) as lab:
        view = await lab.propose()
    [plan] = [step for step in chain_of(tmp_path, view.action.id).steps if step.quoted]
    assert plan.quoted[-1] == "The requester says (unverified): errors since the deploy"
    assert "\n".join(plan.quoted[:-1]) == view.action.preview


async def test_a_signature_is_checked_with_the_key_that_the_log_names(tmp_path: Path) -> None:
    secret = SigningKey.generate("lead")
    public = str(secret.verifier())
    async with bench(tmp_path) as lab:
        keys = ApproverKeys(lab.store, lab.log)
        await keys.add("lead-a", public, by("opsloom-cli"))
        view = await lab.propose()
        note = secret.sign(statement(view.action, Verdict.APPROVE, "lead-a"))
        ruling = await lab.decide(view, assurance=Assurance.A2, key=key_id(public), signature=note)
        assert ruling.counted, ruling.why
        await keys.revoke(key_id(public), by("opsloom-cli"))
    chain = chain_of(tmp_path, view.action.id)
    assert f"signed with {key_id(public)}, verified" in told(chain, Stage.DECISION)
    assert chain.problems == []


@pytest.mark.parametrize(
    ("forgery", "why"),
    [
        ({"signature": "made up"}, "it is not a signed note"),
        ({"verdict": "deny"}, "another statement was signed"),
        ({"person": "lead-b"}, "the log knows no key of that person"),
        ({"key": "lead+00000000"}, "the log knows no key of that person"),
    ],
)
async def test_a_signature_that_does_not_hold_is_a_problem(tmp_path: Path, forgery: dict[str, str], why: str) -> None:
    """Somebody with the log's own key writes a decision that the person never signed."""
    secret = SigningKey.generate("lead")
    async with bench(tmp_path) as lab:
        await ApproverKeys(lab.store, lab.log).add("lead-a", str(secret.verifier()), by("opsloom-cli"))
        view = await lab.propose()
        note = secret.sign(statement(view.action, Verdict.APPROVE, "lead-a"))
        await lab.decide(view, assurance=Assurance.A2, key=key_id(str(secret.verifier())), signature=note)
    sql = "SELECT seq, record FROM audit_record WHERE record ->> '$.kind' = ?"
    [(seq, text)] = edit(tmp_path, sql, (Kind.ACTION_DECIDED,))
    forged = json.dumps(json.loads(text) | forgery)
    edit(tmp_path, "UPDATE audit_record SET record = ? WHERE seq = ?", (forged, seq))
    chain = chain_of(tmp_path, view.action.id)
    [problem] = chain.problems
    assert problem.startswith(f"the signature of the decision in record {seq} does not hold: {why}")
    assert "which does NOT hold" in told(chain, Stage.DECISION)


async def test_a_key_that_was_revoked_before_or_added_after_signs_nothing(tmp_path: Path) -> None:
    public = str(SigningKey.generate("lead").verifier())
    async with bench(tmp_path) as lab:
        keys = ApproverKeys(lab.store, lab.log)
        view = await lab.propose()
        told_of = {"action": view.action.id, "code": view.action.code, "digest": view.action.digest}
        decided: dict[str, Any] = {
            **told_of, "verdict": "approve", "person": "lead-a", "channel": "terminal", "assurance": "A2",
            "decided_digest": view.action.digest, "counted": True, "key": key_id(public), "signature": "any",
        }  # fmt: skip
        lab.log.append_sync(Record(Kind.ACTION_DECIDED, details=decided))
        await keys.add("lead-a", public, by("opsloom-cli"))
        await keys.revoke(key_id(public), by("opsloom-cli"))
        lab.log.append_sync(Record(Kind.ACTION_DECIDED, details=decided))
    problems = chain_of(tmp_path, view.action.id).problems
    assert len(problems) == 2
    assert all("no key of that person by this name that held then" in problem for problem in problems)


async def test_a_plan_that_was_changed_in_the_store_is_a_problem(tmp_path: Path) -> None:
    async with bench(tmp_path) as lab:
        view = await lab.propose()
    edit(tmp_path, "DROP TRIGGER action_plan_never_changes")
    edit(tmp_path, "UPDATE action SET record = replace(record, 'v41', 'v40'), state = 'APPROVED'")
    assert chain_of(tmp_path, view.action.id).problems == [
        "its stored plan does not have the digest that was logged",
        "it is stored as APPROVED, and the log ends with AWAITING",
    ]


@pytest.mark.parametrize("change", ["json_remove(record, '$.person')", "json_set(record, '$.decided_digest', 7)"])
async def test_a_record_that_we_did_not_write_is_an_error_that_names_the_next_step(tmp_path: Path, change: str) -> None:
    async with bench(tmp_path) as lab:
        view = (await lab.decide(await lab.propose())).view
    edit(tmp_path, f"UPDATE audit_record SET record = {change} WHERE record ->> '$.verdict' = 'approve'")  # noqa: S608
    with pytest.raises(OpsloomError, match="'opsloom audit verify' says which"):
        chain_of(tmp_path, view.action.id)


@pytest.mark.parametrize(
    ("change", "problem"),
    [("DELETE FROM evidence", "is not held here any more"), ("UPDATE evidence SET payload = x'00'", "was changed")],
)
async def test_evidence_that_is_gone_or_changed_is_a_problem(tmp_path: Path, change: str, problem: str) -> None:
    async with bench(tmp_path) as lab:
        view = await lab.propose()
    edit(tmp_path, change)
    problems = chain_of(tmp_path, view.action.id).problems
    assert len(problems) == len(view.action.plan_evidence) > 0
    assert all(problem in one for one in problems)


async def test_a_stale_action_names_the_difference_and_the_new_plan_names_it(tmp_path: Path) -> None:
    async with bench(tmp_path) as lab:
        view = (await lab.decide(await lab.propose())).view
        lab.world.revision = "v43"
        ended = await lab.run(view)
    assert "revision: v42 -> v43" in told(chain_of(tmp_path, view.action.id), Stage.EXECUTION)
    fresh = chain_of(tmp_path, ended.progress.next_action or "")
    assert f"in the stead of {view.action.id}" in told(fresh, Stage.PLAN)


async def test_what_was_reconciled_and_reviewed_is_told(tmp_path: Path) -> None:
    world = World()

    async def lost(_order: object) -> None:
        raise ProviderTimeoutError("the lab did not answer", instance="lab")

    world.after = lost
    async with bench(tmp_path, world) as lab:
        view = await lab.propose()
        await lab.decide(view, break_glass=True, reason="all customers are hit")
        ended = await lab.run(view)
        assert ended.state is State.SUCCEEDED, ended.progress.detail
        await review(lab.log, ended, "lead-b", "it was right", by("opsloom-cli"))
    chain = chain_of(tmp_path, view.action.id)
    assert "BREAK-GLASS; " in told(chain, Stage.DECISION)
    assert "reason: all customers are hit" in told(chain, Stage.DECISION)
    assert "EXECUTING -> UNKNOWN" in told(chain, Stage.EXECUTION)
    assert "found out afterwards" in told(chain, Stage.RECONCILIATION)
    assert told(chain, Stage.REVIEW) == "lead-b reviewed it afterwards; reason: it was right"


async def test_only_somebody_else_reviews_and_only_what_was_broken(tmp_path: Path) -> None:
    async with bench(tmp_path) as lab:
        view = await lab.propose()
        with pytest.raises(ApprovalError, match="nothing to review"):
            await review(lab.log, view, "lead-b", "fine", by("opsloom-cli"))
        broken = (await lab.decide(view, break_glass=True, reason="now")).view
        with pytest.raises(ApprovalError, match="somebody else"):
            await review(lab.log, broken, "lead-a", "fine", by("opsloom-cli"))
    assert told(chain_of(tmp_path, view.action.id), Stage.REVIEW) == ""

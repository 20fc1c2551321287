"""The saved questions: each finds its offenders, and nothing in a log of honest work."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from opsloom.approval.review import review
from opsloom.approval.state import State
from opsloom.audit.log import AuditLog
from opsloom.audit.question import Findings, Offence, ask
from opsloom.audit.questions import QUESTIONS
from opsloom.audit.record import Record, new_id, received
from opsloom.model.errors import ProviderTimeoutError
from opsloom.model.limits import BREAK_GLASS_REVIEW_SECONDS
from opsloom.store.sqlite import SqliteStore
from tests.approval.lab import Bench, World, bench, by
from tests.audit.logbook import ACTOR, beginning, edit, end, open_log

MUST_BE_NONE = {
    "unapproved-executions", "executed-twice", "approvals-after-expiry", "break-glass-without-review",
    "findings-without-evidence",
}  # fmt: skip


def answers(workspace: Path, now: datetime | None = None, since: datetime | None = None) -> dict[str, Findings]:
    with SqliteStore.open_read_only(workspace) as store:
        found = ask(store, QUESTIONS, now or datetime.now(UTC), since)
    return {one.question.name: one for one in found}


def offences(workspace: Path, now: datetime | None = None) -> dict[str, list[Offence]]:
    return {name: one.offences for name, one in answers(workspace, now).items() if one.offences}


def about_action(kind: str, **told: Any) -> Record:
    """As the ledger writes of an action, but for what is told."""
    return Record(kind, ACTOR, details={"action": "a1", "code": "K7Q2M3XD", "digest": "d" * 64, **told})


def approval(**told: Any) -> Record:
    decided = {"verdict": "approve", "person": "lead-a", "channel": "terminal", "assurance": "A1", "counted": True}
    return about_action("action.decided", **{**decided, "decided_digest": "d" * 64, **told})


EXECUTED = about_action("action.moved", **{"from": "APPROVED", "to": "EXECUTING"})


async def test_honest_work_offends_none(tmp_path: Path) -> None:
    async with bench(tmp_path) as lab:
        view = await lab.propose()
        await lab.run((await lab.decide(view, seconds=12.0)).view)
        lab.log.append_sync(beginning("c1"))
        lab.log.append_sync(end("c1"))
    assert offences(tmp_path) == {}
    assert {one.question.name for one in answers(tmp_path).values() if one.question.must_be_none} == MUST_BE_NONE


@pytest.mark.parametrize(
    ("question", "records", "seqs"),
    [
        ("unapproved-executions", [EXECUTED], [0]),
        ("unapproved-executions", [approval(decided_digest="e" * 64), EXECUTED], [1]),
        ("unapproved-executions", [EXECUTED, approval()], [0]),
        ("unapproved-executions", [approval(counted=False), EXECUTED], [1]),
        ("unapproved-executions", [approval(verdict="deny"), EXECUTED], [1]),
        ("unapproved-executions", [approval(action="a2"), EXECUTED], [1]),
        ("executed-twice", [approval(), EXECUTED, EXECUTED], [2]),
        ("approvals-after-expiry", [about_action("action.moved", to="EXPIRED"), approval()], [1]),
        ("self-approvals", [approval(self_approved=True)], [0]),
        ("fast-decisions", [approval(seconds=2.999)], [0]),
        ("fast-decisions", [approval(verdict="deny", seconds=0.2)], [0]),
        ("approved-by-nobody", [approval(channel="demo", seconds=0.0), EXECUTED], [0]),
        ("unsettled-outcomes", [about_action("action.moved", to="UNKNOWN")], [0]),
        ("dangling-calls", [beginning("c1"), beginning("c2"), end("c1")], [1]),
        ("gaps", [Record("audit.gap", details={"count": 3, "reasons": ["disk full"]})], [0]),
    ],
)
def test_each_offence_is_found_with_its_record(
    tmp_path: Path, question: str, records: list[Record], seqs: list[int]
) -> None:
    with open_log(tmp_path) as (_, log):
        for record in records:
            log.append_sync(record)
    found = offences(tmp_path)
    assert [one.seq for one in found.pop(question)] == seqs
    assert found == {}
    assert answers(tmp_path)[question].ok is (question not in MUST_BE_NONE)


@pytest.mark.parametrize(
    "records",
    [
        [approval(), EXECUTED],
        [approval(seconds=3.0)],
        [about_action("action.moved", to="UNKNOWN"), about_action("action.moved", to="VERIFYING")],
        [approval(counted=False, seconds=0.1, self_approved=True)],
    ],
)
def test_what_is_in_order_is_not_found(tmp_path: Path, records: list[Record]) -> None:
    with open_log(tmp_path) as (_, log):
        for record in records:
            log.append_sync(record)
    assert offences(tmp_path) == {}


async def test_one_of_two_approvals_is_not_enough(tmp_path: Path) -> None:
    async with bench(tmp_path) as lab:
        view = await lab.propose()
        await lab.run((await lab.decide(view)).view)
    edit(tmp_path, "DROP TRIGGER action_plan_never_changes")
    edit(tmp_path, "UPDATE action SET record = json_set(record, '$.requirement.approvals', 2)")
    [offence] = offences(tmp_path)["unapproved-executions"]
    assert (offence.about, offence.what) == (view.action.code, "executed with 1 of 2 approvals of its digest")


async def test_an_approval_is_late_by_the_stores_time_even_if_the_log_says_otherwise(tmp_path: Path) -> None:
    async with bench(tmp_path) as lab:
        view = await lab.propose()
        await lab.decide(view)
    assert offences(tmp_path) == {}
    late = (view.action.approve_by + timedelta(seconds=1)).isoformat()
    edit(tmp_path, "UPDATE action_decision SET record = json_set(record, '$.at', ?)", (late,))
    assert list(offences(tmp_path)) == ["approvals-after-expiry"]


async def test_the_requester_is_known_even_if_the_decision_does_not_say_so(tmp_path: Path) -> None:
    async with bench(tmp_path) as lab:
        view = await lab.propose(user="lead-a")
        lab.log.append_sync(approval(action=view.action.id))
    assert [one.what for one in offences(tmp_path)["self-approvals"]] == ["lead-a approved their own request"]


async def break_the_glass(lab: Bench) -> None:
    view = await lab.propose()
    ruling = await lab.decide(view, break_glass=True, reason="all customers are hit")
    assert ruling.counted, ruling.why


async def test_broken_glass_is_found_once_its_review_is_overdue(tmp_path: Path) -> None:
    async with bench(tmp_path) as lab:
        await break_the_glass(lab)
    now = datetime.now(UTC)
    assert offences(tmp_path, now) == {}
    tomorrow = now + timedelta(seconds=BREAK_GLASS_REVIEW_SECONDS + 1)
    [offence] = offences(tmp_path, tomorrow)["break-glass-without-review"]
    assert offence.what == "lead-a broke the glass; nobody has reviewed it"


@pytest.mark.parametrize(("reviewer", "is_found"), [("lead-b", False), ("lead-a", True)])
async def test_only_a_review_by_somebody_else_mends_it(tmp_path: Path, reviewer: str, is_found: bool) -> None:
    async with bench(tmp_path) as lab:
        view = await lab.propose()
        broken = (await lab.decide(view, break_glass=True, reason="all customers are hit")).view
        if reviewer == "lead-b":
            await review(lab.log, broken, reviewer, "it was right", by("opsloom-cli"))
        else:  # what the command refuses, somebody may still write
            lab.log.append_sync(about_action("action.reviewed", action=view.action.id, person=reviewer))
    tomorrow = datetime.now(UTC) + timedelta(seconds=BREAK_GLASS_REVIEW_SECONDS + 1)
    assert ("break-glass-without-review" in offences(tmp_path, tomorrow)) is is_found


def test_a_late_review_is_found_as_late(tmp_path: Path) -> None:
    with open_log(tmp_path) as (_, log):
        log.append_sync(approval(break_glass=True))
        log.append_sync(about_action("action.reviewed", person="lead-b"))
    edit(
        tmp_path,
        "UPDATE audit_record SET record = json_set(record, '$.time', '2026-01-07T10:00:00.000000Z') WHERE seq = 1",
    )
    [offence] = offences(tmp_path)["break-glass-without-review"]
    assert "reviewed too late, at 2026-01-07" in offence.what


@pytest.mark.parametrize(
    ("kind", "evidence", "is_found"),
    [("observed", "[]", True), ("unknown", "[]", False), ("observed", '["ev_gone"]', True)],
)
def test_findings_must_stand_on_evidence_that_is_held(tmp_path: Path, kind: str, evidence: str, is_found: bool) -> None:
    with open_log(tmp_path):
        pass
    record = f'{{"at": "2026-01-05T10:00:00Z", "kind": "{kind}", "claim": "x", "evidence": {evidence}}}'
    edit(tmp_path, "INSERT INTO investigation VALUES ('inv_1', '', '')")
    edit(tmp_path, "INSERT INTO finding VALUES ('fi_1', 'inv_1', ?)", (record,))
    assert [one.about for one in offences(tmp_path).get("findings-without-evidence", [])] == ["fi_1"] * is_found


def test_each_contract_of_a_tool_is_told_from_where_on(tmp_path: Path) -> None:
    def called(log: AuditLog, target: str, contract: str) -> None:
        call = new_id()
        log.append_sync(
            received(
                call=call, actor=ACTOR, method="tools/call", target=target, protocol="2026-07-28", arguments={},
                arguments_digest="", tool_digest=contract * 64,
            )
        )  # fmt: skip
        log.append_sync(end(call))

    with open_log(tmp_path) as (_, log):
        for target, contract in (("overview", "a"), ("search_logs", "a"), ("overview", "a"), ("overview", "b")):
            called(log, target, contract)
    found = offences(tmp_path)
    assert [(one.seq, one.about) for one in found.pop("changed-contracts")] == [(0, "overview"), (6, "overview")]
    assert found == {}


async def test_an_outcome_that_nobody_knows_is_found_until_it_is_settled(tmp_path: Path) -> None:
    world = World(answers=False)

    async def lost(_order: object) -> None:
        raise ProviderTimeoutError("the lab did not answer", instance="lab")

    world.before = lost
    async with bench(tmp_path, world) as lab:
        view = await lab.propose()
        ended = await lab.run((await lab.decide(view)).view)
        assert ended.state is State.UNKNOWN
        assert [one.about for one in offences(tmp_path)["unsettled-outcomes"]] == [view.action.code]
        await lab.ledger.advance(ended, State.FAILED, told={"settled": "it did not happen"})
    assert offences(tmp_path) == {}


def test_what_was_before_since_is_left_out(tmp_path: Path) -> None:
    with open_log(tmp_path) as (_, log):
        log.append_sync(EXECUTED)  # 10:00:01
        log.append_sync(EXECUTED)
    since = datetime(2026, 1, 5, 10, 0, 2, tzinfo=UTC)
    [offence] = answers(tmp_path, since=since)["unapproved-executions"].offences
    assert offence.seq == 1


def test_a_row_beside_the_log_approves_nothing(tmp_path: Path) -> None:
    """An approval that was slipped into another stream is not in the log that checkpoints cover."""
    with open_log(tmp_path) as (_, log):
        log.append_sync(approval())
        log.append_sync(EXECUTED)
    edit(tmp_path, "UPDATE audit_record SET stream = 99 WHERE seq = 0")
    assert list(offences(tmp_path)) == ["unapproved-executions"]

"""Guarantee: what runs is, to the byte, what was approved; a plan, time or decision changed in the file runs none."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from opsloom.approval.decision import Channel
from opsloom.approval.progress import ActionView
from opsloom.approval.requirement import Assurance
from opsloom.approval.state import State
from opsloom.audit.canonical import canonical_json, digest_of
from opsloom.model.changes import SendMessage
from opsloom.model.errors import ApprovalError
from tests.approval.lab import Bench, World, bench, by, decision_on
from tests.approval.store_clock import records
from tests.audit.logbook import edit

Record = dict[str, Any]
TRIGGERS = ("action_plan_never_changes", "action_end_never_changes", "action_is_never_removed")


def one_byte(record: Record) -> None:
    record["arguments"]["service"] = "checkouu"


def another_type(record: Record) -> None:
    record["verify_seconds"] = str(record["verify_seconds"])


def a_default_left_out(record: Record) -> None:
    del record["arguments"]["comment"]


def a_default_of_ours_left_out(record: Record) -> None:
    del record["demo"]


def another_plan(record: Record) -> None:
    record["plan"]["change"]["revision"] = "v1"


def another_observation(record: Record) -> None:
    record["plan"]["observed"] = [["revision", "v43"]]


def another_preview(record: Record) -> None:
    record["preview"] += " "


def another_policy(record: Record) -> None:
    record["policy_digest"] = "0" * 64


def a_lower_bar(record: Record) -> None:
    record["requirement"]["approvals"] = 0


def a_later_expiry(record: Record) -> None:
    record["execute_by"] = "2099-01-01T00:00:00Z"


def a_key_more(record: Record) -> None:
    record["note"] = "approved by the lead"


CHANGES: list[Callable[[Record], None]] = [
    one_byte,
    another_type,
    a_default_left_out,
    a_default_of_ours_left_out,
    another_plan,
    another_observation,
    another_preview,
    another_policy,
    a_lower_bar,
    a_later_expiry,
    a_key_more,
]


def write(workspace: Path, sql: str, *bindings: Any) -> None:
    """As somebody who has the file, and takes away what protects it."""
    for trigger in TRIGGERS:
        edit(workspace, f"DROP TRIGGER IF EXISTS {trigger}")
    edit(workspace, sql, bindings)


async def approved(lab: Bench) -> ActionView:
    ruling = await lab.decide(await lab.propose())
    assert ruling.view.state is State.APPROVED
    return ruling.view


async def refused(lab: Bench, view: ActionView, why: str) -> None:
    """Nothing runs it, by no way in."""
    for attempt in (lab.approvals.take_on(view, by("test-client")), lab.ledger.claim(view.action.id, "me", by("me"))):
        with pytest.raises(ApprovalError, match=why):
            await attempt
    assert lab.world.applied == []


@pytest.mark.parametrize("change", CHANGES)
async def test_a_plan_that_was_changed_after_its_approval_is_not_trusted(
    tmp_path: Path, change: Callable[[Record], None]
) -> None:
    async with bench(tmp_path) as lab:
        view = await approved(lab)
        record = json.loads(view.action.canonical)
        change(record)
        write(tmp_path, "UPDATE action SET record = ?", canonical_json(record))
        await refused(lab, view, "was changed; it is not trusted")


@pytest.mark.parametrize("change", [one_byte, another_plan, a_lower_bar, a_later_expiry])
async def test_a_plan_that_was_changed_together_with_its_digest_has_no_approval(
    tmp_path: Path, change: Callable[[Record], None]
) -> None:
    async with bench(tmp_path) as lab:
        view = await approved(lab)
        record = json.loads(view.action.canonical)
        change(record)
        write(tmp_path, "UPDATE action SET record = ?, digest = ?", canonical_json(record), digest_of(record))
        with pytest.raises(ApprovalError):
            await lab.ledger.claim(view.action.id, "me", by("me"))
        assert lab.world.applied == []


async def test_a_record_that_means_the_same_and_is_spelt_otherwise_is_not_trusted(tmp_path: Path) -> None:
    async with bench(tmp_path) as lab:
        view = await approved(lab)
        write(tmp_path, "UPDATE action SET record = ?", json.dumps(json.loads(view.action.canonical)))
        await refused(lab, view, "was changed; it is not trusted")


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("digest", "0" * 64),
        ("execute_by", 9e9),
        ("approve_by", 9e9),
        ("request", "0" * 64),
        ("code", "00000000"),
        ("progress", "no JSON"),
        ("state", "BLESSED"),
    ],
)
async def test_a_column_that_says_something_else_than_the_record_is_not_trusted(
    tmp_path: Path, column: str, value: str | float
) -> None:
    async with bench(tmp_path) as lab:
        view = await approved(lab)
        write(tmp_path, f"UPDATE action SET {column} = ?", value)  # noqa: S608  one of those above
        await refused(lab, view, "was changed; it is not trusted")


async def test_an_action_without_a_decision_does_not_run_because_its_state_says_approved(tmp_path: Path) -> None:
    async with bench(tmp_path) as lab:
        view = await lab.propose()
        write(tmp_path, "UPDATE action SET state = 'APPROVED'")
        await lab.run(view)
        with pytest.raises(ApprovalError, match="only an approved one can run"):
            await lab.ledger.claim(view.action.id, "me", by("me"))
        assert lab.world.applied == []


@pytest.mark.parametrize(
    ("path", "value"),
    [("$.verdict", "deny"), ("$.person", "lead-b"), ("$.action", "another"), ("$.at", "yesterday")],
)
async def test_a_decision_that_was_changed_is_not_trusted(tmp_path: Path, path: str, value: str) -> None:
    async with bench(tmp_path) as lab:
        view = await approved(lab)
        write(tmp_path, "UPDATE action_decision SET record = json_set(record, ?, ?)", path, value)
        await refused(lab, view, "was changed; it is not trusted")


async def test_a_denial_that_was_turned_into_an_approval_is_not_trusted(tmp_path: Path) -> None:
    async with bench(tmp_path) as lab:
        view = await approved(lab)
        write(tmp_path, "UPDATE action_decision SET verdict = 'deny'")
        await refused(lab, view, "was changed; it is not trusted")


async def test_an_approval_of_another_action_cannot_be_moved_over(tmp_path: Path) -> None:
    async with bench(tmp_path) as lab:
        other = await approved(lab)
        view = await lab.propose(SendMessage(channel="incidents", text="all is well"))
        moved = "UPDATE action_decision SET action = ?, record = json_set(record, '$.action', ?)"
        write(tmp_path, moved, view.action.id, view.action.id)
        write(tmp_path, "UPDATE action SET state = 'APPROVED' WHERE id = ?", view.action.id)
        for one in (view, other):
            with pytest.raises(ApprovalError):
                await lab.ledger.claim(one.action.id, "me", by("me"))
        assert lab.world.messages == []


async def test_a_forged_signature_in_the_file_does_not_run_anything(tmp_path: Path) -> None:
    async with bench(tmp_path) as lab:
        view = await approved(lab)
        write(tmp_path, "UPDATE action_decision SET record = json_set(record, '$.assurance', 'A2')")
        with pytest.raises(ApprovalError, match="the log knows no such decision of lead-a"):
            await lab.ledger.claim(view.action.id, "me", by("me"))
        signed = "UPDATE action_decision SET record = json_set(record, '$.key', 'lead+00000000', '$.signature', 'x')"
        write(tmp_path, signed)
        with pytest.raises(ApprovalError, match="the log knows no such decision of lead-a"):
            await lab.ledger.claim(view.action.id, "me", by("me"))
        assert lab.world.applied == []


async def test_a_claim_that_was_written_into_the_file_sends_nothing(tmp_path: Path) -> None:
    """EXECUTING says that somebody sends it: whoever finds it so looks, and does not send."""
    async with bench(tmp_path) as lab:
        view = await lab.propose()
        write(tmp_path, "UPDATE action SET state = 'EXECUTING'")
        assert (await lab.run(view)).state is State.FAILED
        assert lab.world.applied == []


async def test_an_action_that_has_ended_stays_so_and_none_is_ever_removed(tmp_path: Path) -> None:
    async with bench(tmp_path) as lab:
        await lab.run(await approved(lab))
    for sql in ("UPDATE action SET state = 'APPROVED'", "DELETE FROM action", "UPDATE action SET digest = 'x'"):
        with pytest.raises(Exception, match=r"stays as it ended|actions are kept|never changes"):
            edit(tmp_path, sql)


async def test_one_plan_that_was_changed_does_not_stop_the_others(tmp_path: Path) -> None:
    async with bench(tmp_path) as lab:
        await lab.propose()
        write(tmp_path, "UPDATE action SET approve_by = 0")
        other = await lab.propose(SendMessage(channel="incidents", text="all is well"))
        assert (await lab.run((await lab.decide(other)).view)).state is State.SUCCEEDED
        assert lab.world.messages == ["all is well"]


async def test_an_approval_that_the_log_does_not_know_runs_nothing(tmp_path: Path) -> None:
    async with bench(tmp_path) as lab:
        view = await lab.propose()
        forged = decision_on(view, "approve", "lead-a", channel=Channel.TERMINAL, assurance=Assurance.A1)  # type: ignore[arg-type]
        row = (view.action.id, "lead-a", "approve", forged.model_dump_json())
        write(tmp_path, "INSERT INTO action_decision VALUES (?, ?, ?, ?, 3)", *row)
        write(tmp_path, "UPDATE action SET state = 'APPROVED'")
        await lab.run(view)
        assert records(tmp_path, "action.decided") == []
        assert lab.world.applied == []


async def test_the_order_that_the_provider_gets_is_the_plan_that_was_approved(tmp_path: Path) -> None:
    sent = []

    async def watch(order: Any) -> None:
        sent.append(order.plan)

    async with bench(tmp_path, World(before=watch)) as lab:
        view = await approved(lab)
        await lab.run(view)
        (decided,) = records(tmp_path, "action.decided")
        assert decided["decided_digest"] == view.action.digest == digest_of(json.loads(view.action.canonical))
        assert sent == [view.action.plan]

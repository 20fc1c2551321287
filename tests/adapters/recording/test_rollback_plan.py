"""What a rollback in the world of a recording would do, and which ones there are none of."""

from pathlib import Path

import pytest

from opsloom.model.changes import ChangeRevision, Effect
from opsloom.model.errors import InvalidRequestError, UnexpectedAnswerError, UnsupportedError
from tests.adapters.recording.changes import change_world, plan
from tests.adapters.recording.recordings import DEMO, drill, replay, write

CHECKOUT = ChangeRevision(service="checkout")


async def test_a_rollback_goes_to_the_version_before_the_one_that_runs() -> None:
    async with replay(DEMO) as adapter:
        planned = await plan(adapter, CHECKOUT)
    assert planned.change == ChangeRevision(service="checkout", environment="production", revision="v2.41.3")
    assert planned.inverse == ChangeRevision(service="checkout", environment="production", revision="v2.42.0")
    assert planned.effects[0] == Effect(what="version of checkout", before="v2.42.0", after="v2.41.3")
    assert "file services/checkout/payment_client.py" in [effect.what for effect in planned.effects]
    assert planned.observed == (("change", "checkout-v2.42.0"), ("version", "v2.42.0"))
    assert (planned.services, planned.conditional) == (("checkout",), True)


async def test_without_a_recorded_version_before_it_the_deploy_before_counts(tmp_path: Path) -> None:
    async with replay(drill(tmp_path)) as adapter:
        planned = await plan(adapter, ChangeRevision(service="web"))
    assert planned.change == ChangeRevision(service="web", revision="1")


async def test_a_deploy_that_failed_never_ran(tmp_path: Path) -> None:
    failed = {"id": "d-2", "kind": "deploy", "service": "web", "at": "2026-03-03T09:00:00Z", "version": "2"}
    ran = {**failed, "id": "d-1", "version": "1", "previous_version": "0", "at": "2026-03-03T08:00:00Z"}
    async with replay(drill(tmp_path, changes_jsonl=[ran, {**failed, "status": "failed"}])) as adapter:
        planned = await plan(adapter, ChangeRevision(service="web"))
    assert planned.observed == (("change", "d-1"), ("version", "1"))


async def test_environments_are_kept_apart(tmp_path: Path) -> None:
    here = {"id": "d-1", "kind": "deploy", "service": "web", "environment": "production", "version": "1"}
    changes = [
        {**here, "at": "2026-03-03T08:00:00Z", "previous_version": "0"},
        {**here, "id": "d-2", "environment": "staging", "at": "2026-03-03T09:00:00Z", "version": "9"},
    ]
    async with replay(drill(tmp_path, changes_jsonl=changes)) as adapter:
        planned = await plan(adapter, ChangeRevision(service="web", environment="production"))
        with pytest.raises(InvalidRequestError, match="no version before"):
            await plan(adapter, ChangeRevision(service="web"))
    assert planned.observed == (("change", "d-1"), ("version", "1"))


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (ChangeRevision(service="chekout"), r"service may be: checkout, inventory$"),
        (ChangeRevision(service="checkout", environment="test"), r"service may be: checkout, inventory$"),
        (ChangeRevision(service="checkout", revision="v1"), r"is not recorded; it may be: v2\.41\.3$"),
        (ChangeRevision(service="checkout", revision="v2.42.0"), r"runs already; it may be: v2\.41\.3$"),
    ],
)
async def test_what_cannot_be_rolled_back_is_refused_with_what_can(change: ChangeRevision, told: str) -> None:
    async with replay(DEMO) as adapter:
        with pytest.raises(InvalidRequestError, match=told):
            await plan(adapter, change)


async def test_a_recording_that_does_not_know_what_a_rollback_does_plans_none(tmp_path: Path) -> None:
    change = {"id": "d-1", "kind": "deploy", "service": "web", "at": "2026-03-03T09:00:00Z", "version": "2"}
    async with replay(write(tmp_path, {"changes.jsonl": [change]})) as adapter:
        with pytest.raises(UnsupportedError, match="this recording does not say what a rollback would do"):
            await plan(adapter, ChangeRevision(service="web"))


async def test_rollbacks_of_changes_that_are_not_recorded_are_told_before_anything_is_done(tmp_path: Path) -> None:
    unknown = {"change": "d-9", "service": "web", "heals": True, "after_seconds": 60}
    async with replay(drill(tmp_path, rollbacks_jsonl=[unknown])) as adapter:
        with pytest.raises(UnexpectedAnswerError, match=r"rollbacks\.jsonl names a change"):
            await plan(adapter, ChangeRevision(service="web"))


async def test_a_second_rollback_does_not_go_forward_again() -> None:
    async with replay(DEMO) as adapter:
        await change_world(adapter, CHECKOUT)
        with pytest.raises(InvalidRequestError, match=r"no version before the present one is recorded.*: v2\.42\.0$"):
            await plan(adapter, CHECKOUT)

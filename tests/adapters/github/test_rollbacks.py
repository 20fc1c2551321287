"""A service goes back: by a deployment, or by a run of a workflow."""

import json
from typing import Any

import httpx
import pytest

from opsloom.model.changes import ChangePlan, ChangeRevision, Sight
from opsloom.model.errors import ConflictError, InvalidRequestError, UnsupportedError
from tests.adapters.canned import MARKER, order_of
from tests.adapters.github.asking import AT, WEB, Github, call_at, connected
from tests.adapters.github.shapes import FAILED, GOOD, PRESENT, REPOSITORY, commit, comparison, deployment, run, status

DEPLOYMENTS = f"GET {AT}/deployments"
CREATE = f"POST {AT}/deployments"
RUNS = f"GET {AT}/actions/workflows/rollback.yml/runs"
DISPATCH = f"POST {AT}/actions/workflows/rollback.yml/dispatches"
LATEST, BAD, OLD = (
    deployment(42, PRESENT, ref="v3"),
    deployment(41, FAILED, ref="v2"),
    deployment(40, GOOD, ref="v1", production_environment=True),
)
ROLLBACK = ChangeRevision(service="checkout", environment="production")
BY_WORKFLOW = {"rollback_workflow": "rollback.yml"}


def github(*history: dict[str, Any], **replies: Any) -> Github:
    listed = list(history or (LATEST, BAD, OLD))
    compared = {
        f"GET {AT}/compare/{base}...{head}": comparison(commits=[commit(), commit(FAILED, "Break it")])
        for base in (GOOD, FAILED, PRESENT)
        for head in (GOOD, FAILED, PRESENT)
    }
    states = {PRESENT: "success", FAILED: "failure", GOOD: "inactive"}
    statuses = {f"GET {AT}/deployments/{one['id']}/statuses": [status(states[one["sha"]])] for one in listed}
    return Github({DEPLOYMENTS: listed, **compared, **statuses, **replies})


async def plan(at: Github | None = None, change: ChangeRevision = ROLLBACK, **settings: Any) -> ChangePlan:
    async with connected(at or github(), **settings) as adapter:
        return await adapter.plan_rollback(change, call_at())


async def test_a_rollback_goes_to_the_last_good_deployment_and_forward_again() -> None:
    planned = await plan()
    assert planned.change == ROLLBACK.model_copy(update={"revision": GOOD})
    assert planned.inverse == ROLLBACK.model_copy(update={"revision": PRESENT})
    assert [(one.before, one.after) for one in planned.effects[:2]] == [("v3", "v1"), (PRESENT, GOOD)]
    assert planned.affects == (f"{PRESENT[:12]} Pay faster (#12)", f"{FAILED[:12]} Break it")
    assert (planned.affected_count, planned.services) == (2, ("checkout",))
    assert planned.observed == (("deployment", "42"), ("commit", PRESENT))
    assert planned.link == f"{WEB}/compare/{GOOD}...{PRESENT}"


async def test_what_a_rollback_has_just_left_is_not_what_the_next_one_goes_to() -> None:
    rolled_back = deployment(43, GOOD, payload={"opsloom": {"kind": "rollback"}})
    oldest = deployment(39, FAILED, ref="v0")
    at = github(rolled_back, LATEST, deployment(40, GOOD, ref="v1"), oldest)
    at.replies[f"GET {AT}/deployments/39/statuses"] = [status("success")]
    assert (await plan(at)).change == ROLLBACK.model_copy(update={"revision": FAILED})


@pytest.mark.parametrize("revision", ["v1", GOOD, GOOD[:7], GOOD[:12].upper()])
async def test_a_revision_is_named_by_ref_or_commit(revision: str) -> None:
    planned = await plan(change=ROLLBACK.model_copy(update={"revision": revision}))
    assert planned.change == ROLLBACK.model_copy(update={"revision": GOOD})


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({"revision": "v9"}, "never deployed there; known: v2, v1"),
        ({"revision": "v3"}, "deployed last; others: v2, v1"),
        ({"revision": "aaaa"}, "never deployed"),
        ({"service": "billing"}, "known: checkout"),
    ],
)
async def test_what_cannot_be_gone_back_to_is_refused_with_what_can(asked: dict[str, Any], says: str) -> None:
    with pytest.raises(InvalidRequestError, match=says):
        await plan(change=ROLLBACK.model_copy(update=asked))


async def test_without_a_good_deployment_before_one_has_to_be_named() -> None:
    with pytest.raises(InvalidRequestError, match=r"no good version .*; name one of: v2"):
        await plan(github(LATEST, BAD))
    with pytest.raises(InvalidRequestError, match="nothing was deployed"):
        await plan(Github())


async def test_the_only_environment_needs_no_name_and_of_several_one_is_asked_for() -> None:
    unnamed = ROLLBACK.model_copy(update={"environment": None})
    assert (await plan(change=unnamed)).change == ROLLBACK.model_copy(update={"revision": GOOD})
    with pytest.raises(InvalidRequestError, match=r"name one .*: production, staging"):
        await plan(github(LATEST, deployment(41, GOOD, environment="staging")), unnamed)
    with pytest.raises(InvalidRequestError, match="has no deployments"):
        await plan(Github(), unnamed)
    with pytest.raises(InvalidRequestError, match="environment must be one of: staging"):
        await plan(environments=["staging"])


async def test_a_repository_of_several_services_is_not_rolled_back() -> None:
    with pytest.raises(UnsupportedError, match="several services"):
        await plan(services={"checkout": REPOSITORY, "cart": REPOSITORY})


async def test_a_deployment_of_the_old_commit_is_created_once() -> None:
    at = github(**{CREATE: httpx.Response(201, json=deployment(43, GOOD))})
    planned = await plan(at)
    async with connected(at) as adapter:
        receipt = await adapter.apply_rollback(order_of(planned), call_at())
    assert at.changed == [CREATE]
    assert json.loads(at.asked(CREATE)[0].content) == {
        "ref": GOOD,
        "task": "deploy",
        "auto_merge": False,
        "required_contexts": [],
        "payload": {
            "opsloom": {
                "action": MARKER,
                "kind": "rollback",
                "instead_of": PRESENT,
                "requested_by": "oncall-a",
                "approved_by": "lead-b",
            }
        },
        "environment": "production",
        "description": f"{MARKER}: asked for by oncall-a, approved by lead-b",
        "production_environment": True,
        "transient_environment": False,
    }
    assert receipt.native_id == f"{REPOSITORY}/deployments/43"
    assert receipt.inverse == planned.inverse


@pytest.mark.parametrize("settings", [{}, BY_WORKFLOW])
async def test_a_deployment_since_the_plan_stops_it(settings: dict[str, Any]) -> None:
    planned = await plan(**settings)
    at = github(deployment(43, FAILED), LATEST, BAD, OLD)
    async with connected(at, **settings) as adapter:
        with pytest.raises(ConflictError):
            await adapter.apply_rollback(order_of(planned), call_at())
    assert at.changed == []


@pytest.mark.parametrize(
    ("state", "sight"),
    [
        ([], Sight.PRESENT),
        ([status("in_progress")], Sight.PRESENT),
        ([status("success")], Sight.PRESENT),
        ([status("failure")], Sight.ABSENT),
        ([status("error")], Sight.ABSENT),
    ],
)
async def test_a_deployment_is_found_by_its_marker_while_it_has_not_failed(state: list[Any], sight: Sight) -> None:
    planned = await plan()
    made = deployment(43, GOOD, description=f"{MARKER}: asked for by oncall-a, approved by lead-b")
    at = github(made, LATEST, OLD, **{f"GET {AT}/deployments/43/statuses": state})
    async with connected(at) as adapter:
        seen = await adapter.observe_rollback(order_of(planned), call_at())
        other = await adapter.observe_rollback(order_of(planned, "opsloom-other"), call_at())
    assert (seen.sight, other.sight) == (sight, Sight.ABSENT)
    assert dict(seen.state)["deployment"] == "43"


async def test_a_workflow_is_run_with_the_inputs_of_the_settings() -> None:
    started = {"workflow_run_id": 7, "run_url": "https://x.example", "html_url": "https://x.example"}
    at = github(**{DISPATCH: started})
    inputs = {"sha": "{revision}", "where": "{service}/{environment}", "title": "by {marker}"}
    settings = {**BY_WORKFLOW, "rollback_inputs": inputs, "rollback_ref": "ops"}
    planned = await plan(at, **settings)
    assert f"sha={GOOD}, where=checkout/production" in planned.effects[-1].after
    async with connected(at, **settings) as adapter:
        receipt = await adapter.apply_rollback(order_of(planned), call_at())
    assert json.loads(at.asked(DISPATCH)[0].content) == {
        "ref": "ops",
        "inputs": {"sha": GOOD, "where": "checkout/production", "title": f"by {MARKER}"},
        "return_run_details": True,
    }
    assert receipt.link == f"{WEB}/actions/runs/7"


async def test_an_own_server_is_not_asked_for_what_it_may_not_know() -> None:
    base = "https://git.acme.example/api/v3"
    at = github(**{DISPATCH: httpx.Response(204)})
    at.replies = {name.replace(" ", " /api/v3", 1): reply for name, reply in at.replies.items()}
    planned = await plan(at, base_url=base, **BY_WORKFLOW)
    async with connected(at, base_url=base, **BY_WORKFLOW) as adapter:
        receipt = await adapter.apply_rollback(order_of(planned), call_at())
    sent = json.loads(next(one for one in at.requests if one.method == "POST").content)
    assert "return_run_details" not in sent
    assert receipt.link == f"https://git.acme.example/{REPOSITORY}/actions/workflows/rollback.yml"


@pytest.mark.parametrize(
    ("runs", "sight"),
    [
        ([run(title=f"Roll back ({MARKER})")], Sight.PRESENT),
        ([run(title=f"Roll back ({MARKER})", conclusion="success", status="completed")], Sight.PRESENT),
        ([run(title=f"Roll back ({MARKER})", conclusion="failure", status="completed")], Sight.ABSENT),
        ([run(title="Roll back (opsloom-other)")], Sight.ABSENT),
        ([], Sight.ABSENT),
        ([run(title="rollback")], Sight.UNOBSERVABLE),
    ],
)
async def test_a_run_is_found_by_the_marker_in_its_title(runs: list[dict[str, Any]], sight: Sight) -> None:
    planned = await plan(**BY_WORKFLOW)
    at = github(**{RUNS: {"total_count": len(runs), "workflow_runs": runs}})
    async with connected(at, **BY_WORKFLOW) as adapter:
        assert (await adapter.observe_rollback(order_of(planned), call_at())).sight is sight
    assert at.parameters(RUNS)[0] == {
        "event": "workflow_dispatch",
        "created": ">=2026-02-24T09:21:00Z",
        "per_page": "100",
    }

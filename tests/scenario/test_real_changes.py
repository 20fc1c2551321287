"""Approved changes to real systems, asked for over MCP: what the tool says and what the world does, apart."""

import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import anyio
import pytest

from opsloom.approval import checks, verifier
from opsloom.providers.settings import Settings
from tests.bed.bed import Bed
from tests.bed.http_client import client
from tests.bed.shop.world import INITIAL_VERSIONS, NEXT_VERSIONS
from tests.scenario.shift import APPROVER, Shift, intact, settings_of, shift

GOOD, BAD = INITIAL_VERSIONS["checkout"], NEXT_VERSIONS["checkout"]
ALERT_SECONDS = 20.0
PAUSE_SECONDS = 0.2
ALERTS_OF_A_BAD_CHECKOUT = 4  # two rules, each told by Prometheus and by Alertmanager


@pytest.fixture
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody looks for ten minutes whether it helped."""
    monkeypatch.setattr(verifier, "VERIFY_LOOK_EVERY_SECONDS", 0.5)
    monkeypatch.setattr(checks, "VERIFY_OUTCOME_SECONDS", 20.0)


async def firing(ops: Shift, bed: Bed) -> list[dict[str, Any]]:
    """A bad deploy, and all its alerts; those of an earlier test of this bed may have lingered."""
    with anyio.fail_after(ALERT_SECONDS):
        while await ops.rows("search_alerts", service="checkout"):
            await anyio.sleep(PAUSE_SECONDS)
    bed.shop.deploy("checkout", BAD)
    with anyio.fail_after(ALERT_SECONDS):
        while len(found := await ops.rows("search_alerts", service="checkout", status="firing")) < (
            ALERTS_OF_A_BAD_CHECKOUT
        ):
            await anyio.sleep(PAUSE_SECONDS)
    return found


def heard_by_alertmanager(bed: Bed) -> list[dict[str, Any]]:
    """The alerts of checkout, asked without opsloom."""
    with client(bed.alertmanager.url) as alertmanager:
        query = {"filter": 'service="checkout"'}
        heard: list[dict[str, Any]] = alertmanager.get("/api/v2/alerts", params=query).raise_for_status().json()
    return heard


def deploy_tags(bed: Bed, service: str) -> dict[str, str]:
    """The deploy tags of a service and their objects, as git tells them."""
    told = subprocess.run(
        ("git", "for-each-ref", "--format=%(refname:lstrip=5) %(objectname)", f"refs/tags/deploy/production/{service}"),
        cwd=bed.repository,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    return dict(line.split() for line in told.splitlines())


def failures_of_ten(bed: Bed) -> int:
    with client(bed.shop.urls["checkout"]) as checkout:
        return sum(checkout.get("/").is_server_error for _ in range(10))


@pytest.mark.usefixtures("soon")
async def test_an_approved_rollback_ends_the_incident_and_says_so_by_itself(
    bed: Bed, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = settings_of(bed, tmp_path)
    try:
        async with shift(settings, "2026-07-28") as ops:
            asked = await ask_to_roll_back(ops, (await firing(ops, bed))[0]["ref"])
            before = deploy_tags(bed, "checkout")
            capsys.readouterr()
            await ops.approve(asked)
            shown = capsys.readouterr().out
            assert asked["preview"] in shown
            assert (
                f"from alertmanager at {datetime.now(UTC):%Y-%m-%d}" in shown[shown.index("The requester cites ev_") :]
            )

            with anyio.fail_after(ALERT_SECONDS):  # nobody calls: the server hears of the approval
                while deploy_tags(bed, "checkout")[GOOD] == before[GOOD]:
                    await anyio.sleep(PAUSE_SECONDS)
            assert bed.shop.running_version("checkout") == BAD  # the tool has done its part, the world has not
            bed.shop.follow_tags("checkout")
            assert bed.shop.running_version("checkout") == GOOD

            answer = await ops.seen_to_end(asked)
            assert answer["status"] == "succeeded", answer
            assert answer["decisions"] == [f"approve by {APPROVER} in a terminal (A1)"]
            assert not heard_by_alertmanager(bed)
            assert failures_of_ten(bed) == 0
            deploys = await ops.rows("search_deploys", service="checkout", since="-10m")
            assert (deploys[0]["version"], deploys[0]["kind"]) == (GOOD, "rollback")
    finally:
        bed.shop.restore()
    intact(settings)


async def ask_to_roll_back(ops: Shift, alert: str) -> dict[str, Any]:
    """A finding on the alert, and the rollback that it calls for; its preview says what an approver wants to know."""
    evidence = (await ops.ask("get_record", ref=alert))["evidence"]
    await ops.ask("record_finding", claim=f"{BAD} fails", kind="inferred", evidence=evidence)
    asked = await ops.ask(
        "rollback_deploy", service="checkout", reason="fails since it was deployed", evidence=evidence
    )
    assert evidence[0] in asked["evidence"]
    preview = asked["preview"].splitlines()
    assert {f'- deployed version: "{BAD}" -> "{GOOD}"', "Services: checkout", "Depending on it: frontend"} <= {*preview}
    assert any(line.startswith("Owner: checkout") and "on call: oncall-a" in line for line in preview)
    assert any(line.startswith(f"Undo: run {BAD} again") for line in preview)
    assert any(line.startswith("NOT inspected: database migrations") for line in preview)
    assert asked["preview"].count(" has ended") == ALERTS_OF_A_BAD_CHECKOUT
    return asked


async def test_a_rollback_that_no_deploy_system_follows_is_ineffective_and_can_be_undone(
    bed: Bed, slow_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checks, "VERIFY_OUTCOME_SECONDS", 1.0)
    async with shift(slow_settings, "legacy") as ops:
        await firing(ops, bed)
        answer = await ops.done("rollback_deploy", service="checkout", reason="fails since it was deployed")
        assert answer["status"] == "ineffective", answer
        assert any("the provider shows the change: seen" in look for look in answer["looks"])
        assert any("has ended: NO, it is firing" in look for look in answer["looks"])
        assert "did not help" in answer["next"]
        assert heard_by_alertmanager(bed)
        assert bed.shop.running_version("checkout") == BAD

        undo = await ops.ask("action_status", action=answer["action"], undo=True)
        assert (undo["status"], undo["code"] != answer["code"]) == ("pending_approval", True)
        assert f'- deployed version: "{GOOD}" -> "{BAD}"' in undo["preview"].splitlines()


async def test_a_silence_of_one_alert_hides_that_one_and_its_undo_needs_an_approval_of_its_own(
    bed: Bed, slow_settings: Settings
) -> None:
    async with shift(slow_settings, "2026-07-28") as ops:
        alerts = await firing(ops, bed)
        chosen = next(one for one in alerts if one["name"] == "HighLatency" and "alertmanager" in one["ref"])
        answer = await ops.done("silence_alert", alert=chosen["ref"], duration="30m", reason="it is being worked on")
        assert answer["status"] == "succeeded", answer
        assert "hides 1 alert now" in answer["preview"]
        assert 'Also hits 1: HighLatency{service="checkout"}' in answer["preview"].splitlines()
        states = {one["labels"]["alertname"]: one["status"]["state"] for one in heard_by_alertmanager(bed)}
        assert states == {"HighLatency": "suppressed", "HighErrorRatio": "active"}
        (silence,) = standing_silences(bed, answer["action"])
        assert answer["link"] == f"{bed.alertmanager.url}/#/silences/{silence['id']}"

        undo = await ops.ask("action_status", action=answer["action"], undo=True)
        assert standing_silences(bed, answer["action"]) == [silence]
        await ops.approve(undo)
        assert (await ops.outcome(undo))["status"] == "succeeded"
        assert not standing_silences(bed, answer["action"])
        assert all(one["status"]["state"] == "active" for one in heard_by_alertmanager(bed))


def standing_silences(bed: Bed, action: str) -> list[dict[str, Any]]:
    """Those of one action: the bed is shared, and other tests leave theirs."""
    with client(bed.alertmanager.url) as alertmanager:
        silences = alertmanager.get("/api/v2/silences").raise_for_status().json()
    return [one for one in silences if one["status"]["state"] != "expired" and f"opsloom-{action}" in one["comment"]]


async def test_a_deploy_between_approval_and_run_makes_the_rollback_stale(bed: Bed, any_shift: Shift) -> None:
    service, version = "payments", NEXT_VERSIONS["payments"]
    bed.shop.deploy(service, version)
    asked = await any_shift.ask("rollback_deploy", service=service, reason="totals are wrong")
    await any_shift.approve(asked)
    bed.shop.deploy(service, version, role="oncall-b")
    pushed = deploy_tags(bed, service)
    answer = await any_shift.outcome(asked)
    assert answer["status"] == "stale"
    tag = f"refs/tags/deploy/production/{service}/{version}"
    (difference,) = answer["differences"]
    assert difference.startswith(f"{tag}: ")
    assert difference.endswith(f"-> '{pushed[version]}'")
    assert deploy_tags(bed, service) == pushed
    fresh = await any_shift.ask("action_status", action=answer["next_action"])
    assert (fresh["status"], pushed[version] in fresh["preview"]) == ("pending_approval", True)


async def test_a_rollback_that_somebody_else_was_faster_with_is_not_done_again(
    bed: Bed, slow_settings: Settings
) -> None:
    service = "payments"
    async with shift(slow_settings, "2026-07-28") as ops:
        bed.shop.deploy(service, NEXT_VERSIONS[service])
        deployed_at = datetime.now(UTC).replace(microsecond=0)
        asked = await ops.ask("rollback_deploy", service=service, reason="totals are wrong")
        await ops.approve(asked)
        while datetime.now(UTC).replace(microsecond=0) == deployed_at:  # git dates a tag by the second
            await anyio.sleep(PAUSE_SECONDS)
        bed.shop.deploy(service, INITIAL_VERSIONS[service], role="oncall-b")
        pushed = deploy_tags(bed, service)
        answer = await ops.outcome(asked)
    assert answer["status"] == "failed"
    assert answer["detail"].startswith("it makes no sense any more, so nothing was sent: revision: it runs already")
    assert deploy_tags(bed, service) == pushed

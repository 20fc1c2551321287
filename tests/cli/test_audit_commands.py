"""The auditor's commands."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from opsloom.approval.progress import ActionView
from opsloom.audit.local_actor import local_user
from opsloom.audit.record import Record
from tests.approval.lab import bench
from tests.cli.command import opsloom
from tests.cli.terminal import Terminal


@pytest.fixture(scope="module")
def used_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("home")
    assert opsloom("call", "search_alerts", "--demo", home=folder).code == 0
    assert opsloom("call", "search_deploys", "--demo", home=folder).code == 0
    return folder


@pytest.fixture
def home(used_home: Path, tmp_path: Path) -> Path:
    """A home in which somebody asked two things of the demo."""
    shutil.copytree(used_home, tmp_path, dirs_exist_ok=True)
    return tmp_path


def workspace(home: Path) -> Path:
    return home / ".local" / "state" / "opsloom" / "demo"


def test_the_log_is_listed_shown_and_verified_and_each_reading_is_logged(home: Path) -> None:
    listed = opsloom("audit", "list", "--demo", "--kind", "call.received", home=home)
    assert [word in listed.out for word in ("search_alerts", "search_deploys")] == [True, True]
    call = listed.out.split()[-1]
    shown = json.loads(opsloom("audit", "show", call, "--demo", home=home).out)
    assert [record["kind"] for record in shown] == ["call.received", "call.finished"]
    report = json.loads(opsloom("audit", "verify", "--demo", "--json", home=home).out)
    assert report["ok"] is True
    assert report["by_kind"]["audit.read"] == 2


def test_a_proof_holds_with_the_public_key_alone(home: Path) -> None:
    proof = home / "proof.json"
    proof.write_text(opsloom("audit", "prove", "1", "--demo", home=home).out)
    key = str(workspace(home) / "audit.pub")
    assert "record 1 is in the log" in opsloom("audit", "verify-proof", str(proof), "--public-key", key, home=home).out
    proof.write_text(proof.read_text().replace("search_alerts", "search_alertz"))
    forged = opsloom("audit", "verify-proof", str(proof), "--public-key", key, home=home)
    assert forged.code == 2
    assert "does not hold" in forged.err


@pytest.mark.parametrize("form", ["jsonl", "csv", "ocsf"])
def test_an_export_verifies_on_its_own_and_is_never_overwritten(home: Path, form: str) -> None:
    file, manifest = home / f"log.{form}", home / f"log.{form}.manifest.json"
    assert opsloom("audit", "export", str(file), "--format", form, "--demo", home=home).code == 0
    assert opsloom("audit", "verify", "--export", str(file), home=home).code == 0
    before = manifest.read_text()
    assert "cannot be written" in opsloom("audit", "export", str(file), "--demo", home=home).err
    assert manifest.read_text() == before
    file.write_text(file.read_text().replace("search_alerts", "search_alertz", 1))
    assert opsloom("audit", "verify", "--export", str(file), home=home).code == 1
    manifest.unlink()
    assert "cannot be written" in opsloom("audit", "export", str(file), "--demo", home=home).err
    assert not manifest.exists()


def test_an_anchor_is_compared(home: Path) -> None:
    anchors = str(home / "anchors")
    assert opsloom("audit", "anchor", anchors, "--demo", home=home).code == 0
    done = opsloom("audit", "verify", "--demo", "--anchors", anchors, home=home)
    assert done.code == 0
    assert "1 anchors compared" in done.out


def test_evidence_is_shown_with_its_digest(home: Path) -> None:
    [ident] = json.loads(opsloom("call", "search_alerts", "--demo", "--json", home=home).out)["evidence"]
    shown = opsloom("evidence", "show", ident, "--demo", home=home).out
    assert "stored payload: matches its digest" in shown
    assert "CheckoutHighErrorRate" in shown


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the settings name a workspace."""
    (tmp_path / "opsloom.toml").write_text('[workspace]\npath = "workspace"\n')
    return tmp_path


async def glass_broken_by(person: str, folder: Path) -> ActionView:
    async with bench(folder / "workspace") as lab:
        view = await lab.propose()
        ruling = await lab.decide(view, person=person, break_glass=True, reason="all customers are hit")
        assert ruling.counted, ruling.why
        return await lab.run(ruling.view)


def shown(code: str) -> str:
    """As a person types it."""
    return f"{code[:4]}-{code[4:]}".lower()


async def test_an_action_is_shown_as_a_chain_by_its_code_or_id(folder: Path) -> None:
    action = (await glass_broken_by("lead-a", folder)).action
    done = opsloom("audit", "show", shown(action.code), home=folder)
    assert done.code == 0, done.err
    assert done.out.startswith(f"Action {action.code[:4]}-{action.code[4:]} ({action.id}), rollback_deploy: SUCCEEDED")
    assert "BREAK-GLASS; not signed; reason: all customers are hit" in done.out
    assert "nothing ran unapproved or twice" in done.out
    machine = json.loads(opsloom("audit", "show", action.id, "--json", home=folder).out)
    assert (machine["code"], machine["state"], machine["problems"]) == (action.code, "SUCCEEDED", [])
    for seq in {step["seq"] for step in machine["steps"] if step["stage"] == "decision"}:
        assert action.id in opsloom("audit", "prove", str(seq), home=folder).out


async def test_the_records_of_an_action_are_listed(folder: Path) -> None:
    action = (await glass_broken_by("lead-a", folder)).action
    by_code = opsloom("audit", "list", "--action", shown(action.code), home=folder).out
    assert by_code == opsloom("audit", "list", "--action", action.id, home=folder).out
    assert [line.split()[2] for line in by_code.splitlines()][-1] == "action.planned"
    assert action.code in by_code


async def test_a_chain_that_does_not_hold_says_so_and_ends_with_1(folder: Path) -> None:
    async with bench(folder / "workspace") as lab:
        view = await lab.propose()
        told = {"action": view.action.id, "code": view.action.code, "digest": view.action.digest}
        lab.log.append_sync(Record("action.moved", details={**told, "from": "APPROVED", "to": "EXECUTING"}))
    done = opsloom("audit", "show", view.action.code, home=folder)
    assert done.code == 1
    assert "executed with 0 of 1 approvals of its digest" in done.out
    assert "it is stored as AWAITING, and the log ends with EXECUTING" in done.out
    asked = opsloom("audit", "questions", home=folder)
    assert asked.code == 1
    assert "BAD   unapproved-executions" in asked.out
    answers = json.loads(opsloom("audit", "questions", "--json", home=folder).out)
    assert [one["question"] for one in answers if not one["ok"]] == ["unapproved-executions"]


async def test_questions_of_honest_work_end_with_0_and_are_logged(folder: Path) -> None:
    await glass_broken_by("lead-a", folder)
    asked = opsloom("audit", "questions", "--since=-7d", home=folder)
    assert asked.code == 0, asked.out
    assert "BAD" not in asked.out
    assert "audit questions" in opsloom("audit", "list", "--kind", "audit.read", home=folder).out


def test_what_the_log_does_not_have_cannot_be_shown(home: Path) -> None:
    done = opsloom("audit", "show", "K7Q2-M3XD", "--demo", home=home)
    assert (done.code, "no such action, call or record" in done.err) == (2, True)


async def test_another_person_reviews_broken_glass_at_a_terminal(folder: Path) -> None:
    code = (await glass_broken_by("lead-a", folder)).action.code
    terminal = Terminal("audit", "review", code, "--reason", "it was right", folder=folder)
    assert (terminal.end(), f"{local_user()} has reviewed it" in terminal.shown) == (0, True)
    assert (
        f"{local_user()} reviewed it afterwards; reason: it was right"
        in opsloom("audit", "show", code, home=folder).out
    )


async def test_no_program_reviews_and_nobody_reviews_their_own_breaking(folder: Path) -> None:
    code = (await glass_broken_by(local_user(), folder)).action.code
    review = ("audit", "review", code, "--reason", "it was right")
    assert "needs a person at a terminal" in opsloom(*review, home=folder).err
    terminal = Terminal(*review, folder=folder)
    assert terminal.end() == 2
    assert "whoever broke the glass does not review it" in terminal.shown
    assert "action.reviewed" not in opsloom("audit", "list", home=folder).out


def test_the_auditors_commands_do_not_wait_for_the_sdk() -> None:
    code = "import sys, opsloom.cli.main as m; m._parser(); "
    code += "import opsloom.cli.audit, opsloom.audit.verify, opsloom.audit.export, opsloom.audit.chain; "
    code += "print([name for name in ('mcp', 'pydantic', 'httpx') if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"

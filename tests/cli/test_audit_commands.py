"""The auditor's commands."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.command import opsloom


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home in which somebody asked two things of the demo."""
    assert opsloom("call", "search_alerts", "--demo", home=tmp_path).code == 0
    assert opsloom("call", "search_deploys", "--demo", home=tmp_path).code == 0
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


def test_an_export_verifies_on_its_own_and_is_never_overwritten(home: Path) -> None:
    file = home / "log.jsonl"
    assert opsloom("audit", "export", str(file), "--demo", home=home).code == 0
    assert opsloom("audit", "verify", "--export", str(file), home=home).code == 0
    assert "cannot be written" in opsloom("audit", "export", str(file), "--demo", home=home).err
    file.write_text(file.read_text().replace("search_alerts", "search_alertz", 1))
    assert opsloom("audit", "verify", "--export", str(file), home=home).code == 1


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


def test_the_auditors_commands_do_not_wait_for_the_sdk() -> None:
    code = "import sys, opsloom.cli.main as m; m._parser(); import opsloom.cli.audit, opsloom.audit.verify; "
    code += "print([name for name in ('mcp', 'pydantic', 'httpx') if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"

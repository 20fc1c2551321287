"""Guarantee: a record is proven by a small file and the public key alone, far from the log and long after it."""

import shutil
import subprocess
import sys
from pathlib import Path

from opsloom.audit.keys import PUBLIC_NAME
from opsloom.audit.proof import prove
from opsloom.store.sqlite import SqliteStore
from tests.audit.logbook import write_calls

STRANGER = """
import sys
from pathlib import Path
from opsloom.audit.proof import ProofBundle, verify_proof
checkpoint = verify_proof(ProofBundle.parse(Path("proof.json").read_text()), Path("audit.pub").read_text())
print(checkpoint.size)
"""


def test_a_proof_holds_where_there_is_no_log(tmp_path: Path) -> None:
    workspace, elsewhere = tmp_path / "workspace", tmp_path / "elsewhere"
    write_calls(workspace, 200)
    elsewhere.mkdir()
    with SqliteStore.open_read_only(workspace) as store:
        (elsewhere / "proof.json").write_text(prove(store, 123).to_text())
    shutil.copy(workspace / PUBLIC_NAME, elsewhere)
    shutil.rmtree(workspace)
    assert sorted(path.name for path in elsewhere.iterdir()) == ["audit.pub", "proof.json"]
    assert (elsewhere / "proof.json").stat().st_size < 4_096

    done = subprocess.run(
        [sys.executable, "-c", STRANGER], cwd=elsewhere, capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout == "400\n"

    proof = elsewhere / "proof.json"
    proof.write_text(proof.read_text().replace("oncall-a", "oncall-b"))
    lie = subprocess.run(
        [sys.executable, "-c", STRANGER], cwd=elsewhere, capture_output=True, text=True, timeout=60, check=False
    )
    assert "The proof does not hold" in lie.stderr

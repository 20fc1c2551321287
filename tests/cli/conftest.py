"""The place where the commands of approvers are tried."""

from pathlib import Path

import pytest


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the server has its workspace, and a person their home."""
    (tmp_path / "opsloom.toml").write_text('[workspace]\npath = "workspace"\n')
    return tmp_path

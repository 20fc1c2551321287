"""Fixtures of the git adapter's tests."""

import shlex
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.adapters.git.repository_builder import RepositoryBuilder


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def repository(tmp_path: Path) -> RepositoryBuilder:
    """An empty repository."""
    return RepositoryBuilder(tmp_path / "shop")


@pytest.fixture
def git_wrapper(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Path]:
    """Puts a program in the place of git that runs shell lines first, then the real git (``$GIT``), if it gets there.

    Its folder is returned. It is found by adapters that connect from then on.
    """
    real = shutil.which("git")
    assert real is not None
    folder = tmp_path / "wrapped"

    def wrap(lines: str) -> Path:
        folder.mkdir(exist_ok=True)
        program = folder / "git"
        program.write_text(f'#!/bin/sh\nGIT={shlex.quote(real)}\n{lines}\nexec "$GIT" "$@"\n')
        program.chmod(0o755)
        search_path = f"{folder}:{Path(real).parent}:/usr/bin:/bin"
        monkeypatch.setenv("PATH", search_path)
        return folder

    return wrap

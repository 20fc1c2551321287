"""The real git, untouched by the settings of whoever runs it."""

import os
import shutil
import subprocess
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from tests.bed.outcome import PartUnavailableError

_MACHINE_SETTINGS = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "GIT_TERMINAL_PROMPT": "0"}


class GitProgram:
    """Runs git in one work tree, as a given role at a given time."""

    def __init__(self, folder: Path) -> None:
        if shutil.which("git") is None:
            raise PartUnavailableError("git", "there is no git here")
        self._folder = folder

    def run(self, *arguments: str, role: str, at: datetime) -> str:
        """Run ``git *arguments``; ``role`` becomes author, committer and tagger at ``example.com``.

        :raises subprocess.CalledProcessError: git refused.
        """
        person = {
            f"GIT_{part}_{key}": value
            for part in ("AUTHOR", "COMMITTER")
            for key, value in (("NAME", role), ("EMAIL", f"{role}@example.com"), ("DATE", at.isoformat()))
        }
        done = subprocess.run(
            ("git", *arguments),
            cwd=self._folder,
            env={**_without_git_settings(os.environ), **_MACHINE_SETTINGS, **person},
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout.strip()


def _without_git_settings(environment: Mapping[str, str]) -> dict[str, str]:
    """A hook that runs the tests sets GIT_DIR, which would lead git into another repository."""
    return {name: value for name, value in environment.items() if not name.startswith("GIT_")}

"""Running the command as a person does."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Done:
    """What a command printed, and how it ended."""

    code: int
    out: str
    err: str


def opsloom(*arguments: str, home: Path, folder: Path | None = None, **environment: str) -> Done:
    """Run ``opsloom`` with an empty home in ``folder``."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("OPSLOOM_", "XDG_"))}
    done = subprocess.run(
        [sys.executable, "-m", "opsloom.cli.main", *arguments],
        cwd=folder or home, env={**clean, "HOME": str(home), **environment},
        capture_output=True, text=True, timeout=60, check=False, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    return Done(done.returncode, done.stdout, done.stderr)

"""Small real repositories for the tests of the git adapter."""

import os
import subprocess
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path


class RepositoryBuilder:
    """A work tree that is built commit by commit, at given times."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.mkdir(parents=True, exist_ok=True)
        self.git("init", "--quiet", "--initial-branch=main")

    def git(self, *arguments: str, at: datetime | None = None, stdin: str = "") -> str:
        """Run git as a role, at a time; what it prints."""
        date = at.isoformat() if at else "2026-03-01T00:00:00+00:00"
        environment = {
            "PATH": os.environ["PATH"],
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_AUTHOR_NAME": "developer-a",
            "GIT_AUTHOR_EMAIL": "developer-a@example.com",
            "GIT_COMMITTER_NAME": "release-bot",
            "GIT_COMMITTER_EMAIL": "release-bot@example.com",
            "GIT_AUTHOR_DATE": date,
            "GIT_COMMITTER_DATE": date,
        }
        command = ["git", "-C", str(self.path), *arguments]
        done = subprocess.run(command, env=environment, check=True, capture_output=True, text=True, input=stdin)
        return done.stdout.strip()

    def write(self, files: Mapping[str, str]) -> None:
        """Write files without committing them."""
        for name, text in files.items():
            file = self.path / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)

    def commit(self, files: Mapping[str, str], title: str, at: datetime) -> str:
        """Commit ``files`` on the present branch; the commit's id."""
        self.write(files)
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", f"--message={title}", at=at)
        return self.git("rev-parse", "HEAD")

    def tag(self, name: str, at: datetime, commit: str = "HEAD", message: str | None = None) -> None:
        """An annotated tag, or a light one without ``message``."""
        annotate = [] if message is None else ["--annotate", f"--message={message}"]
        self.git("tag", *annotate, name, commit, at=at)

    def import_commits(self, count: int, file: str, at: datetime) -> None:
        """Many commits to ``file`` at once, all of the same time, as the new history of ``main``."""
        who = f"developer-a <developer-a@example.com> {int(at.timestamp())} +0000"
        stream = "".join(
            f"commit refs/heads/main\ncommitter {who}\ndata 1\nx\nM 644 inline {file}\ndata 5\n{number:05}\n"
            for number in range(count)
        )
        self.git("fast-import", "--quiet", stdin=stream)

    def clone(self, name: str, *options: str) -> Path:
        """A clone beside the repository; its folder."""
        folder = self.path.parent / name
        self.git("clone", "--quiet", *options, f"file://{self.path}", str(folder))
        return folder

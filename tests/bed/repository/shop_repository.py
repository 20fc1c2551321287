"""The shop's git repository: its history, its release tags, and the deploy tags that are added to it."""

import json
from datetime import UTC, datetime
from pathlib import Path

from tests.bed.repository.git_program import GitProgram
from tests.bed.repository.history import COMMITS, DEPLOYS, Commit
from tests.bed.shop.world import ENVIRONMENT

DEPLOYMENTS_FILE = "deployments.jsonl"
DEPLOY_BOT = "deploy-bot"


class ShopRepository:
    """A work tree at ``path``. A release is a light tag ``<service>-v<version>``, a deploy an annotated tag
    ``deploy/<environment>/<service>/<version>`` and a line of ``deployments.jsonl``, which git ignores."""

    def __init__(self, path: Path, now: datetime) -> None:
        """Build it in the new folder ``path``; its past lies before ``now``.

        :raises PartUnavailableError: there is no git.
        """
        self.path = path
        self._git = GitProgram(path)
        path.mkdir()
        self._git.run("init", "--quiet", "--initial-branch=main", role=DEPLOY_BOT, at=now)
        (path / ".git/info/exclude").write_text(f"/{DEPLOYMENTS_FILE}\n", "utf-8")
        for commit in COMMITS:
            self._commit(commit, now - commit.before)
        for deploy in DEPLOYS:
            self.record_deploy(deploy.service, deploy.version, role=deploy.role, at=now - deploy.before)

    def record_deploy(self, service: str, version: str, *, role: str, at: datetime) -> None:
        """Tag and write down that ``role`` deployed a release.

        There is one tag per version: going back to a version moves its tag to the present, and only
        ``deployments.jsonl`` still knows when it was deployed before.

        :raises subprocess.CalledProcessError: there is no such release.
        """
        commit = self._git.run("rev-parse", "--verify", f"{service}-v{version}^{{commit}}", role=role, at=at)
        title = f"Deploy {service} {version} to {ENVIRONMENT}"
        tag = f"deploy/{ENVIRONMENT}/{service}/{version}"
        self._git.run("tag", "--annotate", "--force", "--message", title, tag, commit, role=role, at=at)
        line = {
            "at": at.astimezone(UTC).isoformat(),
            "service": service,
            "environment": ENVIRONMENT,
            "version": version,
            "commit": commit,
            "author": role,
            "status": "succeeded",
        }
        with (self.path / DEPLOYMENTS_FILE).open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")

    def newest_deploy(self, service: str) -> str:
        """The version of the newest deploy tag of ``service``, whoever made it."""
        return self._git.run(
            "for-each-ref",
            "--sort=-creatordate",
            "--count=1",
            "--format=%(refname:lstrip=5)",
            f"refs/tags/deploy/{ENVIRONMENT}/{service}/",
            role=DEPLOY_BOT,
            at=datetime.now(UTC),
        )

    def _commit(self, commit: Commit, at: datetime) -> None:
        for name, content in commit.files.items():
            file = self.path / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(content, "utf-8")
        self._git.run("add", "--all", role=commit.role, at=at)
        self._git.run("commit", "--quiet", "--message", commit.subject, role=commit.role, at=at)
        for service, version in commit.releases:
            self._git.run("tag", f"{service}-v{version}", role=commit.role, at=at)

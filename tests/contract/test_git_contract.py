"""The git adapter keeps the contract, on small real repositories."""

import json
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any, ClassVar

from opsloom.adapter_api.capabilities import OwnershipReader
from opsloom.adapter_api.contract_kit import AdapterContract, Words
from opsloom.model.deploys import DeployStatus
from opsloom.model.ownership import OwnershipQuery
from opsloom_adapters.git import GitAdapter, mapping
from tests.adapters.git.repository_builder import RepositoryBuilder

HOUR = timedelta(hours=1)


class TestGitWithTags(AdapterContract):
    adapter = GitAdapter
    words: ClassVar = {DeployStatus: None}
    questions: ClassVar = {
        OwnershipReader.get_ownership: [
            OwnershipQuery(at=AdapterContract.now, service="payments"),
            OwnershipQuery(at=AdapterContract.now, path="payments/app.py"),
        ]
    }

    def make_settings(self, tmp_path: Path) -> Mapping[str, Any]:
        repository = RepositoryBuilder(tmp_path / "shop")
        first = {"CODEOWNERS": "* @shop/payments\n", "payments/app.py": "1\n"}
        repository.commit(first, "start the shop", self.now - 5 * HOUR)
        repository.tag("deploy/production/payments/1.0", self.now - 4 * HOUR, message="ship 1.0")
        repository.commit({"config/pool.yaml": "2\n", "payments/app.py": "2\n"}, "smaller pool", self.now - 3 * HOUR)
        repository.tag("deploy/production/payments/1.1", self.now - 2 * HOUR, message="ship 1.1")
        return {
            "adapter": "git",
            "repository": repository.path,
            "config_paths": ["config/**"],
            "services": {"payments": "payments", "checkout": "checkout"},
            "web_url": "https://git.example.com/shop/shop",
        }


class TestGitWithADeploymentsFile(TestGitWithTags):
    words: ClassVar = {
        DeployStatus: Words(
            mapping.status_of,
            (
                *("succeeded", "success", "successful", "OK"),
                *("in_progress", "started", "running", "pending"),
                *("failed", "failure", "error"),
            ),
        )
    }

    def make_settings(self, tmp_path: Path) -> Mapping[str, Any]:
        repository = RepositoryBuilder(tmp_path / "shop")
        lines = [
            {
                "at": (self.now - HOUR / number).isoformat(),
                "service": "payments",
                "version": f"1.{number}",
                "status": status,
            }
            for number, status in enumerate(("success", "failed", "running"), start=1)
        ]
        files = {"CODEOWNERS": "* @shop/payments\n", "deployments.jsonl": "\n".join(map(json.dumps, lines))}
        repository.commit(files, "start the shop", self.now - 5 * HOUR)
        return {
            "adapter": "git",
            "repository": repository.path,
            "tag_pattern": None,
            "deployments_file": "deployments.jsonl",
            "services": {"payments": "payments", "checkout": "checkout"},
        }

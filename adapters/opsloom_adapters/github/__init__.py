"""GitHub: deployments, commits, issues and code owners; rollbacks and issues once a person has approved them."""

from opsloom_adapters.github.adapter import GithubAdapter

__all__ = ["GithubAdapter"]

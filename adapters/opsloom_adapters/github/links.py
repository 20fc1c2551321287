"""Addresses of GitHub's own web pages."""

from urllib.parse import quote

from opsloom_adapters.github.config import GithubConfig


class Links:
    """The pages of one GitHub."""

    def __init__(self, config: GithubConfig) -> None:
        self._web = config.web

    def repository(self, repository: str) -> str:
        return f"{self._web}/{repository}"

    def deployments(self, repository: str, environment: str | None = None) -> str:
        """The deployments of a repository, or to one environment: a single one has no page."""
        inside = f"/{quote(environment, safe='')}" if environment else ""
        return f"{self._web}/{repository}/deployments{inside}"

    def commits(self, repository: str) -> str:
        return f"{self._web}/{repository}/commits"

    def commit(self, repository: str, sha: str) -> str:
        return f"{self._web}/{repository}/commit/{quote(sha, safe='')}"

    def comparison(self, repository: str, base: str, head: str) -> str:
        return f"{self._web}/{repository}/compare/{quote(base, safe='')}...{quote(head, safe='')}"

    def release(self, repository: str, tag: str) -> str:
        return f"{self._web}/{repository}/releases/tag/{quote(tag)}"

    def releases(self, repository: str) -> str:
        return f"{self._web}/{repository}/releases"

    def issues(self, repository: str) -> str:
        """The issues, open and closed, the last changed first."""
        return f"{self._web}/{repository}/issues?q={quote('is:issue sort:updated-desc')}"

    def issue(self, repository: str, number: int) -> str:
        return f"{self._web}/{repository}/issues/{number}"

    def comment(self, repository: str, number: int, comment: int) -> str:
        return f"{self.issue(repository, number)}#issuecomment-{comment}"

    def file(self, repository: str, path: str, line: int | None = None) -> str:
        """A file on the default branch."""
        return f"{self._web}/{repository}/blob/HEAD/{quote(path)}" + (f"#L{line}" if line else "")

    def workflow(self, repository: str, workflow: str) -> str:
        return f"{self._web}/{repository}/actions/workflows/{quote(workflow)}"

    def run(self, repository: str, run: int) -> str:
        return f"{self._web}/{repository}/actions/runs/{run}"

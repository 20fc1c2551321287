"""Addresses at which people see commits, tags and files."""

from urllib.parse import quote

from opsloom_adapters.git.config import GitConfig, WebStyle


def commit_url(config: GitConfig, commit: str) -> str | None:
    """The page of a commit."""
    return _url(config, f"commit/{quote(commit)}") if commit else None


def tags_url(config: GitConfig) -> str | None:
    """The list of tags."""
    return _url(config, "tags")


def file_url(config: GitConfig, commit: str, path: str, line: int | None = None) -> str | None:
    """A file as of ``commit``, at a line."""
    folder = "src/commit" if config.web_style is WebStyle.GITEA else "blob"
    anchor = f"#L{line}" if line else ""
    return _url(config, f"{folder}/{quote(commit)}/{quote(path)}{anchor}")


def _url(config: GitConfig, page: str) -> str | None:
    if config.web_url is None:
        return None
    infix = "/-" if config.web_style is WebStyle.GITLAB else ""
    return f"{config.web_url}{infix}/{page}"

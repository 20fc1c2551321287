"""The settings of a `git` instance."""

import re
from enum import StrEnum
from pathlib import Path, PurePosixPath
from typing import Annotated

from pydantic import AfterValidator, Field

from opsloom.adapter_api.config import AdapterConfig, HttpUrl
from opsloom_adapters.git.tag_pattern import TagPattern

_REVISION = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/+@-]*")


class WebStyle(StrEnum):
    """Whose addresses `web_url` has; it also decides where CODEOWNERS is looked for."""

    GITHUB = "github"
    GITLAB = "gitlab"
    GITEA = "gitea"


def _revision(text: str) -> str:
    if not _REVISION.fullmatch(text) or ".." in text:
        raise ValueError("must be the name of a branch or tag, a commit, or HEAD")
    return text


def _tag_pattern(text: str) -> str:
    TagPattern.parse(text)
    return text


def _path_in_repository(text: str) -> str:
    path = PurePosixPath(text)
    if path.is_absolute() or ".." in path.parts or not path.parts:
        raise ValueError("must be a path relative to the repository, without ..")
    return str(path)


Revision = Annotated[str, AfterValidator(_revision)]
PathInRepository = Annotated[str, AfterValidator(_path_in_repository)]


class GitConfig(AdapterConfig):
    """One local repository, with or without a work tree."""

    repository: Path = Field(description="folder of the repository: a work tree or a bare repository")
    ref: Revision = Field("HEAD", description="the branch whose commits and CODEOWNERS are read")
    tag_pattern: Annotated[str, AfterValidator(_tag_pattern)] | None = Field(
        "deploy/{environment}/{service}/{version}",
        description="tags that mean a deploy; null if tags mean none",
    )
    deployments_file: PathInRepository | None = Field(
        None, description="JSON lines, one per deploy; read from the work tree unless deployments_ref is set"
    )
    deployments_ref: Revision | None = Field(
        None, description="the branch that holds deployments_file; needed for a bare repository"
    )
    config_paths: tuple[PathInRepository, ...] = Field(
        (), description="globs; a commit that touches one is a configuration change"
    )
    flag_paths: tuple[PathInRepository, ...] = Field(
        (), description="globs; a commit that touches one is a feature flag change"
    )
    services: dict[PathInRepository, str] = Field(
        default_factory=dict, description="folder in the repository -> name of the service"
    )
    service: str | None = Field(None, description="the one service of this repository")
    environment: str | None = Field(None, description="environment of deploys that do not name one")
    web_url: HttpUrl | None = Field(None, description="address of the repository for people")
    web_style: WebStyle = Field(WebStyle.GITHUB, description="whose addresses web_url has")

"""The settings of a `git` instance."""

import re
from enum import StrEnum
from pathlib import Path, PurePosixPath
from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator

from opsloom.adapter_api.config import AdapterConfig, HttpUrl
from opsloom_adapters.git.tag_pattern import TagPattern

_REVISION = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/+@-]*")
_EMAIL = re.compile(r"[A-Za-z0-9._+-]+@[A-Za-z0-9.-]+")
_REMOTE = re.compile(r"(ssh://([A-Za-z0-9._-]+@)?[A-Za-z0-9][A-Za-z0-9.-]*(:[0-9]+)?)?/[^\x00-\x20\x7f]+")


class WebStyle(StrEnum):
    """Whose addresses `web_url` has; it also decides where CODEOWNERS is looked for."""

    GITHUB = "github"
    GITLAB = "gitlab"
    GITEA = "gitea"


class RollbackStyle(StrEnum):
    """How a deploy is written down; only what the DeployReader reads counts as one."""

    TAG = "tag"
    REVERT = "revert"


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


def _email(text: str) -> str:
    if not _EMAIL.fullmatch(text):
        raise ValueError("must be an e-mail address")
    return text


def _remote(text: str) -> str:
    if not _REMOTE.fullmatch(text):
        raise ValueError("must be ssh://[user@]host[:port]/path or an absolute path")
    return text


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
    rollback: RollbackStyle | None = Field(
        None,
        description="allows rollbacks: tag moves the deploy tag, revert commits a line to deployments_file at "
        "deployments_ref; absent: nothing is ever changed",
    )
    remote: Annotated[str, AfterValidator(_remote)] | None = Field(
        None, description="push rollbacks there instead: an ssh:// address or an absolute path"
    )
    committer_email: Annotated[str, AfterValidator(_email)] = Field(
        "noreply@opsloom.invalid", description="address of `opsloom` in the tags and commits of rollbacks"
    )

    @model_validator(mode="after")
    def _a_rollback_can_be_written_down(self) -> Self:
        if self.rollback is RollbackStyle.TAG and self.tag_pattern is None:
            raise ValueError('rollback = "tag" needs tag_pattern')
        if self.rollback is RollbackStyle.REVERT and None in (self.deployments_file, self.deployments_ref):
            raise ValueError('rollback = "revert" needs deployments_file and deployments_ref')
        if self.remote is not None and self.rollback is None:
            raise ValueError("remote is for rollbacks only: set rollback, too")
        return self

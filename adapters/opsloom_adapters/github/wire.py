"""What GitHub's REST API sends, as far as it is kept.

Source: https://docs.github.com/en/rest?apiVersion=2022-11-28
"""

from typing import Annotated, Any, TypeVar

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, JsonValue, TypeAdapter

T = TypeVar("T")


def _empty_when_null(value: Any) -> Any:
    return "" if value is None else value


def _none_when_null(value: Any) -> Any:
    return () if value is None else value


class _Wire(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)


Text = Annotated[str, BeforeValidator(_empty_when_null)]


class User(_Wire):
    """Somebody; a deleted account is null, and a commit of nobody known an empty object."""

    login: Text = ""


class Deployment(_Wire):
    id: int
    sha: str
    ref: str
    task: Text = ""
    environment: str
    description: Text = ""
    payload: JsonValue = None
    creator: User | None = None
    created_at: AwareDatetime
    production_environment: bool = False
    transient_environment: bool = False


class DeploymentStatus(_Wire):
    state: str
    description: Text = ""
    environment_url: Text = ""
    log_url: Text = ""


class Signature(_Wire):
    name: Text = ""
    date: AwareDatetime


class CommitText(_Wire):
    message: str
    author: Signature | None = None
    committer: Signature


class DiffEntry(_Wire):
    """``patch`` is absent of binary and of very large files."""

    filename: str
    patch: Text = ""


class Commit(_Wire):
    """``files`` are there where one commit was asked for."""

    sha: str
    commit: CommitText
    author: User | None = None
    files: Annotated[tuple[DiffEntry, ...], BeforeValidator(_none_when_null)] = ()


class Comparison(_Wire):
    """``commits`` are those that the head has and the base has not, oldest first."""

    status: str
    ahead_by: int
    behind_by: int
    commits: tuple[Commit, ...]
    files: Annotated[tuple[DiffEntry, ...], BeforeValidator(_none_when_null)] = ()


class Release(_Wire):
    """A draft is not published."""

    id: int
    tag_name: str
    name: Text = ""
    draft: bool = False
    prerelease: bool = False
    author: User | None = None
    published_at: AwareDatetime | None = None


class Label(_Wire):
    name: Text = ""


def _label(value: Any) -> Any:
    return {"name": value} if isinstance(value, str) else value


class Issue(_Wire):
    """An issue, or a pull request, which has ``pull_request``."""

    number: int
    title: str
    state: str
    state_reason: Text = ""
    body: Text = ""
    user: User | None = None
    labels: tuple[Annotated[Label, BeforeValidator(_label)], ...] = ()
    assignees: Annotated[tuple[User, ...], BeforeValidator(_none_when_null)] = ()
    comments: int = 0
    pull_request: dict[str, JsonValue] | None = None
    created_at: AwareDatetime
    updated_at: AwareDatetime
    closed_at: AwareDatetime | None = None
    closed_by: User | None = None


class Comment(_Wire):
    id: int
    body: Text = ""
    user: User | None = None
    created_at: AwareDatetime


class ContentFile(_Wire):
    content: str
    encoding: str


class Repository(_Wire):
    full_name: str


class WorkflowRun(_Wire):
    id: int
    display_title: Text = ""
    status: Text = ""
    conclusion: Text = ""
    created_at: AwareDatetime


class WorkflowRuns(_Wire):
    workflow_runs: tuple[WorkflowRun, ...]


class Dispatched(_Wire):
    """What was started; older servers answer nothing."""

    workflow_run_id: int


class RateLimits(_Wire):
    resources: dict[str, JsonValue]


def _shape(kind: type[T]) -> TypeAdapter[T]:
    return TypeAdapter(kind)


DEPLOYMENT = _shape(Deployment)
DEPLOYMENTS = _shape(list[Deployment])
STATUSES = _shape(list[DeploymentStatus])
COMMIT = _shape(Commit)
COMMITS = _shape(list[Commit])
COMPARISON = _shape(Comparison)
RELEASE = _shape(Release)
RELEASES = _shape(list[Release])
ISSUE = _shape(Issue)
ISSUES = _shape(list[Issue])
COMMENT = _shape(Comment)
COMMENTS = _shape(list[Comment])
CONTENT = _shape(ContentFile)
USERS = _shape(list[User])
REPOSITORY = _shape(Repository)
RUNS = _shape(WorkflowRuns)
DISPATCHED = _shape(Dispatched)
RATE_LIMITS = _shape(RateLimits)

"""What GitHub's REST API sends, as far as it is kept.

Source: https://docs.github.com/en/rest?apiVersion=2022-11-28
"""

from typing import Annotated, Any, TypeVar

from pydantic import AwareDatetime, BeforeValidator, JsonValue, TypeAdapter

from opsloom.adapter_api.json_shapes import Many, Text, Wire

T = TypeVar("T")


class User(Wire):
    """Somebody; a deleted account is null, and a commit of nobody known an empty object."""

    login: Text = ""


class Deployment(Wire):
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


class DeploymentStatus(Wire):
    state: str
    description: Text = ""
    environment_url: Text = ""
    log_url: Text = ""


class Signature(Wire):
    name: Text = ""
    date: AwareDatetime


class CommitText(Wire):
    message: str
    author: Signature | None = None
    committer: Signature


class DiffEntry(Wire):
    """``patch`` is absent of binary and of very large files."""

    filename: str
    patch: Text = ""


class Commit(Wire):
    """``files`` are there where one commit was asked for."""

    sha: str
    commit: CommitText
    author: User | None = None
    files: Many[DiffEntry] = ()


class Comparison(Wire):
    """``commits`` are those that the head has and the base has not, oldest first."""

    status: str
    ahead_by: int
    behind_by: int
    commits: tuple[Commit, ...]
    files: Many[DiffEntry] = ()


class Release(Wire):
    """A draft is not published."""

    id: int
    tag_name: str
    name: Text = ""
    draft: bool = False
    prerelease: bool = False
    author: User | None = None
    published_at: AwareDatetime | None = None


class Label(Wire):
    name: Text = ""


def _label(value: Any) -> Any:
    return {"name": value} if isinstance(value, str) else value


class Issue(Wire):
    """An issue, or a pull request, which has ``pull_request``."""

    number: int
    title: str
    state: str
    state_reason: Text = ""
    body: Text = ""
    user: User | None = None
    labels: tuple[Annotated[Label, BeforeValidator(_label)], ...] = ()
    assignees: Many[User] = ()
    comments: int = 0
    pull_request: dict[str, JsonValue] | None = None
    created_at: AwareDatetime
    updated_at: AwareDatetime
    closed_at: AwareDatetime | None = None
    closed_by: User | None = None


class Comment(Wire):
    id: int
    body: Text = ""
    user: User | None = None
    created_at: AwareDatetime


class ContentFile(Wire):
    content: str
    encoding: str


class Repository(Wire):
    full_name: str


class WorkflowRun(Wire):
    id: int
    display_title: Text = ""
    status: Text = ""
    conclusion: Text = ""
    created_at: AwareDatetime


class WorkflowRuns(Wire):
    workflow_runs: tuple[WorkflowRun, ...]


class Dispatched(Wire):
    """What was started; older servers answer nothing."""

    workflow_run_id: int


class RateLimits(Wire):
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

"""What Jira Cloud's REST API sends, as far as it is kept.

Source: https://developer.atlassian.com/cloud/jira/platform/rest/v3/intro/
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    AliasGenerator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    JsonValue,
    TypeAdapter,
)
from pydantic.alias_generators import to_camel


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)


def _empty_when_null(value: Any) -> Any:
    return "" if value is None else value


UtcTime = Annotated[AwareDatetime, AfterValidator(_utc)]
"""Jira writes ``2026-03-03T09:21:00.000+0000``, with the offset of the asking user's time zone."""
Text = Annotated[str, BeforeValidator(_empty_when_null)]


class _Wire(BaseModel):
    model_config = ConfigDict(
        frozen=True, extra="ignore", defer_build=True, alias_generator=AliasGenerator(validation_alias=to_camel)
    )


class User(_Wire):
    """An account. Its name and address are hidden where its owner wants that."""

    account_id: Text = ""
    display_name: Text = ""
    email_address: Text = ""


class StatusCategory(_Wire):
    """``key`` is one of ``new``, ``indeterminate``, ``done`` and ``undefined``."""

    key: Text = ""


class Status(_Wire):
    name: str
    status_category: StatusCategory = StatusCategory()


class Named(_Wire):
    """Anything with an id and a name: a priority, a component, an issue type."""

    id: Text = ""
    name: Text = ""
    subtask: bool = False


class ProjectRef(_Wire):
    key: str


class IssueFields(_Wire):
    """The fields that are asked for; what else is there are custom fields. ``description`` is a document (ADF)."""

    model_config = ConfigDict(extra="allow")

    summary: Text = ""
    description: JsonValue = None
    status: Status
    priority: Named | None = None
    assignee: User | None = None
    reporter: User | None = None
    project: ProjectRef
    created: UtcTime
    updated: UtcTime

    def names_in(self, field: str) -> tuple[str, ...]:
        """What the field says as text: a text, or the value or name of each of its options."""
        value = (self.model_extra or {}).get(field)
        return tuple(name for one in (value if isinstance(value, list) else [value]) if (name := _name_of(one)))


def _name_of(value: object) -> str:
    if isinstance(value, dict):
        value = value.get("value") or value.get("name")
    return value if isinstance(value, str) else ""


class Issue(_Wire):
    key: str
    fields: IssueFields


class SearchPage(_Wire):
    """One page of a search; there is no total, and no token after the last one."""

    issues: tuple[Issue, ...]
    next_page_token: str | None = None
    is_last: bool | None = None


class ChangedField(_Wire):
    field: Text = ""
    from_string: Text = ""
    to_string: Text = ""


class ChangelogEntry(_Wire):
    author: User | None = None
    created: UtcTime
    items: tuple[ChangedField, ...] = ()


class Changelog(_Wire):
    histories: tuple[ChangelogEntry, ...]


class IssueWithChangelog(Issue):
    changelog: Changelog


class Comment(_Wire):
    author: User | None = None
    body: JsonValue = None
    created: UtcTime


class Comments(_Wire):
    comments: tuple[Comment, ...]


class TransitionField(_Wire):
    name: Text = ""
    required: bool = False
    has_default_value: bool = False


class Transition(_Wire):
    """``fields`` are those that its screen takes."""

    id: str
    name: Text = ""
    to: Status
    fields: Mapping[str, TransitionField] = Field(default_factory=dict)


class Transitions(_Wire):
    transitions: tuple[Transition, ...]


class Project(_Wire):
    key: str
    issue_types: tuple[Named, ...]
    components: tuple[Named, ...] = ()


class Priorities(_Wire):
    values: tuple[Named, ...]


class RemoteObject(_Wire):
    url: Text = ""


class RemoteLink(_Wire):
    global_id: Text = ""
    object: RemoteObject


class CreatedIssue(_Wire):
    key: str = Field(min_length=1)


class HeldPermission(_Wire):
    have_permission: bool


class Permissions(_Wire):
    permissions: Mapping[str, HeldPermission]


class Myself(_Wire):
    account_id: str = Field(min_length=1)


SEARCH_PAGE: TypeAdapter[SearchPage] = TypeAdapter(SearchPage)
ISSUE: TypeAdapter[Issue] = TypeAdapter(Issue)
ISSUE_WITH_CHANGELOG: TypeAdapter[IssueWithChangelog] = TypeAdapter(IssueWithChangelog)
COMMENTS: TypeAdapter[Comments] = TypeAdapter(Comments)
TRANSITIONS: TypeAdapter[Transitions] = TypeAdapter(Transitions)
USERS: TypeAdapter[list[User]] = TypeAdapter(list[User], config=ConfigDict(defer_build=True))
PROJECT: TypeAdapter[Project] = TypeAdapter(Project)
PRIORITIES: TypeAdapter[Priorities] = TypeAdapter(Priorities)
REMOTE_LINKS: TypeAdapter[list[RemoteLink]] = TypeAdapter(list[RemoteLink], config=ConfigDict(defer_build=True))
CREATED_ISSUE: TypeAdapter[CreatedIssue] = TypeAdapter(CreatedIssue)
PERMISSIONS: TypeAdapter[Permissions] = TypeAdapter(Permissions)
MYSELF: TypeAdapter[Myself] = TypeAdapter(Myself)

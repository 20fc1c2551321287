"""What Jira Cloud's REST API sends, as far as it is kept.

Source: https://developer.atlassian.com/cloud/jira/platform/rest/v3/intro/
"""

from collections.abc import Mapping

from pydantic import (
    ConfigDict,
    Field,
    JsonValue,
    TypeAdapter,
)

from opsloom.adapter_api.json_shapes import CamelWire, Text, UtcTime


class User(CamelWire):
    """An account. Its name and address are hidden where its owner wants that."""

    account_id: Text = ""
    display_name: Text = ""
    email_address: Text = ""


class StatusCategory(CamelWire):
    """``key`` is one of ``new``, ``indeterminate``, ``done`` and ``undefined``."""

    key: Text = ""


class Status(CamelWire):
    name: str
    status_category: StatusCategory = StatusCategory()


class Named(CamelWire):
    """Anything with an id and a name: a priority, a component, an issue type."""

    id: Text = ""
    name: Text = ""
    subtask: bool = False


class ProjectRef(CamelWire):
    key: str


class IssueFields(CamelWire):
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


class Issue(CamelWire):
    key: str
    fields: IssueFields


class SearchPage(CamelWire):
    """One page of a search; there is no total, and no token after the last one."""

    issues: tuple[Issue, ...]
    next_page_token: str | None = None
    is_last: bool | None = None


class ChangedField(CamelWire):
    field: Text = ""
    from_string: Text = ""
    to_string: Text = ""


class ChangelogEntry(CamelWire):
    author: User | None = None
    created: UtcTime
    items: tuple[ChangedField, ...] = ()


class Changelog(CamelWire):
    histories: tuple[ChangelogEntry, ...]


class IssueWithChangelog(Issue):
    changelog: Changelog


class Comment(CamelWire):
    author: User | None = None
    body: JsonValue = None
    created: UtcTime


class Comments(CamelWire):
    comments: tuple[Comment, ...]


class TransitionField(CamelWire):
    name: Text = ""
    required: bool = False
    has_default_value: bool = False


class Transition(CamelWire):
    """``fields`` are those that its screen takes."""

    id: str
    name: Text = ""
    to: Status
    fields: Mapping[str, TransitionField] = Field(default_factory=dict)


class Transitions(CamelWire):
    transitions: tuple[Transition, ...]


class Project(CamelWire):
    key: str
    issue_types: tuple[Named, ...]
    components: tuple[Named, ...] = ()


class Priorities(CamelWire):
    values: tuple[Named, ...]


class RemoteObject(CamelWire):
    url: Text = ""


class RemoteLink(CamelWire):
    global_id: Text = ""
    object: RemoteObject


class CreatedIssue(CamelWire):
    key: str = Field(min_length=1)


class HeldPermission(CamelWire):
    have_permission: bool


class Permissions(CamelWire):
    permissions: Mapping[str, HeldPermission]


class Myself(CamelWire):
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

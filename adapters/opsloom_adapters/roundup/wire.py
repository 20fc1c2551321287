"""What Roundup's REST API sends, as far as it is kept.

Source: https://www.roundup-tracker.org/docs/rest.html
"""

from datetime import UTC, datetime
from typing import Annotated, Any, Generic, TypeVar

from pydantic import BeforeValidator, ConfigDict, Field, StringConstraints, TypeAdapter

from opsloom.adapter_api.json_shapes import Many, Text, Wire

T = TypeVar("T")


def _utc(value: Any) -> Any:
    """Roundup prints ``2026-03-03.09:21:00``, always in UTC (its reference, "Date")."""
    if not isinstance(value, str):
        return value
    return datetime.fromisoformat(value.replace(".", "T", 1)).replace(tzinfo=UTC)


def _linked(value: Any) -> Any:
    """The label of a linked item has the name of its label property: ``name``, ``username`` ..."""
    if not isinstance(value, dict) or "label" in value:
        return value
    labels = [text for key, text in value.items() if key not in ("id", "link") and isinstance(text, str)]
    return {"id": value.get("id"), "label": next(iter(labels), "")}


Id = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,18}$")]
"""It goes back into addresses, so it may hold nothing but digits."""


class Linked(Wire):
    """An item that a ticket links to. ``label`` is what it is called, empty if that was not sent."""

    id: Id
    label: str = ""


Link = Annotated[Linked | None, BeforeValidator(_linked)]
UtcTime = Annotated[datetime, BeforeValidator(_utc)]


class Issue(Wire):
    """The properties of a ticket; one that the user may not view is absent."""

    model_config = ConfigDict(frozen=True, extra="allow")

    title: Text = ""
    status: Link = None
    priority: Link = None
    assignedto: Link = None
    creator: Link = None
    creation: UtcTime
    activity: UtcTime
    messages: Many[Linked] = ()

    def text(self, name: str) -> str:
        """The property ``name`` as text: a string, or the label of a linked item."""
        value = _linked((self.model_extra or {}).get(name))
        if isinstance(value, dict):
            value = value.get("label")
        return value if isinstance(value, str) else ""


class ListedIssue(Issue):
    """A ticket of a collection."""

    id: Id


class PageLinks(Wire):
    """``next`` is there when there are more."""

    next: tuple[Any, ...] = ()


class IssueCollection(Wire):
    """One page. ``total_size`` is -1 where Roundup does not know it."""

    collection: tuple[ListedIssue, ...]
    total_size: int = Field(validation_alias="@total_size")
    links: PageLinks = Field(default_factory=PageLinks, validation_alias="@links")


class ItemCollection(Wire):
    """Items of any class, with their labels."""

    collection: tuple[Annotated[Linked, BeforeValidator(_linked)], ...]


class OneIssue(Wire):
    """One ticket. ``etag`` changes with whatever changes on it."""

    id: Id
    attributes: Issue
    etag: str = Field("", validation_alias="@etag")


class Created(Wire):
    """What was made by a POST."""

    id: Id


class Message(Wire):
    content: Text = ""


class OneMessage(Wire):
    attributes: Message


class Reply(Wire, Generic[T]):
    """Every answer is wrapped in ``data``."""

    data: T


ISSUES: TypeAdapter[Reply[IssueCollection]] = TypeAdapter(Reply[IssueCollection])
ISSUE: TypeAdapter[Reply[OneIssue]] = TypeAdapter(Reply[OneIssue])
MESSAGE: TypeAdapter[Reply[OneMessage]] = TypeAdapter(Reply[OneMessage])
ITEMS: TypeAdapter[Reply[ItemCollection]] = TypeAdapter(Reply[ItemCollection])
CREATED: TypeAdapter[Reply[Created]] = TypeAdapter(Reply[Created])
CLASSES: TypeAdapter[Reply[dict[str, Any]]] = TypeAdapter(Reply[dict[str, Any]])

"""What ServiceNow sends, as far as it is kept: rows of tables with ``sysparm_display_value=all``, and who is on call.

Source: https://www.servicenow.com/docs/r/api-reference/rest-apis/c_TableAPI.html. A column that the user may not read
is absent or empty. Names of columns stand in the classes, which also say what is asked for.
"""

from datetime import UTC, datetime
from typing import Annotated, Any, ClassVar, Generic, TypeVar

from pydantic import BeforeValidator, Field, StringConstraints, TypeAdapter

from opsloom.adapter_api.json_shapes import Text, Wire

T = TypeVar("T")

SYS_ID_PATTERN = r"[0-9a-f]{32}"


def _value(cell: Any) -> Any:
    return cell.get("value") if isinstance(cell, dict) else cell


def _moment(cell: Any) -> Any:
    """The value is ``2026-03-03 09:21:00`` in UTC; what is displayed has the time zone and format of the user."""
    value = _value(cell)
    if not isinstance(value, str):
        return value
    return datetime.strptime(value, "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC) if value else None


Moment = Annotated[datetime, BeforeValidator(_moment)]
OptionalMoment = Annotated[datetime | None, BeforeValidator(_moment)]
SysId = Annotated[str, BeforeValidator(_value), StringConstraints(pattern=f"^{SYS_ID_PATTERN}$")]
"""It goes back into addresses and queries."""


class Cell(Wire):
    """One column of a row: what the database holds, and what people see of it."""

    value: Text = ""
    display_value: Text = ""

    @property
    def label(self) -> str:
        return self.display_value or self.value


EMPTY = Cell()


class Row(Wire):
    """A row of ``table``."""

    table: ClassVar[str]

    sys_id: SysId

    @classmethod
    def columns(cls) -> str:
        """What to ask for."""
        return ",".join(str(field.validation_alias or name) for name, field in cls.model_fields.items())


class Task(Row):
    """What incidents and change requests have in common."""

    number: Cell = EMPTY
    short_description: Cell = EMPTY
    description: Cell = EMPTY
    state: Cell = EMPTY
    assignment_group: Cell = EMPTY
    assigned_to: Cell = EMPTY
    assigned_login: Cell = Field(EMPTY, validation_alias="assigned_to.user_name")
    business_service: Cell = EMPTY
    service_offering: Cell = EMPTY
    cmdb_ci: Cell = EMPTY

    @property
    def assignee(self) -> str:
        """The login, or the name where that is not told."""
        return self.assigned_login.value or self.assigned_to.label


class Incident(Task):
    table: ClassVar[str] = "incident"

    priority: Cell = EMPTY
    opened_at: OptionalMoment = None
    resolved_at: OptionalMoment = None
    closed_at: OptionalMoment = None
    sys_created_on: Moment
    sys_updated_on: Moment


class Ticket(Incident):
    """An incident with what a change of it depends on. ``sys_mod_count`` counts its changes. All work notes are in
    ``work_notes.display_value``, in the format of the user.
    """

    sys_mod_count: Cell = EMPTY
    correlation_id: Cell = EMPTY
    close_code: Cell = EMPTY
    close_notes: Cell = EMPTY
    work_notes: Cell = EMPTY


class JournalEntry(Row):
    """A work note or a comment. ``element`` is the column of ``element_id`` that it was written in."""

    table: ClassVar[str] = "sys_journal_field"

    element_id: Cell = EMPTY
    element: Cell = EMPTY
    value: Cell = EMPTY
    sys_created_on: Moment
    sys_created_by: Cell = EMPTY


class ChangeRequest(Task):
    """``start_date`` and ``end_date`` are planned, ``work_start`` and ``work_end`` are what happened."""

    table: ClassVar[str] = "change_request"

    type: Cell = EMPTY
    category: Cell = EMPTY
    risk: Cell = EMPTY
    close_code: Cell = EMPTY
    start_date: OptionalMoment = None
    end_date: OptionalMoment = None
    work_start: OptionalMoment = None
    work_end: OptionalMoment = None
    sys_created_on: Moment


class Service(Row):
    """A CI of the table that the settings name."""

    name: Cell
    short_description: Cell = EMPTY
    sys_class_name: Cell = EMPTY
    operational_status: Cell = EMPTY
    busines_criticality: Cell = EMPTY  # that is how ServiceNow writes it
    support_group: Cell = EMPTY
    group_email: Cell = Field(EMPTY, validation_alias="support_group.email")
    group_description: Cell = Field(EMPTY, validation_alias="support_group.description")
    owned_by: Cell = EMPTY
    managed_by: Cell = EMPTY


class GroupMember(Row):
    table: ClassVar[str] = "sys_user_grmember"

    group: Cell
    user: Cell
    login: Cell = Field(EMPTY, validation_alias="user.user_name")
    active: Cell = Field(EMPTY, validation_alias="user.active")


class User(Row):
    table: ClassVar[str] = "sys_user"

    user_name: Cell
    name: Cell = EMPTY
    active: Cell = EMPTY


class Relationship(Row):
    """``parent`` and ``child`` are CIs, without a name where the user may not read them; ``type`` says which needs
    which.
    """

    table: ClassVar[str] = "cmdb_rel_ci"

    parent_name: Cell = Field(EMPTY, validation_alias="parent.name")
    parent_class: Cell = Field(EMPTY, validation_alias="parent.sys_class_name")
    child_name: Cell = Field(EMPTY, validation_alias="child.name")
    child_class: Cell = Field(EMPTY, validation_alias="child.sys_class_name")
    type_name: Cell = Field(validation_alias="type.name")


class Made(Row):
    """What a POST tells of the new row."""


class Probed(Row):
    """Any incident."""

    table: ClassVar[str] = "incident"


class OnCallMember(Wire):
    """Somebody on call; ``order`` is the place in the line of escalation."""

    user_id: Annotated[Text, Field(validation_alias="userId")]
    group: Text = ""
    order: float = 0.0


class Result(Wire, Generic[T]):
    """Every answer is wrapped in ``result``."""

    result: T


def rows_of(row: type[T]) -> TypeAdapter[Result[list[T]]]:
    """The answer with rows of this kind."""
    return TypeAdapter(Result[list[row]])  # type: ignore[valid-type]  # a class that is known at run time


def row_of(row: type[T]) -> TypeAdapter[Result[T]]:
    """The answer with one row of this kind."""
    return TypeAdapter(Result[row])  # type: ignore[valid-type]  # a class that is known at run time


ON_CALL: TypeAdapter[Result[list[OnCallMember]]] = TypeAdapter(Result[list[OnCallMember]])

"""ServiceNow's encoded queries, built so that a value stays a value.

Syntax: https://www.servicenow.com/docs/r/platform-user-interface/configure-user-experiences/c_EncodedQueryStrings.html
There is no documented way to write ``^`` in a value, and a value with ``javascript:`` is run on the server
(https://www.servicenow.com/docs/r/platform-security/instance-security-hardening-settings/sc-client-generated-scripts-sandbox.html).
What cannot be written is refused. A condition that an instance does not understand it leaves out, so whoever asks must
check the rows again.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from opsloom.model.errors import InvalidRequestError
from opsloom.model.window import Window

_SCRIPT = "javascript:"


def equals(field: str, value: str) -> str:
    """``field`` is exactly ``value``."""
    return f"{field}={_plain(value)}"


def contains(field: str, value: str) -> str:
    """``field``, a text, has ``value`` in it."""
    return f"{field}LIKE{_plain(value)}"


def one_of(field: str, values: Iterable[str]) -> str:
    """``field`` is one of ``values``, which are numbers, ids and names from the settings."""
    return f"{field}IN{','.join(values)}"


def none_of(field: str, values: Iterable[str]) -> str:
    """``field`` is none of ``values``; see :func:`one_of`."""
    return f"{field}NOT IN{','.join(values)}"


def is_empty(field: str) -> str:
    return f"{field}ISEMPTY"


def is_filled(field: str) -> str:
    return f"{field}ISNOTEMPTY"


def from_start(field: str, window: Window) -> str:
    """The time in ``field`` is not before ``window``, in whole seconds."""
    return f"{field}>={_utc(window.start)}"


def before_end(field: str, window: Window) -> str:
    """The time in ``field`` is before the end of ``window``, rounded up to whole seconds."""
    return f"{field}<{_utc(window.end + timedelta(microseconds=999_999))}"


def any_of(*conditions: str) -> str:
    """At least one; it binds closer than :func:`all_of`."""
    return "^OR".join(conditions)


def all_of(*conditions: str) -> str:
    return "^".join(condition for condition in conditions if condition)


def ordered(query: str, *clauses: str) -> str:
    """``query`` sorted by ``clauses`` such as ``DESCopened_at``, then by id, so that pages do not overlap."""
    return all_of(query, *(f"ORDERBY{clause}" for clause in (*clauses, "sys_id")))


def refuse_script(value: str, name: str) -> str:
    """``value``, if ServiceNow will store it as it is.

    :raises InvalidRequestError: it would run it as a script.
    """
    if value.strip().casefold().startswith(_SCRIPT):
        raise InvalidRequestError(f"{name} must not begin with {_SCRIPT} because ServiceNow runs that; reword it")
    return value


def _plain(value: str) -> str:
    if "^" in value or _SCRIPT in value.casefold() or value.strip() in ("", "NULL"):
        raise InvalidRequestError(
            f"a filter must not be empty or NULL, nor hold ^ or {_SCRIPT}: ServiceNow's queries cannot quote these"
        )
    return value


def _utc(moment: datetime) -> str:
    """A plain time is taken for UTC; ``javascript:gs.dateGenerate`` would be the user's own time zone."""
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")

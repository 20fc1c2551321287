"""Opsgenie's search language: how an alert query is written in it, and how what people say is quoted.

Source: https://support.atlassian.com/opsgenie/docs/search-queries-for-alerts/
"""

import re
from datetime import UTC, datetime

from opsloom.model.alerts import AlertQuery, AlertStatus, Severity
from opsloom_adapters.opsgenie.config import OpsgenieConfig

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_OPEN = frozenset({AlertStatus.FIRING, AlertStatus.ACKNOWLEDGED, AlertStatus.SUPPRESSED})
_PRIORITIES = {
    Severity.CRITICAL: ("P1",),
    Severity.ERROR: ("P2",),
    Severity.WARNING: ("P3",),
    Severity.INFO: ("P4", "P5"),
}
_UNQUOTABLE = re.compile(r'[\x00-\x1f\x7f"\\]')


def search_query(query: AlertQuery, config: OpsgenieConfig) -> str:
    """A question whose answer holds all that ``query`` asks for; :meth:`AlertQuery.matches` leaves out the rest.

    Times are milliseconds. An alert that ended in the window was updated then or later.
    """
    conditions = [f"createdAt <= {milliseconds(query.window.end)}", *_standing(query)]
    if query.severity in _PRIORITIES:
        either = " OR ".join(f"priority: {one}" for one in _PRIORITIES[query.severity])
        conditions.append(f"({either})")
    if query.text and (phrase := _words(query.text)):
        conditions.append(f"message: {phrase}")
    if query.service and not _UNQUOTABLE.search(query.service):
        conditions.append(f'tag: "{config.service_key}:{query.service}"')
    if query.team and not _UNQUOTABLE.search(query.team):
        conditions.append(f'responders: "{query.team}"')
    return " AND ".join(conditions)


def milliseconds(moment: datetime) -> int:
    """Since 1970."""
    return int((moment - _EPOCH).total_seconds() * 1_000)


def _standing(query: AlertQuery) -> list[str]:
    since = f"updatedAt >= {milliseconds(query.window.start)}"
    if query.statuses and query.statuses <= _OPEN:
        return ["status: open"]
    if query.statuses == {AlertStatus.RESOLVED}:
        return ["status: closed", since]
    return [f"(status: open OR {since})"]


def _words(text: str) -> str:
    """``text`` as a phrase, whose quotes nothing in it can end; empty if it has no word to look for."""
    if not any(character.isalnum() for character in text):
        return ""
    return '"' + " ".join(_UNQUOTABLE.sub(" ", text).split()) + '"'

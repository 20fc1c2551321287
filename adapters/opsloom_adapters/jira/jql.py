"""JQL, Jira's query language: how a ticket query is written in it, and how what people say is quoted.

Source: https://support.atlassian.com/jira-software-cloud/docs/what-is-advanced-search-in-jira-cloud/ and, for text,
https://support.atlassian.com/jira-software-cloud/docs/search-syntax-for-text-fields/
"""

import re
from collections.abc import Iterable
from datetime import UTC, datetime

from opsloom.model.tickets import TicketQuery, TicketStatus
from opsloom_adapters.jira.config import JiraConfig

_CATEGORY_IDS = {
    TicketStatus.OPEN: 2,
    TicketStatus.IN_PROGRESS: 4,
    TicketStatus.CLOSED: 3,
    TicketStatus.UNKNOWN: 1,
}
"""The ids of the status categories are the same on every site, their names are not. 1 is "No Category"."""
_NO_PART_OF_A_PHRASE = re.compile(r'[\x00-\x1f\x7f"\\]')
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def jql_of(query: TicketQuery, config: JiraConfig) -> str:
    """The tickets of ``query``, last updated first.

    Times are milliseconds: a date in words would mean minutes in the time zone of whoever asks. Whole words of ``text``
    are looked for, where it has any; the rest is for :meth:`TicketQuery.matches`.
    """
    conditions = [*_in_projects(config.projects)]
    conditions.append(f"updated >= {milliseconds(query.window.start)} AND updated <= {milliseconds(query.window.end)}")
    if query.statuses:
        ids = sorted(_CATEGORY_IDS[status] for status in query.statuses)
        conditions.append(f"statusCategory in ({', '.join(map(str, ids))})")
    if query.text:
        conditions += _mentioning(query.text)
    if query.service:
        conditions += _of_service(query.service, config)
    return " AND ".join(conditions) + " ORDER BY updated DESC"


def marked_jql(project: str, marker: str) -> str:
    """The newest tickets of ``project`` whose description has ``marker``."""
    return f"project = {quoted(project)} AND description ~ {phrase(marker)} ORDER BY created DESC"


def quoted(text: str) -> str:
    r"""``text`` as a string: ``\`` and ``"`` have a backslash before them, control characters are ``\u....``."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + re.sub(r"[\x00-\x1f\x7f]", lambda match: f"\\u{ord(match[0]):04x}", escaped) + '"'


def phrase(text: str) -> str:
    """``text`` as a string in which Jira looks for these words in this order, and nothing in it is an operator.

    Inside a phrase only the quote and the backslash mean anything; both separate words, as a blank does.
    """
    words = _NO_PART_OF_A_PHRASE.sub(" ", text).split()
    return quoted('"' + " ".join(words) + '"')


def milliseconds(moment: datetime) -> int:
    """Since 1970."""
    return int((moment - _EPOCH).total_seconds() * 1_000)


def _in_projects(keys: Iterable[str]) -> list[str]:
    named = ", ".join(map(quoted, keys))
    return [f"project in ({named})"] if named else []


def _of_service(service: str, config: JiraConfig) -> list[str]:
    if config.service_field is None:
        return _mentioning(service)
    if config.service_field in ("components", "labels"):
        name = "component" if config.service_field == "components" else "labels"
        return [f"{name} = {quoted(service)}"]
    name = f"cf[{config.service_field.removeprefix('customfield_')}]"
    if config.service_field_type == "text":
        return [f"{name} ~ {phrase(service)}"] if _has_words(service) else []
    return [f"{name} = {quoted(service)}"]


def _mentioning(text: str) -> list[str]:
    return [f"(summary ~ {phrase(text)} OR description ~ {phrase(text)})"] if _has_words(text) else []


def _has_words(text: str) -> bool:
    return any(character.isalnum() for character in text)

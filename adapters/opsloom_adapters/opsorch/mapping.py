"""OpsOrch's words and bags as ours.

OpsOrch normalises little: its statuses are those that its providers choose, with those of its schema as a hint. Case,
blanks, ``-`` and ``_`` of a word do not count.
Source: https://github.com/OpsOrch/opsorch-core/tree/main/schema, and the adapters beside it.
"""

import json
import re
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import TypeVar

from pydantic import JsonValue

from opsloom.model.alerts import AlertStatus
from opsloom.model.deploys import DeployStatus
from opsloom.model.incidents import IncidentStatus
from opsloom.model.logs import LogSeverity
from opsloom.model.tickets import TicketStatus
from opsloom_adapters.opsorch import wire
from opsloom_adapters.opsorch.config import OpsorchConfig

E = TypeVar("E", bound=StrEnum)

ALERT_WORDS = {
    AlertStatus.FIRING: ("firing", "open", "triggered", "alert", "active", "warning"),
    AlertStatus.PENDING: ("pending",),
    AlertStatus.ACKNOWLEDGED: ("acknowledged", "investigating"),
    AlertStatus.SUPPRESSED: ("suppressed", "silenced", "muted", "snoozed"),
    AlertStatus.RESOLVED: ("resolved", "closed", "ok"),
}
INCIDENT_WORDS = {
    IncidentStatus.TRIGGERED: ("open", "triggered", "active"),
    IncidentStatus.ACKNOWLEDGED: ("acknowledged", "investigating", "identified", "mitigating"),
    IncidentStatus.MITIGATED: ("mitigated", "monitoring", "stable"),
    IncidentStatus.RESOLVED: ("resolved", "closed"),
}
DEPLOY_WORDS = {
    DeployStatus.SUCCEEDED: ("success", "succeeded"),
    DeployStatus.IN_PROGRESS: ("queued", "running", "pending", "in_progress"),
    DeployStatus.FAILED: ("failed", "cancelled", "failure", "error"),
}
TICKET_WORDS = {
    TicketStatus.OPEN: ("open", "todo", "to do", "new", "backlog", "reopened"),
    TicketStatus.IN_PROGRESS: ("in_progress", "in_review", "doing", "blocked"),
    TicketStatus.CLOSED: ("closed", "done", "resolved", "cancelled"),
}
LOG_WORDS = {
    LogSeverity.TRACE: ("trace",),
    LogSeverity.DEBUG: ("debug",),
    LogSeverity.INFO: ("info", "information", "notice"),
    LogSeverity.WARN: ("warn", "warning"),
    LogSeverity.ERROR: ("error", "err"),
    LogSeverity.FATAL: ("critical", "fatal", "emergency", "alert"),
}


def plain(word: str) -> str:
    """``In Progress``, ``in_progress`` and ``in-progress`` are the same."""
    return re.sub(r"[\s_-]", "", word.casefold())


def _by_word(words: Mapping[E, tuple[str, ...]]) -> dict[str, E]:
    return {plain(word): member for member, said in words.items() for word in said}


_ALERT, _INCIDENT, _DEPLOY = _by_word(ALERT_WORDS), _by_word(INCIDENT_WORDS), _by_word(DEPLOY_WORDS)
_TICKET, _LOG = _by_word(TICKET_WORDS), _by_word(LOG_WORDS)


def alert_status_of(word: str) -> AlertStatus:
    return _ALERT.get(plain(word), AlertStatus.UNKNOWN)


def incident_status_of(word: str) -> IncidentStatus:
    return _INCIDENT.get(plain(word), IncidentStatus.UNKNOWN)


def deploy_status_of(word: str) -> DeployStatus:
    return _DEPLOY.get(plain(word), DeployStatus.UNKNOWN)


def log_severity_of(word: str) -> LogSeverity:
    return _LOG.get(plain(word), LogSeverity.UNKNOWN)


def ticket_status_of(word: str, config: OpsorchConfig) -> TicketStatus:
    """By the words of the settings, else by the usual ones."""
    said = _TICKET | _by_word(config.ticket_statuses.words())
    return said.get(plain(word), TicketStatus.UNKNOWN)


def known(moment: datetime) -> datetime | None:
    """``None`` for a time that was never set."""
    return None if moment <= wire.NEVER else moment


def text_in(bag: Mapping[str, JsonValue], name: str) -> str:
    """The text at ``name``, empty where there is none."""
    value = bag.get(name)
    return value if isinstance(value, str) else ""


def texts_of(bag: Mapping[str, JsonValue]) -> dict[str, str]:
    """What is a single value, as text: ``true`` and ``3`` as JSON writes them."""
    return {
        name: value if isinstance(value, str) else json.dumps(value)
        for name, value in bag.items()
        if isinstance(value, str | int | float)
    }


def link_of(url: str) -> str | None:
    """OpsOrch passes on what its provider says; only what a browser opens is a link."""
    return url if url.startswith(("https://", "http://")) else None

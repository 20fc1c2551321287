"""Alerts, in the words of Prometheus; the provider's own words stay beside ours."""

import re
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from pydantic import Field

from opsloom.model.metrics import MetricKind
from opsloom.model.record import Noun, Record
from opsloom.model.window import Window


class AlertStatus(StrEnum):
    """Where an alert stands."""

    FIRING = "firing"
    PENDING = "pending"
    ACKNOWLEDGED = "acknowledged"
    SUPPRESSED = "suppressed"
    RESOLVED = "resolved"
    UNKNOWN = "unknown"


class Severity(StrEnum):
    """How bad it is, worst first."""

    CRITICAL = "critical"
    ERROR = "error"
    WARNING = "warning"
    INFO = "info"
    UNKNOWN = "unknown"

    @property
    def rank(self) -> int:
        """0 is the worst."""
        return _RANK_OF_SEVERITY[self]

    @classmethod
    def from_word(cls, word: str) -> "Severity":
        """What a word of a ``severity`` label means; ``UNKNOWN`` if it is not a common one.

        Case, blanks, ``-`` and ``_`` do not count: ``SEV-1``, ``sev1`` and ``Sev 1`` are the same.
        """
        return _SEVERITY_OF_WORD.get(re.sub(r"[\s_-]", "", word.casefold()), cls.UNKNOWN)


_RANK_OF_SEVERITY = {severity: rank for rank, severity in enumerate(Severity)}
_WORDS_OF_SEVERITY = {
    Severity.CRITICAL: "critical crit page fatal emergency emerg disaster blocker p0 p1 s0 s1 sev0 sev1",
    Severity.ERROR: "error err high major urgent p2 s2 sev2",
    Severity.WARNING: "warning warn medium moderate minor average ticket p3 s3 sev3",
    Severity.INFO: "info information informational notice low none ok debug p4 p5 s4 s5 sev4 sev5",
}
_SEVERITY_OF_WORD = {word: severity for severity, words in _WORDS_OF_SEVERITY.items() for word in words.split()}


class Alert(Record):
    """One alert. ``signal``, ``metric``, ``threshold`` and ``observed`` say what it measures, where known.

    ``expression`` is the condition of its rule in the provider's own query language.

    ``attributes`` holds what the provider knows beside labels and annotations, such as ``silenced_by``.
    """

    name: str
    status: AlertStatus
    status_raw: str = ""
    severity: Severity = Severity.UNKNOWN
    severity_raw: str = ""
    service: str | None = None
    team: str | None = None
    summary: str = ""
    starts_at: datetime
    ends_at: datetime | None = None
    updated_at: datetime | None = None
    fingerprint: str = ""
    labels: Mapping[str, str] = Field(default_factory=dict)
    annotations: Mapping[str, str] = Field(default_factory=dict)
    attributes: Mapping[str, str] = Field(default_factory=dict)
    signal: MetricKind | None = None
    metric: str | None = None
    threshold: float | None = None
    observed: float | None = None
    expression: str = ""


class AlertQuery(Noun):
    """Which alerts: those that were active at some time in ``window``; ``None`` means any."""

    window: Window
    text: str | None = None
    service: str | None = None
    team: str | None = None
    statuses: frozenset[AlertStatus] = frozenset()
    severity: Severity | None = None
    limit: int

    def matches(self, alert: Alert) -> bool:
        """Whether ``alert`` is asked for; adapters use it for whatever their provider cannot filter."""
        return (
            alert.starts_at < self.window.end
            and (alert.ends_at is None or alert.ends_at >= self.window.start)
            and (not self.statuses or alert.status in self.statuses)
            and self.severity in (None, alert.severity)
            and self.service in (None, alert.service)
            and self.team in (None, alert.team)
            and (self.text is None or self._mentions(alert, self.text.casefold()))
        )

    @staticmethod
    def _mentions(alert: Alert, text: str) -> bool:
        said = (alert.name, alert.summary, *alert.labels.values(), *alert.annotations.values())
        return any(text in value.casefold() for value in said)

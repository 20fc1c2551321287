"""Log entries, with severities of OpenTelemetry's names."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from pydantic import Field

from opsloom.model.record import Noun
from opsloom.model.window import Window


class LogSeverity(StrEnum):
    """OpenTelemetry's short names, least first; ``unknown`` where the provider gives none."""

    TRACE = "trace"
    DEBUG = "debug"
    INFO = "info"
    WARN = "warn"
    ERROR = "error"
    FATAL = "fatal"
    UNKNOWN = "unknown"

    @property
    def rank(self) -> int:
        """Higher is worse; ``unknown`` ranks with ``info`` so that a minimum does not hide it unseen."""
        order = (self.TRACE, self.DEBUG, self.INFO, self.WARN, self.ERROR, self.FATAL)
        return 2 if self is LogSeverity.UNKNOWN else order.index(self)


class LogEntry(Noun):
    """One line of a log. ``cursor`` is the provider's own position of it, if it has one.

    ``pattern`` is the form that it shares with ``similar`` entries of the window in all, itself included, where the
    provider detects forms and was asked because there are more entries than rows.
    """

    at: datetime
    service: str | None = None
    severity: LogSeverity = LogSeverity.UNKNOWN
    severity_raw: str = ""
    message: str
    trace_id: str | None = None
    cursor: str = ""
    attributes: Mapping[str, str] = Field(default_factory=dict)
    pattern: str = ""
    similar: int | None = None


class LogQuery(Noun):
    """Which entries: ``severity`` is the least one wanted; the newest ``limit`` are returned."""

    window: Window
    text: str | None = None
    service: str | None = None
    severity: LogSeverity | None = None
    limit: int

    def matches(self, entry: LogEntry) -> bool:
        """Whether ``entry`` is asked for; adapters use it for whatever their provider cannot filter."""
        return (
            entry.at in self.window
            and self.service in (None, entry.service)
            and (self.severity is None or entry.severity.rank >= self.severity.rank)
            and (self.text is None or self.text.casefold() in entry.message.casefold())
        )

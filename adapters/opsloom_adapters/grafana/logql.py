"""LogQL that we write from typed questions; a value from outside can never become syntax in it.

Source: https://grafana.com/docs/loki/latest/query/log_queries/
"""

import json
import re
from collections.abc import Iterable

from opsloom.model.errors import InvalidRequestError
from opsloom.model.logs import LogQuery, LogSeverity
from opsloom.model.window import Window
from opsloom_adapters.grafana.config import GrafanaConfig
from opsloom_adapters.grafana.log_entries import SEVERITY_OF_WORD


def questions_of(query: LogQuery, config: GrafanaConfig) -> list[str]:
    """Queries which together give the entries of ``query``, each entry by one of them only.

    A stream selector knows no "or": there is one query per service label, of the streams that lack all labels before
    it (``label=""`` fits a stream without the label).

    :raises InvalidRequestError: the service is empty.
    """
    if query.service == "":
        raise InvalidRequestError("service must not be empty; leave it out to ask for all services")
    named = '=~".+"' if query.service is None else f"={_quoted(query.service)}"
    line_filter = f" |~ {_quoted('(?i)' + re.escape(query.text))}" if query.text else ""
    level_filter = _level_filter(query.severity, config.log_level_label)
    labels = config.log_service_labels
    return [
        "{"
        + ", ".join([*(f'{absent}=""' for absent in labels[:place]), label + named])
        + "}"
        + line_filter
        + level_filter
        for place, label in enumerate(labels)
    ]


def questions_without_level(query: LogQuery, config: GrafanaConfig) -> list[str]:
    """The same but for its severity: the entries whose level label tells none that we know."""
    unlevelled = f" | {config.log_level_label}!~{_one_of(SEVERITY_OF_WORD)}"
    return [question + unlevelled for question in questions_of(query.model_copy(update={"severity": None}), config)]


def count_of(question: str, window: Window) -> str:
    """How many entries ``question`` has in ``window``: to be asked at its last nanosecond, because a range excludes
    its start and includes its end."""
    return f"sum(count_over_time({question} [{max(1, round(window.seconds * 1_000))}ms]))"


def _level_filter(least: LogSeverity | None, label: str) -> str:
    """Entries without a level rank with info, and so must pass where info is wanted."""
    if least is None or least.rank == 0:
        return ""
    if least.rank <= LogSeverity.UNKNOWN.rank:
        operator, words = "!~", [word for word, severity in SEVERITY_OF_WORD.items() if severity.rank < least.rank]
    else:
        operator, words = "=~", [word for word, severity in SEVERITY_OF_WORD.items() if severity.rank >= least.rank]
    return f" | {label}{operator}{_one_of(words)}"


def _one_of(words: Iterable[str]) -> str:
    return _quoted(f"(?i)({'|'.join(words)})")


def _quoted(value: str) -> str:
    """A double-quoted string literal: LogQL has Go's escapes, which include all that JSON writes."""
    return json.dumps(value, ensure_ascii=False)

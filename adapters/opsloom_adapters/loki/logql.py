"""LogQL that we write from typed questions; a value from outside can never become syntax in it.

Source: https://grafana.com/docs/loki/latest/query/log_queries/
"""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from opsloom.model.errors import InvalidRequestError
from opsloom.model.logs import LogQuery, LogSeverity
from opsloom.model.window import Window
from opsloom_adapters.loki.config import LokiConfig
from opsloom_adapters.loki.mapping import SEVERITY_OF_WORD


@dataclass(frozen=True, slots=True)
class Question:
    """One log query: the ``selector`` of its streams, and the ``filters`` of their lines."""

    selector: str
    line_filter: str = ""
    level_filter: str = ""

    def __str__(self) -> str:
        return self.selector + self.line_filter + self.level_filter

    def of_unknown_level(self, level_labels: Sequence[str]) -> "Question":
        """The entries of the same streams and text whose labels tell no severity that we know."""
        any_word = quoted(_one_of(SEVERITY_OF_WORD))
        return Question(self.selector, self.line_filter, "".join(f" | {label}!~{any_word}" for label in level_labels))


def questions_of(query: LogQuery, config: LokiConfig) -> list[Question]:
    """Queries which together give the entries of ``query``, each entry by one of them only.

    A stream selector knows no "or": there is one query per service label, of the streams that lack all labels before
    it (``label=""`` fits a stream without the label). So they pick, stream by stream, the label that names the service
    in our answers.

    :raises InvalidRequestError: the service is empty.
    """
    if query.service == "":
        raise InvalidRequestError("service must not be empty; leave it out to ask for all services")
    line_filter = f" |~ {quoted('(?i)' + re.escape(query.text))}" if query.text else ""
    level_filter = _level_filter(query.severity, config.level_labels)
    return [Question(selector, line_filter, level_filter) for selector in _selectors(query.service, config)]


def count_of(question: Question, window: Window) -> str:
    """How many entries ``question`` has in ``window``: to be asked at its last nanosecond, because a range excludes
    its start and includes its end."""
    return f"sum(count_over_time({question} [{max(1, round(window.seconds * 1_000))}ms]))"


def quoted(value: str) -> str:
    """A double-quoted string literal: LogQL has Go's escapes, which include all that JSON writes."""
    return json.dumps(value, ensure_ascii=False)


def _selectors(service: str | None, config: LokiConfig) -> list[str]:
    fixed = [f"{label}={quoted(value)}" for label, value in config.streams.items()]
    named = '=~".+"' if service is None else f"={quoted(service)}"
    return [
        "{" + ", ".join([*fixed, *(f'{absent}=""' for absent in config.service_labels[:place]), label + named]) + "}"
        for place, label in enumerate(config.service_labels)
    ]


def _level_filter(least: LogSeverity | None, labels: Sequence[str]) -> str:
    """The first label that an entry has decides; one without any ranks with info."""
    if least is None or least.rank == 0:
        return ""
    keeps_unknown = least.rank <= LogSeverity.UNKNOWN.rank
    if keeps_unknown:
        words = [word for word, severity in SEVERITY_OF_WORD.items() if severity.rank < least.rank]
    else:
        words = [word for word, severity in SEVERITY_OF_WORD.items() if severity.rank >= least.rank]
    fits = ("!~" if keeps_unknown else "=~") + quoted(_one_of(words))
    alternatives = []
    for place, label in enumerate(labels):
        conditions = [f'{absent}=""' for absent in labels[:place]]
        if keeps_unknown and place < len(labels) - 1:
            conditions.append(f'{label}!=""')
        alternatives.append(" and ".join([*conditions, label + fits]))
    return " | " + " or ".join(f"({one})" for one in alternatives)


def _one_of(words: Iterable[str]) -> str:
    return f"(?i)({'|'.join(words)})"

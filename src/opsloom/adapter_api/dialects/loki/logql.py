"""LogQL that we write from typed questions; a value from outside can never become syntax in it.

Source: https://grafana.com/docs/loki/latest/query/log_queries/
"""

import re
from dataclasses import dataclass

from opsloom.adapter_api.dialects.loki.log_labels import LogLabels, quoted
from opsloom.model.errors import InvalidRequestError
from opsloom.model.logs import LogQuery
from opsloom.model.window import Window


@dataclass(frozen=True, slots=True)
class Question:
    """One log query: the ``selector`` of its streams, and the filters of their lines."""

    selector: str
    line_filter: str = ""
    level_filter: str = ""

    def __str__(self) -> str:
        return self.selector + self.line_filter + self.level_filter

    def of_unknown_level(self, labels: LogLabels) -> "Question":
        """The entries of the same streams and text whose labels tell no severity that we know."""
        level_filter = "".join(f" | {label}{labels.words.fits_none()}" for label in labels.levels)
        return Question(self.selector, self.line_filter, level_filter)


def questions_of(query: LogQuery, labels: LogLabels, level_filter: str) -> list[Question]:
    """Queries which together give the entries of ``query``, each entry by one of them only.

    A stream selector knows no "or": there is one query per service label, of the streams that lack all labels before
    it (``label=""`` fits a stream without the label). So they pick, stream by stream, the label that names the service
    in our answers.

    :raises InvalidRequestError: the service is empty.
    """
    if query.service == "":
        raise InvalidRequestError("service must not be empty; leave it out to ask for all services")
    line_filter = f" |~ {quoted('(?i)' + re.escape(query.text))}" if query.text else ""
    return [Question(selector, line_filter, level_filter) for selector in _selectors(query.service, labels)]


def count_of(question: Question, window: Window) -> str:
    """How many entries ``question`` has in ``window``: to be asked at its last nanosecond, because a range excludes
    its start and includes its end."""
    return f"sum(count_over_time({question} [{max(1, round(window.seconds * 1_000))}ms]))"


def _selectors(service: str | None, labels: LogLabels) -> list[str]:
    fixed = [f"{label}={quoted(value)}" for label, value in labels.streams.items()]
    named = '=~".+"' if service is None else f"={quoted(service)}"
    return [
        "{" + ", ".join([*fixed, *(f'{absent}=""' for absent in labels.services[:place]), label + named]) + "}"
        for place, label in enumerate(labels.services)
    ]

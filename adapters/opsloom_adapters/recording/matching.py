"""Matchers of a silence, on the labels of an alert.

Source: https://prometheus.io/docs/alerting/latest/configuration/#matcher
"""

import re
from collections.abc import Iterable, Mapping, Sequence

from opsloom.model.alerts import Alert
from opsloom.model.changes import Matcher
from opsloom.model.errors import InvalidRequestError

_LABEL = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")


def labels_of(alert: Alert) -> Mapping[str, str]:
    """Its labels; where they lack the usual ones, its fields."""
    fields = {
        "alertname": alert.name,
        "service": alert.service or "",
        "severity": alert.severity_raw,
        "team": alert.team or "",
    }
    return {**fields, **alert.labels}


def matches(matchers: Iterable[Matcher], labels: Mapping[str, str]) -> bool:
    """Whether all of them match; a label that is not there counts as an empty one."""
    return all(_matches(matcher, labels.get(matcher.name, "")) for matcher in matchers)


def check_matchers(matchers: Sequence[Matcher]) -> None:
    """Whether a silence may have them.

    :raises InvalidRequestError: a name or a regular expression is none, or everything without labels would match.
    """
    if any(not _LABEL.fullmatch(matcher.name) for matcher in matchers):
        raise InvalidRequestError(
            "matchers has a name that is no label: letters, digits and underscores, the first one no digit"
        )
    match_nothing = [_matches(matcher, "") for matcher in matchers]
    if all(match_nothing):
        raise InvalidRequestError(
            'matchers must have one that an alert without labels does not match, such as service="checkout"'
        )


def _matches(matcher: Matcher, value: str) -> bool:
    found = _full_match(matcher.value, value) if matcher.is_regex else matcher.value == value
    return found is matcher.is_equal


def _full_match(expression: str, text: str) -> bool:
    import re2  # runs in linear time, whatever the expression; 5 ms that a start does not pay

    options = re2.Options()
    options.log_errors = False  # else it writes to the standard error stream
    try:
        return re2.compile(expression, options).fullmatch(text) is not None
    except re2.error:
        raise InvalidRequestError(
            "matchers has a value that is no regular expression; write it in RE2 without anchors, such as checkout|cart"
        ) from None

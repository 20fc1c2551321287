"""Matchers of a silence, on the labels of an alert.

Source: https://prometheus.io/docs/alerting/latest/configuration/#matcher
"""

from collections.abc import Iterable, Mapping, Sequence

from opsloom.adapter_api.label_matching import label_fits
from opsloom.model.alerts import Alert
from opsloom.model.changes import Matcher
from opsloom.model.errors import InvalidRequestError


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
    return all(label_fits(matcher, labels.get(matcher.name, "")) for matcher in matchers)


def check_matchers(matchers: Sequence[Matcher]) -> None:
    """Whether a silence may have them.

    :raises InvalidRequestError: a name or a regular expression is none, or everything without labels would match.
    """
    match_nothing = [label_fits(matcher, "") for matcher in matchers]
    if all(match_nothing):
        raise InvalidRequestError(
            'matchers must have one that an alert without labels does not match, such as service="checkout"'
        )

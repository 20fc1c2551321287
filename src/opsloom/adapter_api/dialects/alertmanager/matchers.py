"""Matchers, the filter language of Alertmanager: how they are written, and which of them make a silence.

Source: https://prometheus.io/docs/alerting/latest/configuration/#matcher
"""

import re
from collections.abc import Iterable

from opsloom.adapter_api.label_matching import LABEL_NAME, label_fits
from opsloom.model.changes import Matcher
from opsloom.model.errors import InvalidRequestError

_LABEL_NAME = re.compile(LABEL_NAME)
_OPERATORS = {(False, True): "=", (False, False): "!=", (True, True): "=~", (True, False): "!~"}


def equals(label: str, value: str) -> str:
    """``label="value"``."""
    return _written(label, "=", value)


def text_of(matcher: Matcher) -> str:
    """``name=~"value"``; the value is quoted, so that none can become syntax."""
    return _written(matcher.name, _OPERATORS[matcher.is_regex, matcher.is_equal], matcher.value)


def canonical_matchers(matchers: Iterable[Matcher]) -> tuple[Matcher, ...]:
    """The same condition, always in the same order and without repetition."""
    return tuple(sorted(set(matchers), key=text_of))


def check_matchers(matchers: Iterable[Matcher]) -> None:
    """Whether a silence may have them: Alertmanager's own rules, and those of negative matchers taken seriously.

    Alertmanager would take ``service!="x"`` alone, which hides all but one service and every alert that names none.

    :raises InvalidRequestError: a name or a regular expression is none, or alerts without any label would match.
    """
    matches_empty = [label_fits(matcher, "") for matcher in matchers]
    if all(matches_empty):
        raise InvalidRequestError(
            "matchers would silence alerts that have none of these labels; give at least one that a missing label "
            'does not match, such as service="checkout" or alertname=~"Checkout.+"'
        )


def _written(name: str, operator: str, value: str) -> str:
    """Names beyond ``LABEL_NAME``, which Alertmanager has known since 0.27, are quoted as values are."""
    return (name if _LABEL_NAME.fullmatch(name) else _quoted(name)) + operator + _quoted(value)


def _quoted(text: str) -> str:
    r"""Only ``\``, ``"`` and a line feed have an escape there; all else is literal."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'

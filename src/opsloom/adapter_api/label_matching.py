"""Whether a label fits a matcher, in Alertmanager's dialect.

Source: https://prometheus.io/docs/alerting/latest/configuration/#matcher
"""

import re

from opsloom.model.changes import Matcher
from opsloom.model.errors import InvalidRequestError

LABEL_NAME = r"^[a-zA-Z_][a-zA-Z0-9_]*$"
_LABEL_NAME = re.compile(LABEL_NAME)


def label_fits(matcher: Matcher, value: str) -> bool:
    """Whether a label of this ``value`` fits; one that is not there has the empty one.

    :raises InvalidRequestError: the name is no label, or the value no regular expression.
    """
    if not _LABEL_NAME.fullmatch(matcher.name):
        raise InvalidRequestError(
            "matchers has a name that is no label: letters, digits and underscores, the first one no digit"
        )
    found = _full_match(matcher.value, value) if matcher.is_regex else matcher.value == value
    return found is matcher.is_equal


def _full_match(expression: str, text: str) -> bool:
    import re2  # linear time whatever the expression; 5 ms that a start does not pay

    options = re2.Options()
    options.log_errors = False  # else it writes to the standard error stream
    try:
        return re2.compile(expression, options).fullmatch(text) is not None
    except re2.error:
        raise InvalidRequestError(
            "matchers has a value that is no regular expression; write it in RE2 "
            "(https://github.com/google/re2/wiki/Syntax) such as checkout|cart, without anchors"
        ) from None

"""Whether an alert tells of a fault or of load: faults are felt by callers, load by callees."""

import re
from enum import StrEnum

from opsloom.model.alerts import Alert
from opsloom.model.metrics import MetricKind


class Load(StrEnum):
    """What an alert says about the requests that a service gets.

    ``starved``: fewer than usual, or none; ``surging``: more than usual; ``usual``: nothing, it is about a fault.
    """

    USUAL = "usual"
    STARVED = "starved"
    SURGING = "surging"


_WORDS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_ABOUT_REQUESTS = frozenset(
    {"request", "requests", "traffic", "throughput", "rps", "qps", "calls", "messages", "events"}
)
_FEWER = frozenset(
    {
        "no",
        "missing",
        "absent",
        "drop",
        "dropped",
        "low",
        "lower",
        "few",
        "zero",
        "stopped",
        "idle",
        "starved",
        "without",
    }
)
_MORE = frozenset({"high", "higher", "surge", "spike", "burst", "flood", "many", "excess", "excessive"})
_FAULTS = frozenset(
    {"error", "errors", "failed", "failing", "failure", "failures", "latency", "slow", "duration", "lag", "timeouts"}
)


def load_of(alert: Alert) -> Load:
    """What ``alert`` says about load.

    The measured value against the threshold decides where both are known, else the words of the alert's name: that
    is the rule's, written by its owner. An alert on traffic that does not say which way is taken for a loss, the one
    of the two that is a symptom. Alerts without a known signal count only when the name leaves no doubt.
    """
    words = {word.lower() for word in _WORDS.findall(alert.name)}
    if alert.signal is None:
        about_load = words & _ABOUT_REQUESTS and not words & _FAULTS
        return _in_words(words, Load.USUAL) if about_load else Load.USUAL
    if alert.signal is not MetricKind.TRAFFIC:
        return Load.USUAL
    if alert.observed is not None and alert.threshold is not None and alert.observed != alert.threshold:
        return Load.SURGING if alert.observed > alert.threshold else Load.STARVED
    return _in_words(words, Load.STARVED)


def _in_words(words: set[str], otherwise: Load) -> Load:
    if words & _FEWER:
        return Load.STARVED
    return Load.SURGING if words & _MORE else otherwise

"""What adapters that speak Alertmanager's API v2 rely on; silences as a whole are tested through the adapters."""

from typing import Any

import pytest

from opsloom.adapter_api.dialects.alertmanager.durations import duration_text
from opsloom.adapter_api.dialects.alertmanager.matchers import canonical_matchers, equals, text_of
from opsloom.adapter_api.dialects.alertmanager.wire import ALERTS, SILENCE
from opsloom.model.changes import Matcher

ALERT: dict[str, Any] = {
    "fingerprint": "f",
    "labels": {},
    "status": {"state": "active"},
    "startsAt": "2026-03-01T11:30:00Z",
}
SILENCE_SENT: dict[str, Any] = {
    "id": "s",
    "status": {"state": "active"},
    "matchers": [{"name": "service", "value": "checkout"}],
    **dict.fromkeys(("startsAt", "endsAt", "updatedAt"), "2026-03-01T11:30:00Z"),
}


@pytest.mark.parametrize(
    ("seconds", "text"), [(0, "0s"), (61, "1m1s"), (3_600, "1h"), (5_400, "1h30m"), (86_400, "24h")]
)
def test_a_duration_is_written_as_prometheus_writes_it(seconds: int, text: str) -> None:
    assert duration_text(seconds) == text


@pytest.mark.parametrize(
    ("matcher", "text"),
    [
        (Matcher(name="service", value="checkout"), 'service="checkout"'),
        (Matcher(name="service", value="checkout", is_equal=False), 'service!="checkout"'),
        (Matcher(name="service", value="a|b", is_regex=True), 'service=~"a|b"'),
        (Matcher(name="service", value="a|b", is_regex=True, is_equal=False), 'service!~"a|b"'),
    ],
)
def test_each_sort_of_matcher_has_its_operator(matcher: Matcher, text: str) -> None:
    assert text_of(matcher) == text


def test_no_name_and_no_value_becomes_syntax() -> None:
    assert equals("service", 'x"} or {a="\\\n') == r'service="x\"} or {a=\"\\\n"'
    assert equals("service.name", "x") == '"service.name"="x"'


def test_the_same_condition_is_the_same_whatever_its_order() -> None:
    first, second = Matcher(name="a", value="1"), Matcher(name="b", value="2")
    assert canonical_matchers([second, first, second]) == (first, second)


@pytest.mark.parametrize("name", ["annotations", "receivers", "endsAt", "updatedAt", "generatorURL"])
def test_an_alert_may_lack_what_is_not_needed_or_have_it_as_null(name: str) -> None:
    assert ALERTS.validate_python([{**ALERT, name: None}]) == ALERTS.validate_python([ALERT])


def test_a_silence_without_words_has_empty_ones() -> None:
    silence = SILENCE.validate_python({**SILENCE_SENT, "comment": None, "createdBy": None})
    assert (silence.comment, silence.created_by) == ("", "")
    assert silence.matchers[0].is_equal
    assert not silence.matchers[0].is_regex

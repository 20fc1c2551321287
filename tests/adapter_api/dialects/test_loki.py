"""What every adapter that speaks LogQL relies on; reading as a whole is tested through the adapters."""

from datetime import UTC, datetime

import pytest

from opsloom.adapter_api.dialects.loki.entries import entry_of
from opsloom.adapter_api.dialects.loki.log_labels import LevelWords, LogLabels, keeps_unknown, quoted
from opsloom.adapter_api.dialects.loki.times import moment_of, nanoseconds_of
from opsloom.model.logs import LogSeverity

WORDS = LevelWords({LogSeverity.ERROR: "error err", LogSeverity.INFO: "info", LogSeverity.DEBUG: "debug"})
LABELS = LogLabels(("service_name", "app"), ("detected_level", "level"), "trace_id", WORDS)


@pytest.mark.parametrize(
    ("word", "severity"),
    [("err", LogSeverity.ERROR), ("ERROR", LogSeverity.ERROR), ("odd", LogSeverity.UNKNOWN), ("", LogSeverity.UNKNOWN)],
)
def test_a_level_is_read_in_any_case_and_an_odd_one_is_unknown(word: str, severity: LogSeverity) -> None:
    assert WORDS.severity_of(word) is severity


@pytest.mark.parametrize(
    ("least", "condition"),
    [
        (LogSeverity.ERROR, '=~"(?i)(error|err)"'),
        (LogSeverity.WARN, '=~"(?i)(error|err)"'),
        (LogSeverity.INFO, '!~"(?i)(debug)"'),
    ],
)
def test_entries_without_a_level_pass_where_info_is_wanted(least: LogSeverity, condition: str) -> None:
    assert WORDS.fits(least) == condition
    assert keeps_unknown(least) is condition.startswith("!~")


def test_what_fits_no_word_has_an_unknown_level() -> None:
    assert WORDS.fits_none() == '!~"(?i)(error|err|info|debug)"'


def test_the_first_label_that_is_not_empty_counts_and_the_rest_are_attributes() -> None:
    found = {"service_name": "", "app": "cart", "level": "err", "trace_id": "0242ac12", "pod": "c-1", "zone": ""}
    entry = entry_of(found, 1_772_366_399_123_456_789, "refused", LABELS)
    assert (entry.service, entry.severity, entry.severity_raw) == ("cart", LogSeverity.ERROR, "err")
    assert (entry.trace_id, entry.attributes) == ("0242ac12", {"pod": "c-1"})
    assert (entry.cursor, entry.at.microsecond) == ("1772366399123456789", 123_456)


def test_times_are_exact_where_a_float_would_round() -> None:
    moment = datetime(2026, 3, 1, 11, 59, 59, 999_999, tzinfo=UTC)
    assert nanoseconds_of(moment) == 1_772_366_399_999_999_000
    assert moment_of(nanoseconds_of(moment)) == moment


def test_a_value_stays_one_literal() -> None:
    assert quoted('x"} |= "y\\\n\x00é') == r'"x\"} |= \"y\\\n\u0000é"'

"""How bad an alert is, in anybody's words."""

import pytest

from opsloom.model.alerts import Severity
from opsloom.model.logs import LogSeverity


def test_the_worst_severity_ranks_first_and_the_unknown_one_last() -> None:
    assert sorted(Severity, key=lambda one: one.rank) == [
        Severity.CRITICAL,
        Severity.ERROR,
        Severity.WARNING,
        Severity.INFO,
        Severity.UNKNOWN,
    ]
    assert Severity.CRITICAL.rank == 0


@pytest.mark.parametrize(
    ("word", "severity"),
    [
        ("critical", Severity.CRITICAL),
        ("CRIT", Severity.CRITICAL),
        ("P1", Severity.CRITICAL),
        ("SEV-1", Severity.CRITICAL),
        ("Sev 1", Severity.CRITICAL),
        ("page", Severity.CRITICAL),
        ("sev_2", Severity.ERROR),
        ("High", Severity.ERROR),
        ("warn", Severity.WARNING),
        ("P3", Severity.WARNING),
        ("notice", Severity.INFO),
        ("none", Severity.INFO),
        ("", Severity.UNKNOWN),
        ("purple", Severity.UNKNOWN),
        ("p10", Severity.UNKNOWN),
    ],
)
def test_common_words_are_understood_and_others_are_unknown(word: str, severity: Severity) -> None:
    assert Severity.from_word(word) is severity


def test_log_severities_rank_upwards() -> None:
    known = [one for one in LogSeverity if one is not LogSeverity.UNKNOWN]
    assert sorted(known, key=lambda one: one.rank) == known
    assert known[-1] is LogSeverity.FATAL

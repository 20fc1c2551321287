"""When a rule or a freeze applies."""

from datetime import datetime

import pytest

from opsloom.approval.policy import evaluate
from tests.approval.policies import asking, policy_of


def frozen(during: str, at: str) -> bool:
    """Whether a freeze with these times holds at a time in RFC 3339."""
    policy = policy_of(f'[[freezes]]\nname = "it"\nduring = {during}')
    return not evaluate(policy, asking(at=datetime.fromisoformat(at))).allowed


OFFICE = '{ days = ["mon", "tue"], from = "09:00", until = "17:00", zone = "Europe/Berlin" }'
NIGHT = '{ days = ["fri"], from = "22:00", until = "06:00", zone = "Europe/Berlin" }'


@pytest.mark.parametrize(
    ("during", "at", "expected"),
    [
        (OFFICE, "2026-03-03T07:59:59Z", False),
        (OFFICE, "2026-03-03T08:00:00Z", True),
        (OFFICE, "2026-03-03T15:59:59.999Z", True),
        (OFFICE, "2026-03-03T16:00:00Z", False),
        (OFFICE, "2026-03-04T10:00:00Z", False),
        (OFFICE, "2026-07-07T07:00:00Z", True),  # summer time: 9 o'clock is an hour earlier
        (OFFICE, "2026-07-07T15:30:00Z", False),
        (NIGHT, "2026-03-06T20:59:00Z", False),
        (NIGHT, "2026-03-06T21:00:00Z", True),
        (NIGHT, "2026-03-07T04:59:00Z", True),
        (NIGHT, "2026-03-07T05:00:00Z", False),
        (NIGHT, "2026-03-06T03:00:00Z", False),  # early on Friday belongs to Thursday's night
        ('{ days = ["sun"], from = "00:00", until = "24:00" }', "2026-03-08T23:59:59Z", True),
        ('{ days = ["sun"], from = "00:00", until = "24:00" }', "2026-03-09T00:00:00Z", False),
        ('{ days = ["sun"], from = "08:00", until = "08:00" }', "2026-03-08T08:00:00Z", False),
        ('{ from = "2026-03-01T00:00:00+01:00", until = "2026-03-02T00:00:00+01:00" }', "2026-02-28T23:00:00Z", True),
        ('{ from = "2026-03-01T00:00:00+01:00", until = "2026-03-02T00:00:00+01:00" }', "2026-03-01T23:00:00Z", False),
        (f"[{OFFICE}, {NIGHT}]", "2026-03-06T21:00:00Z", True),
        (f"[{OFFICE}, {NIGHT}]", "2026-03-05T21:00:00Z", False),
    ],
)
def test_a_time_holds_from_its_begin_until_before_its_end(during: str, at: str, expected: bool) -> None:
    assert frozen(during, at) is expected


def test_a_rule_may_be_for_a_time() -> None:
    policy = policy_of(f'[[rules]]\nname = "office"\nduring = {OFFICE}\nrisk = "R1"')
    assert evaluate(policy, asking(at=datetime.fromisoformat("2026-03-03T10:00:00Z"))).allowed
    assert not evaluate(policy, asking(at=datetime.fromisoformat("2026-03-03T20:00:00Z"))).allowed

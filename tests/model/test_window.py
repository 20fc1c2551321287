"""Times and windows: what is accepted, what is refused, and what they mean."""

from datetime import UTC, datetime, timedelta

import pytest

from opsloom.model.errors import InvalidRequestError
from opsloom.model.limits import WINDOW_DEFAULT_SECONDS, WINDOW_MAX_SECONDS
from opsloom.model.window import Window, format_time, parse_duration, parse_time, resolve_window

NOW = datetime(2026, 3, 3, 9, 21, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("2026-03-01T09:14:00Z", datetime(2026, 3, 1, 9, 14, tzinfo=UTC)),
        ("2026-03-01T09:14:00+05:30", datetime(2026, 3, 1, 3, 44, tzinfo=UTC)),
        ("2026-03-01T09:14:00.250Z", datetime(2026, 3, 1, 9, 14, 0, 250_000, tzinfo=UTC)),
        (" 2026-03-01T09:14:00Z ", datetime(2026, 3, 1, 9, 14, tzinfo=UTC)),
        ("now", NOW),
        ("-90s", NOW - timedelta(seconds=90)),
        ("-30m", NOW - timedelta(minutes=30)),
        ("-1h", NOW - HOUR),
        ("-2d", NOW - timedelta(days=2)),
        ("-1w", NOW - timedelta(weeks=1)),
    ],
)
def test_a_time_is_rfc_3339_or_back_from_now_and_comes_out_in_utc(text: str, meant: datetime) -> None:
    moment = parse_time(text, NOW, "since")
    assert moment == meant
    assert moment.utcoffset() == timedelta(0)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("2026-03-01T09:14:00", "no offset"),
        ("2026-03-01", "no offset"),
        ("yesterday", "not a time"),
        ("09:14", "not a time"),
        ("1772518860", "not a time"),
        ("2026-13-01T00:00:00Z", "not a time"),
    ],
)
def test_any_other_time_is_refused_with_the_argument_and_an_example(text: str, said: str) -> None:
    with pytest.raises(InvalidRequestError, match=f"since .*{said}.*2026-03-01T09:14:00Z.*-1h"):
        parse_time(text, NOW, "since")


@pytest.mark.parametrize("text", ["-1", "-1x", "-1.5h", "- 1h", "-h", "--1h", "-1h30m", "1h"])
def test_a_time_back_of_another_form_is_refused_with_the_units(text: str) -> None:
    with pytest.raises(InvalidRequestError, match=r"baseline must be .*-1h.*units s m h d w"):
        parse_duration(text, "baseline")


@pytest.mark.parametrize(
    ("since", "until"),
    [
        ("-999999w", None),
        (None, "0001-01-01T00:00:00Z"),
        ("0001-01-01T00:00:00+05:00", None),
        (None, "9999-12-31T23:59:59-05:00"),
    ],
)
def test_a_time_beyond_the_calendar_is_refused_and_no_crash(since: str | None, until: str | None) -> None:
    with pytest.raises(InvalidRequestError):
        resolve_window(since, until, NOW)


def test_without_arguments_the_window_is_the_default_back_from_now_and_says_so() -> None:
    window, defaulted = resolve_window(None, None, NOW)
    assert (window.end, window.seconds, defaulted) == (NOW, WINDOW_DEFAULT_SECONDS, True)


@pytest.mark.parametrize(
    ("since", "until", "defaulted"), [("-2h", None, True), (None, "-1h", True), ("-2h", "-1h", False)]
)
def test_a_window_is_defaulted_if_either_end_is(since: str | None, until: str | None, defaulted: bool) -> None:
    window, told = resolve_window(since, until, NOW, default_seconds=3_600)
    assert told is defaulted
    assert window.seconds in (3_600, 7_200)


@pytest.mark.parametrize(("since", "until"), [("now", None), ("-1h", "-1h"), ("-1h", "-2h"), ("-0s", "now")])
def test_a_window_that_is_empty_or_reversed_is_refused(since: str, until: str | None) -> None:
    with pytest.raises(InvalidRequestError, match=r"since \(.*Z\) must lie before until \(.*Z\)"):
        resolve_window(since, until, NOW)


def test_the_longest_window_is_allowed_and_one_second_more_is_not() -> None:
    longest = format_time(NOW - timedelta(seconds=WINDOW_MAX_SECONDS))
    window, _ = resolve_window(longest, "now", NOW)
    assert window.seconds == WINDOW_MAX_SECONDS
    with pytest.raises(InvalidRequestError, match="over 90 days"):
        resolve_window(format_time(NOW - timedelta(seconds=WINDOW_MAX_SECONDS + 1)), "now", NOW)


def test_a_window_holds_its_start_and_not_its_end() -> None:
    window = Window(start=NOW - HOUR, end=NOW)
    assert NOW - HOUR in window
    assert NOW - timedelta(microseconds=1) in window
    assert NOW not in window


def test_windows_that_touch_share_no_moment() -> None:
    later = Window(start=NOW - HOUR, end=NOW)
    earlier = later.shifted(-3_600)
    assert earlier.end == later.start
    assert [later.start in one for one in (earlier, later)] == [False, True]


def test_the_night_in_which_clocks_change_has_no_effect() -> None:
    before, after = "2026-03-29T01:30:00+01:00", "2026-03-29T03:30:00+02:00"  # central Europe: one hour apart
    window, _ = resolve_window(before, after, NOW + timedelta(days=60))
    assert window.seconds == 3_600
    assert window.shifted(-86_400).seconds == 3_600


@pytest.mark.parametrize(
    ("moment", "text"),
    [
        (NOW, "2026-03-03T09:21:00Z"),
        (NOW.replace(microsecond=250_999), "2026-03-03T09:21:00.250Z"),
        (datetime.fromisoformat("2026-03-03T10:21:00+01:00"), "2026-03-03T09:21:00Z"),
    ],
)
def test_times_are_written_in_utc_and_read_back(moment: datetime, text: str) -> None:
    assert format_time(moment) == text
    assert format_time(parse_time(text, NOW, "since")) == text

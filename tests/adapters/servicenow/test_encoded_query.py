"""A value in an encoded query stays a value, or is refused."""

from datetime import UTC, datetime

import pytest

from opsloom.model.errors import InvalidRequestError
from opsloom.model.window import Window
from opsloom_adapters.servicenow import encoded_query

HOSTILE = (
    "x^ORsys_idISNOTEMPTY",
    "^NQactive=true",
    "a^b",
    "javascript:gs.getUserID()",
    "x JavaScript:1",
    "",
    "  ",
    "NULL",
)


@pytest.mark.parametrize("value", HOSTILE)
def test_what_cannot_be_quoted_is_refused(value: str) -> None:
    for condition in (encoded_query.equals, encoded_query.contains):
        with pytest.raises(InvalidRequestError, match="cannot quote"):
            condition("name", value)


@pytest.mark.parametrize("value", ["a=b", "50% off", "ORDERBYname", "a,b@c", "<b>", "d\u00e9j\u00e0 \u4f60"])
def test_anything_else_stays_as_it_is(value: str) -> None:
    assert encoded_query.equals("name", value) == f"name={value}"
    assert encoded_query.contains("name", value) == f"nameLIKE{value}"


def test_a_window_is_plain_utc_in_whole_seconds_that_hold_it() -> None:
    window = Window(
        start=datetime(2026, 3, 3, 8, 0, 0, 500_000, tzinfo=UTC), end=datetime(2026, 3, 3, 9, 0, 0, 1, tzinfo=UTC)
    )
    assert encoded_query.from_start("opened_at", window) == "opened_at>=2026-03-03 08:00:00"
    assert encoded_query.before_end("opened_at", window) == "opened_at<2026-03-03 09:00:01"


def test_or_binds_closer_than_and_and_the_order_ends_with_the_id() -> None:
    either = encoded_query.any_of("a=1", "b=2")
    query = encoded_query.all_of(either, "", encoded_query.none_of("state", ["6", "7"]))
    assert encoded_query.ordered(query, "DESCopened_at") == (
        "a=1^ORb=2^stateNOT IN6,7^ORDERBYDESCopened_at^ORDERBYsys_id"
    )


@pytest.mark.parametrize("text", ["javascript:gs.log(1)", " \nJAVASCRIPT:x"])
def test_a_text_that_servicenow_would_run_is_not_written(text: str) -> None:
    with pytest.raises(InvalidRequestError, match="comment must not begin with javascript:"):
        encoded_query.refuse_script(text, "comment")


def test_a_text_that_only_names_a_script_is_written() -> None:
    text = "do not use javascript: links"
    assert encoded_query.refuse_script(text, "comment") == text

"""What all wire models take alike."""

from collections.abc import Mapping
from datetime import UTC, datetime

import pytest
from pydantic import Field, ValidationError

from opsloom.adapter_api.json_shapes import CamelWire, Labels, Many, Text, Texts, UtcTime, Wire


class Owner(Wire):
    full_name: Text = ""


class Record(CamelWire):
    short_title: Text
    tag_list: Texts
    all_owners: Many[Owner]
    own_labels: Labels
    created_at: UtcTime = Field(default=datetime(2026, 3, 3, 9, 21, tzinfo=UTC))


def record(**said: object) -> Record:
    nulls: Mapping[str, object] = dict.fromkeys(("shortTitle", "tagList", "allOwners", "ownLabels"))
    return Record.model_validate({**nulls, **said})


def test_null_is_empty() -> None:
    heard = record()
    assert (heard.short_title, heard.tag_list, heard.all_owners, dict(heard.own_labels)) == ("", (), (), {})


def test_what_is_sent_is_kept_and_what_nobody_knows_ignored() -> None:
    heard = record(shortTitle="slow", tagList=["a"], allOwners=[{"full_name": "payments"}], ownLabels={"a": "b"}, new=1)
    assert (heard.short_title, heard.tag_list, heard.own_labels) == ("slow", ("a",), {"a": "b"})
    assert heard.all_owners == (Owner(full_name="payments"),)


@pytest.mark.parametrize("wrong", [{"shortTitle": 7}, {"tagList": "a"}, {"allOwners": [None]}, {"ownLabels": []}])
def test_another_shape_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        record(**wrong)


def test_a_field_that_is_left_out_is_no_null() -> None:
    with pytest.raises(ValidationError):
        Record.model_validate({})


def test_times_are_utc() -> None:
    assert record(createdAt="2026-03-03T10:21:00+01:00").created_at.isoformat() == "2026-03-03T09:21:00+00:00"


@pytest.mark.parametrize("at", ["0001-01-01T00:00:00+01:00", "9999-12-31T23:59:59-01:00"])
def test_a_time_beyond_the_calendar_is_a_wrong_answer(at: str) -> None:
    with pytest.raises(ValidationError, match="beyond the calendar"):
        record(createdAt=at)

"""Refs name any record of any provider, whatever its ids look like."""

import random

import pytest

from opsloom.model.errors import InvalidRequestError
from opsloom.model.record import Record
from opsloom.model.refs import Ref, RefKind

ODD_CHARACTERS = " %/:#?&=+@\\\"'<>[]{}|^~`\t\n.,;*()!$-_aZ09äß漢字😀\u200b\u202e"


@pytest.mark.parametrize(
    "native_id",
    [
        "4f2c",
        "AWS::X",
        "a b",
        "100%",
        "%2F",
        "a/b/c",
        "..",
        "?q=1&r=2#frag",
        "ключ",
        "😀",
        "line\nbreak",
        "arn:aws:cloudwatch:eu-1:alarm:High CPU/prod",
        "+",
    ],
)
@pytest.mark.parametrize("kind", RefKind)
def test_a_ref_survives_being_written_and_read(kind: RefKind, native_id: str) -> None:
    ref = Ref(kind, "am-eu", native_id)
    assert Ref.parse(str(ref)) == ref


def test_refs_of_ids_of_any_characters_are_one_to_one() -> None:
    choose = random.Random(20260303)  # noqa: S311  nothing is protected
    ids = {"".join(choose.choices(ODD_CHARACTERS, k=choose.randint(1, 12))) for _ in range(2_000)}
    written = {str(Ref(RefKind.TICKET, "jira", native_id)): native_id for native_id in ids}
    assert len(written) == len(ids)
    assert all(Ref.parse(text).native_id == native_id for text, native_id in written.items())


def test_a_written_ref_has_one_slash_and_nothing_that_a_shell_or_address_would_change() -> None:
    text = str(Ref(RefKind.ALERT, "am-eu", "a b/c?d#e&f'g"))
    assert text == "alert:am-eu/a%20b%2Fc%3Fd%23e%26f%27g"


@pytest.mark.parametrize(
    "text",
    ["", "alert", "alert:", "alert:am-eu", "alert:am-eu/", "alert:/x", "outage:am-eu/x", "ALERT:am-eu/x", "am-eu/x"],
)
def test_what_is_no_ref_is_refused_with_the_form_and_the_kinds(text: str) -> None:
    with pytest.raises(InvalidRequestError, match=r"kind:instance/id.*alert, deploy, ticket, service"):
        Ref.parse(text)


def test_a_record_writes_its_ref_as_text_and_reads_it_back() -> None:
    record = Record(ref=Ref(RefKind.SERVICE, "catalog", "Component:default/web shop"))
    assert record.model_dump(mode="json")["ref"] == "service:catalog/Component%3Adefault%2Fweb%20shop"
    assert Record.model_validate_json(record.model_dump_json()) == record


def test_a_record_refuses_a_field_that_it_does_not_have() -> None:
    with pytest.raises(ValueError, match="Extra inputs"):
        Record.model_validate({"ref": "alert:am-eu/1", "unknown": 1})

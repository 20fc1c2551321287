"""An action's digest, code and stored form."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsloom.approval.action import Action, heard_code, read_action, shown_code
from opsloom.audit.canonical import canonical_json
from opsloom.model.errors import InvalidRequestError
from tests.approval.lab import bench

CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CODES = st.text(CROCKFORD, min_size=8, max_size=8)


async def an_action(folder: Path) -> Action:
    async with bench(folder) as lab:
        return (await lab.propose()).action


async def test_what_is_stored_is_read_back_as_the_same_action(tmp_path: Path) -> None:
    action = await an_action(tmp_path)
    same = read_action(action.canonical, action.digest)
    assert (same, same.digest, same.code) == (action, action.digest, action.code)


async def test_every_field_is_in_the_digest(tmp_path: Path) -> None:
    action = await an_action(tmp_path)
    plain = action.model_dump(mode="json")
    assert set(json.loads(action.canonical)) == set(Action.model_fields)
    others: dict[str, Any] = {
        "id": "another", "arguments": {**plain["arguments"], "comment": "x"}, "preview": plain["preview"] + ".",
        "reason": "another", "approve_by": "2099-01-01T00:00:00Z", "policy_digest": "0" * 64, "demo": True,
        "requirement": {**plain["requirement"], "approvals": 2}, "plan": {**plain["plan"], "summary": "another"},
        "evidence": ["ev_1"], "undoes": "another", "verify_seconds": 1.0,
    }  # fmt: skip
    digests = {Action.model_validate({**plain, name: value}).digest for name, value in others.items()}
    assert len(digests | {action.digest}) == len(others) + 1


@pytest.mark.parametrize("record", ["null", "[]", "{}", "no JSON", ""])
def test_what_is_no_action_is_not_read(record: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        read_action(record, "0" * 64)


async def test_a_record_with_the_digest_of_another_is_not_read(tmp_path: Path) -> None:
    action = await an_action(tmp_path)
    changed = canonical_json({**json.loads(action.canonical), "preview": "all is well"})
    with pytest.raises(ValueError, match="does not have its digest"):
        read_action(changed, action.digest)


@given(CODES)
def test_a_code_is_understood_as_people_type_it(code: str) -> None:
    shown = shown_code(code)
    as_typed = shown.replace("1", "l").replace("0", "O").lower()
    assert heard_code(shown) == heard_code(code) == heard_code(f" {as_typed} ") == code


@pytest.mark.parametrize("text", ["", "K7Q2", "K7Q2-M3XU", "K7Q2-M3XD1", "K7Q2_M3XD", "\u0661" * 8, "K7Q2-M3X\u0130"])
def test_what_is_no_code_is_refused(text: str) -> None:
    with pytest.raises(InvalidRequestError, match="8 letters and digits"):
        heard_code(text)

"""One call that says what did it, where it starts, and what nobody could look at."""

from pathlib import Path

import pytest

from opsloom.adapter_api.call import Call
from opsloom.adapter_api.capabilities import AlertReader, DeployReader
from opsloom.model.errors import InvalidRequestError, UnavailableError
from tests.providers.scripted import scripted
from tests.tools.house import NOW, Rendered, demo, house


def section(answer: Rendered, name: str) -> list[dict[str, object]]:
    """The rows of one section."""
    rows = [dict(zip(answer["columns"], row, strict=True)) for row in answer["rows"]]
    return [row for row in rows if row["section"] == name]


async def test_the_incident_of_the_demo_starts_at_checkout_and_says_whom_to_call(tmp_path: Path) -> None:
    async with house(tmp_path, demo()) as asked:
        answer = await asked.ask("investigate")
    assert section(answer, "service")[0]["name"] == "checkout"
    assert answer["verdict"]["onset"] == "2026-03-03T09:12:00Z"
    assert section(answer, "owner")[0]["why"] == "on call: oncall-a until 2026-03-09T09:00:00Z"
    assert "storefront" in str(section(answer, "blast")[0]["name"])
    assert len(section(answer, "next")) == 2


async def test_every_suspect_cites_evidence_that_is_held(tmp_path: Path) -> None:
    async with house(tmp_path, demo()) as asked:
        answer = await asked.ask("investigate")
        cited = {ident for row in answer["rows"] for ident in row[-1] or ()}
        assert cited == set(answer["evidence"])
        assert cited
        assert not await asked.evidence.missing(cited)


async def test_the_alert_may_be_named_by_its_ref_or_its_service(tmp_path: Path) -> None:
    async with house(tmp_path, demo()) as asked:
        by_ref = await asked.ask("investigate", alert="alert:demo/a-7f31")
        by_service = await asked.ask("investigate", service="checkout")
    assert by_ref["verdict"] == by_service["verdict"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"alert": "alert:demo/a-7f31", "service": "checkout"}, "either alert or service"),
        ({"alert": "deploy:demo/1"}, "must be the ref of a record of kind alert"),
        ({"since": "2026-03-04T00:00:00Z"}, "since must lie before until"),
    ],
)
async def test_a_wrong_argument_is_refused(tmp_path: Path, arguments: dict[str, str], said: str) -> None:
    async with house(tmp_path, demo()) as asked:
        with pytest.raises(InvalidRequestError, match=said):
            await asked.ask("investigate", **arguments)


async def test_a_service_that_nobody_names_is_said_to_be_one(tmp_path: Path) -> None:
    async with house(tmp_path, demo()) as asked:
        slip = await asked.ask("investigate", service="checkuot")
        quiet = await asked.ask("investigate", service="payments")
    assert section(slip, "unchecked")[0]["name"] == (
        "checkuot: nothing that was heard names a service so; did you mean checkout?"
    )
    assert "names a service so" not in str(quiet["rows"])


async def test_a_source_that_is_silent_is_named_and_no_change_is_never_said_without_it(tmp_path: Path) -> None:
    async def silent(_method: str, _asked: object, _call: Call) -> None:
        raise UnavailableError("nobody answers", instance="other")

    other = scripted("other", silent, capabilities=(DeployReader, AlertReader))
    async with house(tmp_path, demo(), other) as asked:
        answer = await asked.ask("investigate", service="checkout")
    unchecked = [row["name"] for row in section(answer, "unchecked")]
    assert answer["status"] == "partial"
    assert "changes: NOT heard from other (unavailable)" in unchecked
    assert "no recorded change" not in answer["verdict"]["told"]


async def test_nothing_that_happened_after_the_present_is_seen(tmp_path: Path) -> None:
    async with house(tmp_path, demo()) as asked:
        answer = await asked.ask("investigate", service="checkout", until="2026-03-03T09:05:00Z")
    assert answer["verdict"]["kind"] == "inconclusive"
    assert answer["window"]["to"] == "2026-03-03T09:05:00Z" < NOW.isoformat()

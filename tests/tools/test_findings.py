"""A finding stands on evidence that we hold, or is refused."""

from pathlib import Path
from typing import Any

import pytest

from opsloom.model.errors import InvalidRequestError
from tests.tools.house import House, demo, house, record

UNKNOWN_EVIDENCE = "ev_aaaaaaaaaaaaaaaa"


async def evidence_of(asked: House) -> list[str]:
    idents: list[str] = (await asked.ask("search_alerts"))["evidence"]
    assert idents
    return idents


@pytest.mark.parametrize("kind", ["observed", "inferred", "ruled_out", "unknown"])
async def test_a_finding_on_evidence_that_we_hold_is_recorded(tmp_path: Path, kind: str) -> None:
    async with house(tmp_path, demo()) as asked:
        evidence = await evidence_of(asked)
        answer = await asked.ask(
            "record_finding", claim="errors rose at 09:12", kind=kind, evidence=evidence * 2, confidence=0.8
        )
        (finding,) = await asked.investigations.findings_of(answer["investigation"])
    told = {"id": finding.id, "kind": kind, "confidence": 0.8, "claim": "errors rose at 09:12"}
    assert record(answer) == told
    assert answer["evidence"] == list(finding.evidence) == evidence
    assert (finding.author, finding.investigation) == ("oncall-a", answer["investigation"])


@pytest.mark.parametrize("kind", ["observed", "unknown"])
async def test_a_finding_on_evidence_that_we_do_not_hold_is_refused_and_not_recorded(tmp_path: Path, kind: str) -> None:
    async with house(tmp_path, demo()) as asked:
        evidence = await evidence_of(asked)
        with pytest.raises(
            InvalidRequestError, match=f"holds no evidence {UNKNOWN_EVIDENCE}\\. .*nothing was recorded"
        ):
            await asked.ask("record_finding", claim="x", kind=kind, evidence=[*evidence, UNKNOWN_EVIDENCE])
        investigation = (await asked.context()).investigation
        assert await asked.investigations.findings_of(investigation) == []


@pytest.mark.parametrize("kind", ["observed", "inferred", "ruled_out"])
async def test_only_what_is_unknown_may_stand_on_nothing(tmp_path: Path, kind: str) -> None:
    async with house(tmp_path, demo()) as asked:
        with pytest.raises(InvalidRequestError, match=f"kind {kind} must cite evidence; only 'unknown' may cite none"):
            await asked.ask("record_finding", claim="x", kind=kind, evidence=[])
        answer = await asked.ask("record_finding", claim="why the pool is so small", kind="unknown", evidence=[])
    assert record(answer)["confidence"] is None


@pytest.mark.parametrize("written", ["{0},{0}", '["{0}"]', "{0}"])
async def test_evidence_may_be_cited_as_text(tmp_path: Path, written: str) -> None:
    async with house(tmp_path, demo()) as asked:
        (ident,) = await evidence_of(asked)
        answer = await asked.ask("record_finding", claim="x", kind="observed", evidence=written.format(ident))
    assert answer["evidence"] == [ident]


async def test_evidence_comes_back_by_id_and_by_investigation(tmp_path: Path) -> None:
    async with house(tmp_path, demo()) as asked:
        found = await asked.ask("search_alerts", service="checkout")
        await asked.ask("search_deploys")
        by_id = await asked.ask("get_evidence", ids=found["evidence"])
        by_investigation = await asked.ask("get_evidence", investigation=found["investigation"])
    row = record(by_id)
    assert row["id"] == found["evidence"][0]
    assert row["request"].startswith("READ recording:checkout/alerts.jsonl?service=checkout")
    assert "CheckoutHighErrorRate" in row["payload"]
    assert len(by_investigation["rows"]) == 2
    assert by_investigation["rows"][0][0] == row["id"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({}, "give ids or investigation"),
        ({"ids": []}, "give ids or investigation"),
        ({"ids": [UNKNOWN_EVIDENCE]}, f"holds no evidence {UNKNOWN_EVIDENCE}"),
        ({"investigation": "inv_0000000000"}, "investigation is not known here"),
    ],
)
async def test_evidence_that_is_not_there_is_refused(tmp_path: Path, arguments: dict[str, Any], said: str) -> None:
    async with house(tmp_path, demo()) as asked:
        with pytest.raises(InvalidRequestError, match=said):
            await asked.ask("get_evidence", **arguments)


async def test_many_payloads_share_the_answer(tmp_path: Path) -> None:
    async with house(tmp_path, demo()) as asked:
        for limit in range(1, 21):
            found = await asked.ask("search_logs", limit=limit)
        answer = await asked.ask("get_evidence", investigation=found["investigation"])
    assert answer["total"] >= 20
    assert answer["shown"] >= 10

"""Guarantee: a finding cites evidence that is held, or is refused; nothing of a refused one is kept."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.server.serving import ERAS, answer_of, connected, demo, text_of

FORGED = ["ev_aaaaaaaaaaaaaaaa", "ev_", "", "' OR 1=1 --", "ev_%", "alert:demo/a-7f31"]


@pytest.mark.parametrize("era", ERAS)
@pytest.mark.parametrize("forged", FORGED)
@pytest.mark.parametrize("beside_a_real_one", [False, True])
async def test_one_forged_citation_refuses_the_whole_finding(
    tmp_path: Path, era: str, forged: str, beside_a_real_one: bool
) -> None:
    async with connected(demo(tmp_path), era) as client:
        answer = answer_of(await client.call_tool("search_alerts", {}))
        cited = [*(answer["evidence"] if beside_a_real_one else []), forged]
        finding: dict[str, Any] = {"claim": "The database did it.", "kind": "observed", "evidence": cited}
        result = await client.call_tool("record_finding", finding)
        [kept] = (await client.read_resource(f"ops://investigations/{answer['investigation']}")).contents
    assert result.is_error
    assert "nothing was recorded" in text_of(result)
    assert json.loads(kept.text)["findings"] == []


async def test_evidence_of_another_workspace_is_unknown_here(tmp_path: Path) -> None:
    async with connected(demo(tmp_path / "a"), ERAS[0]) as client:
        elsewhere = answer_of(await client.call_tool("search_alerts", {}))["evidence"]
    async with connected(demo(tmp_path / "b"), ERAS[0]) as client:
        finding = {"claim": "x", "kind": "observed", "evidence": elsewhere}
        assert (await client.call_tool("record_finding", finding)).is_error


async def test_a_finding_says_who_recorded_it_on_what_and_when(tmp_path: Path) -> None:
    async with connected(demo(tmp_path), ERAS[1], "auditing-client") as client:
        answer = answer_of(await client.call_tool("search_alerts", {}))
        finding = {"claim": "Checkout fails.", "kind": "observed", "evidence": answer["evidence"]}
        answer_of(await client.call_tool("record_finding", finding))
        [kept] = (await client.read_resource(f"ops://investigations/{answer['investigation']}")).contents
    [recorded] = json.loads(kept.text)["findings"]
    assert recorded["evidence"] == answer["evidence"]
    assert recorded["author"].endswith("via auditing-client")
    assert recorded["at"]

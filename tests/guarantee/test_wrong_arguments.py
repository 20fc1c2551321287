"""Guarantee: a misspelt, missing or wrong argument is refused with the valid names, and never ignored."""

from pathlib import Path
from typing import Any

import pytest

from opsloom.tools import TOOLS
from tests.server.serving import ERAS, connected, demo, everything, text_of

REQUIRED: dict[str, dict[str, Any]] = {
    "get_owner": {"service": "checkout"},
    "get_record": {"ref": "alert:demo/a-7f31"},
    "get_evidence": {"ids": []},
    "record_finding": {"claim": "x", "kind": "unknown", "evidence": []},
}
WRONG: list[tuple[str, dict[str, Any], str]] = [
    ("search_alerts", {"status": "burning"}, "'firing'"),
    ("search_alerts", {"severity": "bad"}, "'critical'"),
    ("search_alerts", {"limit": 0}, "greater than or equal to 1"),
    ("search_alerts", {"limit": "many"}, "valid integer"),
    ("search_alerts", {"since": "yesterday"}, "RFC 3339"),
    ("search_alerts", {"since": "2026-03-03T09:00:00"}, "offset"),
    ("search_alerts", {"since": "-1h", "until": "-2h"}, "must lie before"),
    ("search_alerts", {"since": "-500d"}, "90 days"),
    ("search_alerts", {"cursor": "garbage"}, "'next' of an earlier answer"),
    ("search_deploys", {"kind": "push"}, "'deploy'"),
    ("search_logs", {"severity": "loud"}, "'error'"),
    ("search_tickets", {"status": "stuck"}, "'open'"),
    ("query_metrics", {"metric": "a", "promql": "b"}, "either metric or promql"),
    ("query_metrics", {"aggregate": "median"}, "'p99'"),
    ("query_metrics", {"metric": "http_error_ratio", "baseline": "yesterday"}, "-1d"),
    ("get_owner", {}, "either service or path"),
    ("get_owner", {"service": "a", "path": "b"}, "either service or path"),
    ("get_record", {}, "'ref' is missing"),
    ("get_record", {"ref": "a-7f31"}, "kind:instance/id"),
    ("get_record", {"ref": "alert:nobody/a-7f31"}, "instances that can: demo"),
    ("get_evidence", {}, "ids or investigation"),
    ("record_finding", {"claim": "x", "kind": "guess", "evidence": []}, "'observed'"),
    ("record_finding", {"claim": "x", "kind": "observed", "evidence": []}, "must cite evidence"),
    ("record_finding", {"claim": "x", "kind": "unknown", "evidence": [], "confidence": 7}, "less than or equal to 1"),
]


@pytest.mark.parametrize("era", ERAS)
@pytest.mark.parametrize("tool", TOOLS)
async def test_an_unknown_argument_is_refused_with_the_valid_names(tmp_path: Path, era: str, tool: str) -> None:
    arguments = {**REQUIRED.get(tool, {}), "investigaton": "x"}
    async with connected(everything(tmp_path), era) as client:
        result = await client.call_tool(tool, arguments)
    assert result.is_error
    assert "unknown argument 'investigaton' (did you mean 'investigation'?)" in text_of(result)
    assert all(name in text_of(result) for name in TOOLS[tool].arguments.model_fields)


@pytest.mark.parametrize("era", ERAS)
@pytest.mark.parametrize(("tool", "arguments", "told"), WRONG)
async def test_a_wrong_value_is_refused_and_the_valid_ones_are_named(
    tmp_path: Path, era: str, tool: str, arguments: dict[str, Any], told: str
) -> None:
    async with connected(demo(tmp_path), era) as client:
        result = await client.call_tool(tool, arguments)
    assert result.is_error
    assert told in text_of(result)

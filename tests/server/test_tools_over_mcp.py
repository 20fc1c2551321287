"""The tools as a client sees them, in both protocol eras."""

from pathlib import Path

import pytest

from opsloom.tools import TOOLS
from opsloom.tools.answer import to_json
from tests.server.serving import ERAS, answer_of, connected, demo, rows_of, text_of

pytestmark = pytest.mark.parametrize("era", ERAS)


async def test_the_incident_can_be_followed_from_the_overview_to_a_finding(era: str, tmp_path: Path) -> None:
    async with connected(demo(tmp_path), era) as client:
        overview = answer_of(await client.call_tool("overview", {}))
        alert = next(row for row in rows_of(overview) if row["section"] == "alert")
        assert alert["service"] == "checkout"
        series = answer_of(
            await client.call_tool("query_metrics", {"metric": "http_error_ratio", "service": "checkout"})
        )
        assert rows_of(series)[0]["stepped_at"] == "2026-03-03T09:12:00Z"
        changes = rows_of(answer_of(await client.call_tool("search_deploys", {"since": "-2h"})))
        assert [change["kind"] for change in changes] == ["flag", "deploy", "config"]
        finding = answer_of(
            await client.call_tool(
                "record_finding",
                {"claim": "The flag did it.", "kind": "inferred", "evidence": series["evidence"], "confidence": 0.8},
            )
        )
    assert finding["investigation"] == overview["investigation"]
    assert finding["evidence"] == series["evidence"]


async def test_every_answer_is_marked_as_demo_and_says_the_same_in_text_and_structure(era: str, tmp_path: Path) -> None:
    async with connected(demo(tmp_path), era) as client:
        for tool in ("overview", "search_alerts", "search_deploys", "search_tickets", "search_logs", "query_metrics"):
            result = await client.call_tool(tool, {})
            assert answer_of(result)["demo"] is True
            assert text_of(result) == to_json(result.structured_content)


async def test_a_finding_that_cites_unknown_evidence_is_refused_and_nothing_is_kept(era: str, tmp_path: Path) -> None:
    async with connected(demo(tmp_path), era) as client:
        arguments = {"claim": "It was the database.", "kind": "observed", "evidence": ["ev_aaaaaaaaaaaaaaaa"]}
        result = await client.call_tool("record_finding", arguments)
        assert result.is_error
        assert "ev_aaaaaaaaaaaaaaaa" in text_of(result)
        investigation = answer_of(await client.call_tool("overview", {}))["investigation"]
        [content] = (await client.read_resource(f"ops://investigations/{investigation}")).contents
    assert '"findings":[]' in content.text


async def test_every_tool_is_published_with_all_four_hints_and_a_closed_schema(era: str, tmp_path: Path) -> None:
    async with connected(demo(tmp_path), era) as client:
        tools = (await client.list_tools()).tools
    assert tools[0].name == "overview"
    for tool in tools:
        hints = tool.annotations
        assert hints is not None
        assert None not in (
            hints.read_only_hint,
            hints.destructive_hint,
            hints.idempotent_hint,
            hints.open_world_hint,
        )
        assert hints.read_only_hint is (tool.name != "record_finding" and not TOOLS[tool.name].changes)
        assert tool.input_schema["type"] == "object"
        assert tool.input_schema["additionalProperties"] is False


async def test_an_unknown_tool_is_refused_with_the_nearest_name(era: str, tmp_path: Path) -> None:
    async with connected(demo(tmp_path), era) as client:
        result = await client.call_tool("serch_alerts", {})
    assert result.is_error
    assert "Did you mean search_alerts?" in text_of(result)


async def test_a_tool_that_no_instance_serves_is_not_there(era: str, tmp_path: Path) -> None:
    settings = demo(tmp_path).model_copy(update={"instances": {}})
    async with connected(settings, era) as client:
        names = {tool.name for tool in (await client.list_tools()).tools}
    assert names == {"get_evidence", "record_finding"}


async def test_another_person_picks_an_investigation_up_by_its_handle(era: str, tmp_path: Path) -> None:
    async with connected(demo(tmp_path), era, "first") as client:
        first = answer_of(await client.call_tool("search_alerts", {}))
    async with connected(demo(tmp_path), era, "second") as client:
        own = answer_of(await client.call_tool("search_tickets", {}))
        handed = answer_of(await client.call_tool("overview", {"investigation": first["investigation"]}))
        following = answer_of(await client.call_tool("search_logs", {}))
        evidence = answer_of(await client.call_tool("get_evidence", {"investigation": first["investigation"]}))
    assert own["investigation"] != first["investigation"]
    assert handed["investigation"] == following["investigation"] == first["investigation"]
    assert set(first["evidence"]) <= set(evidence["evidence"])


async def test_an_investigation_that_was_made_up_is_refused(era: str, tmp_path: Path) -> None:
    async with connected(demo(tmp_path), era) as client:
        result = await client.call_tool("overview", {"investigation": "inv_0000000000"})
    assert result.is_error
    assert "investigation is not known here" in text_of(result)

"""A real incident, asked about over MCP: a bad deploy, what opsloom says of it, and what the log says of opsloom."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import anyio
import pytest

from opsloom.audit.verify import verify
from opsloom.providers.settings import Settings, load_settings
from tests.bed.bed import Bed
from tests.bed.settings import settings as toml_of
from tests.server.serving import answer_of, connected, rows_of

PARTS = ("prometheus", "alertmanager", "roundup", "journal", "repository", "catalog", "shop")
ALERT_SECONDS = 20.0


@pytest.fixture
def settings(bed: Bed, tmp_path: Path) -> Iterator[Settings]:
    """The whole bed, with a workspace of this test's own."""
    bed.need(*PARTS)
    file = tmp_path / "opsloom.toml"
    file.write_text(toml_of(bed, PARTS))
    loaded = load_settings(file)
    workspace = loaded.workspace.model_copy(update={"path": tmp_path / "workspace"})
    yield loaded.model_copy(update={"workspace": workspace})
    bed.shop.restore()


async def test_a_bad_deploy_is_found_from_the_alert_to_its_diff_and_its_owner(bed: Bed, settings: Settings) -> None:
    async with connected(settings, "2026-07-28") as client:

        async def ask(tool: str, **arguments: Any) -> dict[str, Any]:
            answer = answer_of(await client.call_tool(tool, arguments))
            assert answer["status"] in ("ok", "empty"), answer["sources"]
            assert "demo" not in answer
            return answer

        with anyio.fail_after(ALERT_SECONDS):  # alerts of an earlier test of this bed may linger
            while rows_of(await ask("search_alerts", service="checkout")):
                await anyio.sleep(0.3)
        bed.shop.deploy("checkout", "2.42.0")
        with anyio.fail_after(ALERT_SECONDS):
            while not (alerts := rows_of(await ask("search_alerts", service="checkout", status="firing"))):
                await anyio.sleep(0.3)
        assert {alert["ref"].split(":")[0] for alert in alerts} == {"alert"}
        assert all(alert["link"].startswith("http://127.0.0.1") for alert in alerts)

        record = await ask("get_record", ref=alerts[0]["ref"])
        assert dict(record["rows"])["service"] == "checkout"

        changes = rows_of(await ask("search_deploys", service="checkout", since="-10m", kind="deploy"))
        assert changes[0]["version"] == "2.42.0"
        diff = dict((await ask("get_record", ref=changes[0]["ref"], detail="full"))["rows"])["diff"]
        assert diff.startswith("diff --git")

        series = await ask(
            "query_metrics", metric="http_requests_total", service="checkout", since="-5m", aggregate="rate",
            group_by=["code"],
        )  # fmt: skip
        assert {row["labels"] for row in rows_of(series)} >= {"code=200", "code=500"}

        owner = rows_of(await ask("get_owner", service="checkout"))
        facts = {row["fact"] for row in owner}
        assert {"team", "on_call", "escalation", "upstream", "downstream"} <= facts

        assert rows_of(await ask("search_logs", service="checkout", severity="error"))
        assert rows_of(await ask("search_tickets", query="checkout"))
        overview = await ask("overview")
        assert {row["section"] for row in rows_of(overview)} >= {"alert", "change", "ticket"}

        finding = {"claim": "checkout 2.42.0 did it", "kind": "inferred", "evidence": record["evidence"]}
        answer_of(await client.call_tool("record_finding", finding))
    report = verify(settings.workspace.path)
    assert report.ok, report.lines()
    assert not report.calls_without_end
    assert report.signed == report.records


async def test_a_dead_back_end_beside_living_ones_is_named(bed: Bed, settings: Settings) -> None:
    dead = {"adapter": "alertmanager", "base_url": "http://127.0.0.1:9"}
    instances = {**settings.instances, "am-dead": dead}
    async with connected(settings.model_copy(update={"instances": instances}), "legacy") as client:
        answer = answer_of(await client.call_tool("search_alerts", {}))
        overview = answer_of(await client.call_tool("overview", {}))
    assert answer["status"] == overview["status"] == "partial"
    assert any("NOT heard from am-dead; this is no all-clear" in note for note in overview["notes"])

"""One call over the real bed: a bad deploy is convicted by its metrics, its diff and its time."""

from pathlib import Path
from typing import Any

import anyio
import pytest
from mcp import Client

from opsloom.providers.settings import Settings
from tests.bed.bed import Bed
from tests.scenario.shift import settings_of
from tests.server.serving import answer_of, connected, rows_of

PARTS = ("prometheus", "alertmanager", "journal", "repository", "catalog", "shop")
ALERT_SECONDS = 40.0
HISTORY_SECONDS = 45.0


@pytest.fixture
def settings(bed: Bed, tmp_path: Path) -> Settings:
    bed.need(*PARTS)
    return settings_of(bed, tmp_path)


async def ask(client: Client, tool: str, **arguments: Any) -> dict[str, Any]:
    return answer_of(await client.call_tool(tool, arguments))


def settled(answer: dict[str, Any]) -> bool:
    """Whether the samples tell the service where it began from those that suffer; a busy machine takes longer."""
    first = next((row["name"] for row in rows_of(answer) if row["section"] == "service"), None)
    return answer["verdict"]["kind"] == "change" and first == "checkout"


async def test_the_bad_deploy_is_the_first_suspect_and_its_service_the_primary_one(
    bed: Bed, settings: Settings
) -> None:
    async with connected(settings, "2026-07-28") as client:
        await quiet_for_long_enough(client)
        bed.shop.deploy("checkout", "2.42.0")
        try:
            with anyio.fail_after(ALERT_SECONDS):
                while not rows_of(await ask(client, "search_alerts", service="checkout", status="firing")):
                    await anyio.sleep(0.3)
                answer = await ask(client, "investigate", service="checkout", since="-2m")
                while not settled(answer):  # until there are samples enough
                    await anyio.sleep(1)
                    answer = await ask(client, "investigate", service="checkout", since="-2m")
        finally:
            bed.shop.restore()
    rows = rows_of(answer)
    first = {section: next(row for row in rows if row["section"] == section) for section in ("service", "change")}
    assert first["service"]["name"] == "checkout"
    assert "2.42.0" in first["change"]["name"]
    assert "it lowers POOL_SIZE from 20 to 2" in first["change"]["why"]
    assert first["change"]["ref"].startswith("deploy:repository/")
    assert any(row["section"] == "owner" for row in rows)
    assert set(answer["evidence"]) >= set(first["change"]["evidence"])


async def quiet_for_long_enough(client: Client) -> None:
    """Until nothing fires and there are samples to know what is normal."""
    with anyio.fail_after(ALERT_SECONDS + HISTORY_SECONDS):
        while rows_of(await ask(client, "search_alerts", service="checkout")):
            await anyio.sleep(0.5)
        while True:
            found = rows_of(await ask(client, "query_metrics", metric="up", since="-40s"))
            if found and sum(point is not None for point in found[0]["points"]) >= len(found[0]["points"]) - 2:
                return
            await anyio.sleep(1)

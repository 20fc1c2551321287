"""The shop's repository of the test bed: made by somebody who does not know the adapter."""

from datetime import UTC, datetime, timedelta
from typing import Any

from opsloom.model.deploys import ChangeKind
from tests.adapters.git.asking import get, owners, search
from tests.bed.bed import Bed

SETTINGS: dict[str, Any] = {
    "config_paths": ["config/**"],
    "flag_paths": ["flags/**"],
    "services": {f"services/{name}": name for name in ("frontend", "checkout", "payments", "inventory", "database")},
}


async def test_the_last_two_hours_of_the_shop_are_told_in_order(bed: Bed) -> None:
    now = datetime.now(UTC)
    page = await search(bed.repository, window=(now - timedelta(hours=2), now), **SETTINGS)
    told = [(row.kind, row.service) for row in page.rows]
    assert [one for one in told if one[0] in (ChangeKind.CONFIG, ChangeKind.FLAG)] == [
        (ChangeKind.CONFIG, None),
        (ChangeKind.FLAG, None),
    ]
    assert (ChangeKind.DEPLOY, "inventory") in told


async def test_tags_and_the_deployments_file_tell_the_same_deploys(bed: Bed) -> None:
    now = datetime.now(UTC)
    window = (now - timedelta(days=60), now)
    by_tags = await search(bed.repository, window=window, **SETTINGS)
    both = await search(bed.repository, window=window, deployments_file="deployments.jsonl", **SETTINGS)
    assert {row.ref for row in by_tags.rows} <= {row.ref for row in both.rows}
    [checkout, *_] = (
        await search(bed.repository, window=window, of_service="checkout", kinds={ChangeKind.DEPLOY}, **SETTINGS)
    ).rows
    assert checkout.previous_version
    assert all(name.startswith("services/checkout/") for name in checkout.files)
    assert "services/checkout/" in (await get(bed.repository, checkout.ref.native_id, **SETTINGS)).diff


async def test_the_owners_of_a_file_of_the_shop_are_named(bed: Bed) -> None:
    [row] = (await owners(bed.repository, path="services/checkout/checkout.py", **SETTINGS)).rows
    assert [team.name for team in row.teams] == ["checkout", "checkout-lead@example.com"]
    assert row.service is not None
    assert row.service.name == "checkout"

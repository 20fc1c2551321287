"""In the shop of the test bed: the rollback is told, the deploy system follows, and the errors end."""

from datetime import UTC, datetime

import pytest

from opsloom.model.changes import ChangeRevision, Sight
from opsloom.model.deploys import ChangeKind
from tests.adapters.git.asking import get
from tests.adapters.git.rolling import BY_TAG, apply, call_at, observe, order_of, plan
from tests.bed.bed import Bed
from tests.bed.http_client import client
from tests.bed.shop.world import INITIAL_VERSIONS, NEXT_VERSIONS

GOOD, BAD = INITIAL_VERSIONS["checkout"], NEXT_VERSIONS["checkout"]


@pytest.fixture
def shop_with_a_bad_checkout(bed: Bed) -> Bed:
    bed.shop.deploy("checkout", BAD)
    return bed


def failures_of_ten(bed: Bed) -> int:
    with client(bed.shop.urls["checkout"]) as checkout:
        return sum(checkout.get("/").is_server_error for _ in range(10))


async def test_a_rolled_back_checkout_is_healthy_again(shop_with_a_bad_checkout: Bed) -> None:
    bed = shop_with_a_bad_checkout
    try:
        made = await plan(bed.repository, ChangeRevision(service="checkout"), call_at(datetime.now(UTC)), **BY_TAG)
        assert (made.effects[0].before, made.effects[0].after) == (BAD, GOOD)
        assert "checkout: keep fewer connections to payments" in made.affects[0]
        order = order_of(made)
        receipt = await apply(bed.repository, order, call_at(datetime.now(UTC)), **BY_TAG)
        newest = await get(bed.repository, receipt.native_id)
        assert (newest.kind, newest.version, newest.previous_version) == (ChangeKind.ROLLBACK, GOOD, BAD)
        assert (await observe(bed.repository, order, **BY_TAG)).sight is Sight.PRESENT
        assert bed.shop.running_version("checkout") == BAD  # what git says and what runs are two things
        bed.shop.follow_tags("checkout")
        assert bed.shop.running_version("checkout") == GOOD
        assert failures_of_ten(bed) == 0
    finally:
        bed.shop.restore()

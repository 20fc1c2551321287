"""The bed itself: the world that the other tests look at has to be a real one."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from tests.bed.bed import Bed
from tests.bed.http_client import client
from tests.bed.polling import wait_until
from tests.bed.shop.shop import Shop
from tests.bed.shop.world import INITIAL_VERSIONS, NEXT_VERSIONS

FIRES_WITHIN_SECONDS = 20
CLEARS_WITHIN_SECONDS = 30
# The rules look back 5 s and wait 2 s; whatever ended before that would show by now
_RULES_LOOK_BACK = timedelta(seconds=8)
_BAD, _GOOD = NEXT_VERSIONS["checkout"], INITIAL_VERSIONS["checkout"]


@pytest.fixture
def shop(bed: Bed) -> Iterator[Shop]:
    """A healthy shop that is watched, and put right again."""
    bed.need("prometheus", "alertmanager")
    wait_until_healthy(bed)
    yield bed.shop
    bed.shop.restore()
    wait_until_healthy(bed)


def alerting(bed: Bed) -> set[tuple[str, str]]:
    """Which alert Alertmanager has for which service, told by Prometheus: other tests tell it things, too."""
    with client(bed.alertmanager.url) as alertmanager:
        alerts = alertmanager.get("/api/v2/alerts").raise_for_status().json()
    return {
        (alert["labels"]["alertname"], alert["labels"]["service"])
        for alert in alerts
        if alert.get("generatorURL", "").startswith(bed.prometheus.url)
    }


def rules_have_seen(bed: Bed, moment: datetime) -> bool:
    """Whether Prometheus decided about alerts on nothing but data from after ``moment``."""
    with client(bed.prometheus.url) as prometheus:
        groups = prometheus.get("/api/v1/rules").raise_for_status().json()["data"]["groups"]
    return all(datetime.fromisoformat(group["lastEvaluation"]) > moment + _RULES_LOOK_BACK for group in groups)


def wait_until_healthy(bed: Bed) -> None:
    wait_until(lambda: not alerting(bed), within_seconds=CLEARS_WITHIN_SECONDS, what="a shop without alerts")


def wait_for_alert(bed: Bed) -> None:
    wait_until(
        lambda: ("HighErrorRatio", "checkout") in alerting(bed),
        within_seconds=FIRES_WITHIN_SECONDS,
        what="the alert of a bad checkout",
    )


def wait_for_rules(bed: Bed, moment: datetime) -> None:
    wait_until(lambda: rules_have_seen(bed, moment), within_seconds=CLEARS_WITHIN_SECONDS, what="new decisions")


def test_a_bad_deploy_fires_an_alert_that_only_its_rollback_clears(bed: Bed, shop: Shop) -> None:
    shop.deploy("checkout", _BAD)
    wait_for_alert(bed)
    assert shop.running_version("checkout") == _BAD

    shop.deploy("payments", NEXT_VERSIONS["payments"])
    wait_for_rules(bed, datetime.now(UTC))
    assert shop.running_version("payments") == NEXT_VERSIONS["payments"]
    assert ("HighErrorRatio", "checkout") in alerting(bed)

    shop.deploy("checkout", _GOOD)
    wait_until_healthy(bed)
    assert shop.running_version("checkout") == _GOOD


def test_a_rollback_that_was_only_announced_changes_nothing(bed: Bed, shop: Shop) -> None:
    shop.deploy("checkout", _BAD)
    wait_for_alert(bed)

    shop.announce("checkout", _GOOD)
    wait_for_rules(bed, datetime.now(UTC))

    last_line = (bed.repository / "deployments.jsonl").read_text("utf-8").splitlines()[-1]
    assert f'"version": "{_GOOD}"' in last_line
    assert shop.running_version("checkout") == _BAD
    assert ("HighErrorRatio", "checkout") in alerting(bed)


def test_callers_of_a_bad_service_alert_too(bed: Bed, shop: Shop) -> None:
    shop.deploy("checkout", _BAD)
    wait_until(
        lambda: {service for _, service in alerting(bed)} == {"checkout", "frontend"},
        within_seconds=FIRES_WITHIN_SECONDS,
        what="alerts of checkout and of frontend, which calls it",
    )


def test_prometheus_sees_who_calls_whom_and_which_version_runs(bed: Bed) -> None:
    bed.need("prometheus")
    with client(bed.prometheus.url) as prometheus:

        def label_values(query: str, *labels: str) -> set[tuple[str, ...]]:
            answer = prometheus.get("/api/v1/query", params={"query": query}).raise_for_status().json()
            found = [series["metric"] for series in answer["data"]["result"]]
            return {tuple(metric[label] for label in labels) for metric in found}

        wait_until(
            lambda: (
                label_values("traces_service_graph_request_total", "client", "server")
                == {
                    ("frontend", "checkout"),
                    ("checkout", "payments"),
                    ("checkout", "inventory"),
                    ("inventory", "database"),
                }
            ),
            within_seconds=FIRES_WITHIN_SECONDS,
            what="the calls of the shop",
        )
        assert label_values("build_info", "service", "version") == {
            (service, bed.shop.deployed_version(service)) for service in INITIAL_VERSIONS
        }

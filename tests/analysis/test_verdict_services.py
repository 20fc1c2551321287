"""At which service an incident starts."""

from dataclasses import replace
from datetime import timedelta

import pytest

from opsloom.analysis.scene import Cited
from opsloom.analysis.verdict import VerdictKind, judge
from opsloom.model.metrics import MetricKind
from tests.analysis.incident import ALERTED_AT, edges, requests, scene, series

CHAIN = edges(("shop", "orders"), ("orders", "stock"))


def test_the_deepest_slow_service_is_primary_and_its_callers_suffer() -> None:
    verdict = judge(scene([series("shop", 0.2, 0.7), series("orders", 0.1, 0.6), series("stock", 0.01, 0.5)], CHAIN))
    assert verdict.kind is VerdictKind.SERVICE
    assert verdict.services[0].service == "stock"
    assert verdict.blast == ("orders", "shop")
    orders = next(suspect for suspect in verdict.services if suspect.service == "orders")
    assert any("stock explains" in reason for reason in orders.against)


def test_a_callee_that_is_oddly_but_hardly_slower_does_not_explain_its_caller() -> None:
    verdict = judge(scene([series("shop", 0.2, 0.7), series("orders", 0.1, 0.6), series("stock", 0.001, 0.003)], CHAIN))
    assert verdict.services[0].service == "orders"


def test_a_saturated_service_is_not_explained_by_its_slow_callee() -> None:
    measured = [
        series("shop", 0.2, 0.7),
        series("orders", 0.1, 0.6),
        series("orders", 10, 95, metric="cpu", kind=MetricKind.SATURATION),
        series("stock", 0.01, 0.03),
    ]
    assert judge(scene(measured, CHAIN)).services[0].service == "orders"


def test_an_alert_for_failures_is_explained_by_failures_first() -> None:
    measured = [
        series("orders", 100, 97, metric="availability", kind=MetricKind.SUCCESS, flicker=0),
        series("stock", 0.01, 0.03),
    ]
    calls = edges(("shop", "orders"), ("shop", "stock"))
    verdict = judge(scene(measured, calls, signal=MetricKind.SUCCESS))
    assert verdict.services[0].service == "orders"


def test_an_address_is_not_blamed_where_its_client_calls_an_ill_service() -> None:
    calls = edges(("shop", "10-0-0-7.example"), ("shop", "orders"), external=["10-0-0-7.example"])
    verdict = judge(
        scene([series("shop", 0.2, 0.7), series("10-0-0-7.example", 0.1, 0.9), series("orders", 0.1, 0.6)], calls)
    )
    assert verdict.services[0].service == "orders"


def test_a_vendor_that_is_seen_only_from_its_client_is_named_where_nothing_else_is_ill() -> None:
    calls = edges(("shop", "vendor"), external=["vendor"])
    verdict = judge(scene([series("shop", 0.2, 0.25), series("vendor", 0.1, 2.0)], calls))
    assert verdict.services[0].service == "vendor"


def test_a_service_that_no_longer_makes_its_calls_is_blamed_and_not_the_one_that_starves() -> None:
    measured = [series("shop", 0.2, 0.24), requests("orders", 10), requests("mail", 10, 0)]
    verdict = judge(scene(measured, edges(("shop", "orders"), ("orders", "mail"))))
    assert verdict.services[0].service == "orders"
    assert "calls mail" in verdict.services[0].signals[0].told


def test_load_alone_changes_no_fan_out() -> None:
    measured = [series("shop", 0.2), requests("orders", 10, 40), requests("mail", 10, 40)]
    verdict = judge(scene(measured, edges(("shop", "orders"), ("orders", "mail"))))
    assert verdict.kind is VerdictKind.INCONCLUSIVE


def test_what_cannot_be_seen_is_not_cleared() -> None:
    measured = [series("shop", 0.2), series("orders", 0.1)]
    verdict = judge(scene(measured, edges(("shop", "orders"), ("shop", "stock"), ("stock", "stock-db"))))
    assert verdict.kind is VerdictKind.INCONCLUSIVE
    assert verdict.services[0].service == "stock"
    assert "no metric of it" in verdict.services[0].signals[0].told


def test_an_end_of_which_only_one_call_is_known_may_be_anything_and_is_not_named() -> None:
    measured = [series("shop", 0.2), series("orders", 0.1)]
    verdict = judge(scene(measured, edges(("shop", "orders"), ("shop", "n3f2a9"))))
    assert "n3f2a9" not in {suspect.service for suspect in verdict.services}


@pytest.mark.parametrize("alerted", ["shop", None])
def test_nobody_is_convicted_where_nothing_happened(alerted: str | None) -> None:
    verdict = judge(scene([series("shop", 0.2), series("orders", 0.1), series("stock", 0.01)], CHAIN, alerted=alerted))
    assert verdict.kind is VerdictKind.INCONCLUSIVE
    assert verdict.blast in ((), ("shop",), ("orders", "shop"))


def test_missing_points_are_not_zero() -> None:
    silent = series("stock", 100, metric="availability", kind=MetricKind.SUCCESS)
    points = tuple(point for point in silent.value.points if point[0] < ALERTED_AT.timestamp())
    gone = Cited(silent.value.model_copy(update={"points": points}), silent.evidence)
    verdict = judge(scene([series("shop", 0.2), series("orders", 0.1), gone], CHAIN, signal=MetricKind.SUCCESS))
    assert verdict.kind is VerdictKind.INCONCLUSIVE


def test_the_onset_is_where_the_metric_left_its_level_and_not_where_the_alert_noticed() -> None:
    began = ALERTED_AT - timedelta(minutes=47)
    verdict = judge(scene([series("shop", 0.2, 0.9, since=began)]))
    assert verdict.onset == began


def test_an_outlier_long_ago_moves_neither_baseline_nor_onset() -> None:
    plain = series("shop", 0.2, 0.9)
    points = list(plain.value.points)
    points[30] = (points[30][0], 50.0)
    spiked = Cited(plain.value.model_copy(update={"points": tuple(points)}), plain.evidence)
    assert judge(scene([spiked])).onset == ALERTED_AT


def test_every_suspect_adds_up_and_cites_its_evidence() -> None:
    verdict = judge(scene([series("shop", 0.2, 0.7), series("orders", 0.1, 0.6), series("stock", 0.01, 0.5)], CHAIN))
    for suspect in verdict.services:
        assert suspect.score == pytest.approx(sum(signal.weight for signal in suspect.signals))
        assert 0 <= suspect.confidence <= 1
    assert verdict.services[0].signals[0].evidence == ("ev_stock_latency_seconds",)


def test_what_could_not_be_looked_at_is_said() -> None:
    verdict = judge(replace(scene([series("shop", 0.2, 0.7)]), gaps=("cd-eu did not answer",)))
    assert verdict.notes[0] == "cd-eu did not answer"
    assert any("who calls whom" in note for note in verdict.notes)
    assert any("no change was found in what could be looked at" in note for note in verdict.notes)


def test_a_metric_that_has_been_as_bad_before_speaks_less_than_one_that_never_was() -> None:
    measured = [series("shop", 0.2, 0.3), series("orders", 0.1, 0.2), series("stock", 0.1, 0.19)]
    tailed = list(measured[1].value.points)
    for index in range(5, 100, 10):
        tailed[index] = (tailed[index][0], 0.5)
    measured[1] = Cited(measured[1].value.model_copy(update={"points": tuple(tailed)}), ("ev_tail",))
    verdict = judge(scene(measured, edges(("shop", "orders"), ("shop", "stock"))))
    assert verdict.services[0].service == "stock"
    orders = next(suspect for suspect in verdict.services if suspect.service == "orders")
    assert any("as bad as this" in reason for reason in orders.against)

"""Which alerts are one incident, which of them is primary, and why the others are not."""

from datetime import timedelta

import pytest

from opsloom.analysis.attribution import FEW_CALLERS, Relation
from opsloom.model.alerts import AlertStatus, Severity
from opsloom.model.metrics import MetricKind
from opsloom.model.refs import Ref, RefKind
from tests.analysis.alerting import after, alert, grouped, partition


def test_an_alert_on_a_caller_of_an_alerting_callee_is_secondary() -> None:
    [group] = grouped([alert("storefront", 2), alert("checkout")], "storefront checkout payments")
    assert group.primary.alert.service == "checkout"
    [secondary] = group.secondary
    assert secondary.folded.alert.service == "storefront"
    assert (secondary.relation, secondary.cause, secondary.distance) == (Relation.CALLS, "checkout", 1)
    assert secondary.reason == "storefront calls checkout, which alerts too"
    assert group.services == ("checkout", "storefront")
    assert group.started_at == after(0)
    assert group.why == ("services that depend on a service that alerts too: 1", "all began within 120 s")


def test_a_chain_of_callers_has_one_primary_at_its_end() -> None:
    alerts = [alert("edge", 4), alert("storefront", 3), alert("checkout", 1), alert("payments")]
    [group] = grouped(alerts, "edge storefront checkout payments")
    assert group.services == ("payments", "checkout", "storefront", "edge")
    assert [one.cause for one in group.secondary] == ["payments", "checkout", "storefront"]


def test_a_cause_whose_rule_waits_longer_is_told_after_its_symptom_and_is_still_the_cause() -> None:
    [group] = grouped([alert("checkout"), alert("payments", 8)], "checkout payments")
    assert group.primary.alert.service == "payments"


def test_services_between_without_alerts_are_passed() -> None:
    [group] = grouped([alert("edge", 1), alert("db")], "edge storefront checkout db")
    assert group.primary.alert.service == "db"
    assert group.secondary[0].reason == "edge depends on db, 3 calls away, which alerts too"
    assert len(grouped([alert("edge", 1), alert("db")], "edge bff storefront checkout db")) == 2


@pytest.mark.parametrize("name", ["NoRequests", "CheckoutTrafficDrop", "RequestsMissing"])
def test_starvation_is_secondary_to_the_caller_that_fails(name: str) -> None:
    starved = alert("payments", -2, name, signal=MetricKind.TRAFFIC)
    [group] = grouped([starved, alert("checkout")], "checkout payments")
    assert group.primary.alert.service == "checkout"
    assert group.secondary[0].relation is Relation.STARVED
    assert group.secondary[0].reason == "payments gets its requests from checkout, which alerts too"


def test_starvation_without_a_known_signal_is_read_from_the_rules_name() -> None:
    [group] = grouped([alert("payments", 1, "NoRequests", signal=None), alert("checkout")], "checkout payments")
    assert group.primary.alert.service == "checkout"
    [fault] = grouped(
        [alert("payments", 1, "NoFailedRequestsLeft", signal=None), alert("checkout")], "checkout payments"
    )
    assert fault.primary.alert.service == "payments"


def test_starvation_of_the_same_service_is_secondary_however_bad_it_is() -> None:
    starved = alert("checkout", -1, "NoRequests", signal=MetricKind.TRAFFIC)
    [group] = grouped([starved, alert("checkout", severity=Severity.WARNING)])
    assert group.primary.alert.name == "HighErrorRate"
    assert group.secondary[0].reason == "another alert of checkout"


def test_a_surge_of_requests_explains_the_callee_that_it_overloads() -> None:
    surge = alert("storefront", signal=MetricKind.TRAFFIC, threshold=100, observed=900)
    full = alert("checkout", 3, "QueueFull", signal=MetricKind.SATURATION)
    [group] = grouped([surge, full], "storefront checkout")
    assert group.primary.alert.service == "storefront"
    assert group.secondary[0].relation is Relation.OVERLOADED


def test_callers_of_one_silent_service_that_fail_at_once_share_a_cause() -> None:
    alerts = [alert("checkout"), alert("catalog", 1), alert("search", 2)]
    [group] = grouped(alerts, "checkout inventory", "catalog inventory", "search inventory", "ads inventory")
    assert group.primary.alert.service == "checkout"
    assert [one.relation for one in group.secondary] == [Relation.SHARED_DEPENDENCY] * 2
    assert group.secondary[0].reason == "catalog and checkout both call inventory, which has no alert of its own"


def test_two_callers_are_enough_for_a_vendor_that_cannot_tell_for_itself() -> None:
    alerts = [alert("payments"), alert("refunds", 1)]
    assert len(grouped(alerts, "payments VENDOR", "refunds VENDOR")) == 1
    assert len(grouped(alerts, "payments ledger", "refunds ledger")) == 2


def test_callers_of_one_silent_service_that_fail_apart_or_are_few_of_many_share_none() -> None:
    edges = ("checkout inventory", "catalog inventory", "search inventory")
    assert len(grouped([alert("checkout"), alert("catalog", 1), alert("search", 20)], *edges)) == 3
    together = [alert("checkout"), alert("catalog", 1), alert("search", 2)]
    assert len(grouped(together, *edges, "ads inventory", "feed inventory")) == 3


def test_unrelated_incidents_at_the_same_time_stay_apart() -> None:
    alerts = [
        alert("checkout"),
        alert("storefront", 1),
        alert("ledger"),
        alert("bank", 1),
        alert(None, name="NodeDown"),
    ]
    groups = grouped(alerts, "storefront checkout", "bank ledger")
    assert partition(groups) == {
        ("checkout", frozenset({"checkout", "storefront"})),
        ("ledger", frozenset({"ledger", "bank"})),
        (None, frozenset({None})),
    }


def test_a_service_that_feels_two_incidents_does_not_make_them_one() -> None:
    alerts = [alert("edge", 3), alert("checkout"), alert("catalog", 2, severity=Severity.WARNING)]
    groups = grouped(alerts, "edge checkout", "edge catalog", "edge search")
    assert partition(groups) == {
        ("checkout", frozenset({"checkout", "edge"})),
        ("catalog", frozenset({"catalog"})),
    }


def test_infrastructure_that_many_share_explains_only_what_a_share_of_its_callers_has() -> None:
    names = [f"service-{number}" for number in range(4 * FEW_CALLERS)]
    edges = [f"{name} broker" for name in names]
    noisy = alert("broker", name="DiskFillsUp", signal=MetricKind.SATURATION)
    assert len(grouped([noisy, alert(names[0], 1), alert(names[1], 2)], *edges)) == 3
    [group] = grouped([noisy, *(alert(name, 1) for name in names[:FEW_CALLERS])], *edges)
    assert group.primary.alert.service == "broker"


def test_a_warning_of_shared_infrastructure_explains_worse_alerts_only_if_half_of_its_callers_have_them() -> None:
    names = [f"service-{number}" for number in range(4 * FEW_CALLERS)]
    edges = [f"{name} broker" for name in names]
    warning = alert("broker", name="DiskFillsUp", severity=Severity.WARNING)
    critical = [alert(name, 1) for name in names]
    assert len(grouped([warning, *critical[:FEW_CALLERS]], *edges)) == 1 + FEW_CALLERS
    assert len(grouped([warning, *critical[: 2 * FEW_CALLERS]], *edges)) == 1


def test_shared_infrastructure_without_alerts_does_not_lead_from_one_incident_to_another() -> None:
    names = [f"service-{number}" for number in range(4 * FEW_CALLERS)]
    edges = [*(f"{name} broker" for name in names), "broker disk"]
    assert len(grouped([alert(names[0]), alert("disk")], *edges)) == 2


def test_what_is_flapping_for_hours_explains_nothing_new() -> None:
    flaps = [
        alert("broker", -minutes, ref=Ref(RefKind.ALERT, "pd", f"p{minutes}"), ends_at=after(5 - minutes))
        for minutes in range(0, 200, 20)
    ]
    groups = grouped([*flaps, alert("checkout"), alert("bank")], "checkout broker", "bank broker")
    assert {group.primary.alert.service: len(group.alerts) for group in groups} == {
        "checkout": 1,
        "bank": 1,
        "broker": 1,
    }
    broker = next(group for group in groups if group.primary.alert.service == "broker")
    assert (broker.primary.records, broker.primary.flapping) == (10, True)
    assert broker.why == ("records of alerts that are here already: 9", "alerts that start again and again: 1")


@pytest.mark.parametrize(
    "old",
    [
        alert("payments", -90),
        alert("payments", -40, status=AlertStatus.RESOLVED, ends_at=after(-30)),
        alert("payments", -2, severity=Severity.INFO),
        alert("payments", 15),
        alert("payments", -1, labels={"environment": "staging"}),
    ],
    ids=["chronic", "over", "for information only", "much later", "elsewhere"],
)
def test_what_cannot_be_the_cause_stays_apart(old: object) -> None:
    caller = alert("checkout", labels={"environment": "production"})
    assert len(grouped([old, caller], "checkout payments")) == 2  # type: ignore[list-item]


def test_an_environment_that_is_not_told_is_the_only_one_that_is() -> None:
    told = {"env": "production"}
    [group] = grouped(
        [alert("payments", labels=told), alert("payments", 1, "SlowReplies"), alert("checkout", 2, labels=told)],
        "checkout payments",
    )
    assert len(group.alerts) == 3


def test_services_that_call_each_other_have_the_first_one_as_primary() -> None:
    alerts = [alert("a", 2), alert("b", 1), alert("c")]
    [group] = grouped(alerts, "a b c a")
    assert group.primary.alert.service == "c"
    assert len(group.secondary) == 2


def test_the_primary_alert_of_a_service_is_the_worst_that_is_not_over() -> None:
    alerts = [
        alert("checkout", -3, "Slow", severity=Severity.WARNING, signal=MetricKind.LATENCY),
        alert("checkout", -2, "Down", status=AlertStatus.RESOLVED, ends_at=after(-1)),
        alert("checkout", 0, "HighErrorRate", severity=Severity.ERROR),
    ]
    [group] = grouped(alerts)
    assert [one.alert.name for one in group.alerts] == ["HighErrorRate", "Slow", "Down"]
    assert (group.severity, group.active) == (Severity.ERROR, True)


def test_the_worst_and_newest_comes_first_and_what_is_over_last() -> None:
    alerts = [
        alert("a", -200, status=AlertStatus.RESOLVED, ends_at=after(-100)),
        alert("b", -90, severity=Severity.WARNING),
        alert("c", -80),
        alert("d", 0),
    ]
    assert [group.primary.alert.service for group in grouped(alerts)] == ["d", "c", "b", "a"]


def test_no_alerts_are_no_groups() -> None:
    assert grouped([], "a b") == []


def test_a_service_that_alerts_again_much_later_is_another_incident() -> None:
    first = alert("checkout", -300, status=AlertStatus.RESOLVED, ends_at=after(-280))
    assert len(grouped([first, alert("checkout")])) == 2
    lasting = alert("checkout", -45)
    assert len(grouped([lasting, alert("checkout", 0, "SlowReplies")])) == 1
    assert grouped([lasting])[0].primary.active_until - after(0) == timedelta(minutes=30)

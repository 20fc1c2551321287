"""The same alert, told several times."""

from opsloom.analysis.alert_folding import fold_alerts
from opsloom.model.alerts import AlertStatus, Severity
from opsloom.model.refs import Ref, RefKind
from tests.analysis.alerting import NOW, after, alert, grouped


def ref(instance: str, native_id: str = "1") -> Ref:
    return Ref(RefKind.ALERT, instance, native_id)


def test_the_same_labels_from_several_instances_are_one_alert() -> None:
    labels = {"alertname": "HighErrorRate", "service": "checkout"}
    told = [
        alert("checkout", 0, ref=ref("prom-eu", "a1"), labels={**labels, "prometheus_replica": "0"}),
        alert("checkout", 2, ref=ref("am-eu", "a2"), labels=labels),
    ]
    [folded] = fold_alerts(told, NOW)
    assert folded.alert.starts_at == folded.started_at == after(0)
    assert (folded.records, folded.replicas, folded.flapping) == (2, 1, False)
    assert folded.refs == (ref("prom-eu", "a1"), ref("am-eu", "a2"))
    assert grouped(told)[0].records == 2


def test_the_same_fingerprint_is_one_alert_whatever_else_is_told() -> None:
    told = [
        alert("checkout", ref=ref("prom-eu"), fingerprint="4f2c"),
        alert("checkout", ref=ref("am-eu"), fingerprint="4f2c", labels={"region": "eu"}),
    ]
    assert len(fold_alerts(told, NOW)) == 1


def test_replicas_of_a_service_are_one_alert_and_are_counted() -> None:
    told = [alert("checkout", n, ref=ref("am", str(n)), labels={"pod": f"checkout-{n}"}) for n in range(5)]
    [folded] = fold_alerts(told, NOW)
    assert (folded.records, folded.replicas, folded.flapping) == (5, 5, False)


def test_hosts_stay_apart_where_no_service_is_known_and_are_one_group_by_their_rule() -> None:
    told = [alert(None, n, "NodeDown", ref=ref("am", str(n)), labels={"host": f"h{n}"}) for n in range(3)]
    assert len(fold_alerts(told, NOW)) == 3
    [group] = grouped(told)
    assert {one.reason for one in group.secondary} == {"the same rule as the primary alert"}
    assert group.services == ()


def test_other_labels_are_another_alert() -> None:
    told = [alert("checkout", ref=ref("am", place), labels={"region": place}) for place in ("eu", "us")]
    assert len(fold_alerts(told, NOW)) == 2


def test_several_starts_of_one_alert_are_flapping_and_a_start_after_hours_is_news() -> None:
    def start(minutes: int) -> object:
        return alert("checkout", minutes, ends_at=after(minutes + 2), status=AlertStatus.RESOLVED)

    [folded] = fold_alerts([start(-40), start(-20), start(0)], NOW)  # type: ignore[list-item]
    assert (folded.flapping, folded.started_at, folded.active_until) == (True, after(-40), after(2))
    assert [one.flapping for one in fold_alerts([start(-200), start(-100), start(0)], NOW)] == [False] * 3  # type: ignore[list-item]


def test_the_record_that_is_shown_is_active_and_the_worst() -> None:
    told = [
        alert("checkout", 0, ref=ref("a"), status=AlertStatus.RESOLVED),
        alert("checkout", 1, ref=ref("b"), severity=Severity.WARNING),
        alert("checkout", 2, ref=ref("c")),
    ]
    [folded] = fold_alerts(told, NOW)
    assert folded.alert.ref == ref("c")


def test_a_resolved_alert_without_an_end_was_over_when_it_was_last_heard_of() -> None:
    silent = alert("checkout", -50, status=AlertStatus.RESOLVED)
    heard = alert("checkout", -50, status=AlertStatus.RESOLVED, updated_at=after(-5))
    assert [one.active_until for one in fold_alerts([silent], NOW)] == [after(-50)]
    assert [one.active_until for one in fold_alerts([heard], NOW)] == [after(-5)]


def test_one_record_that_started_several_times_is_flapping_too() -> None:
    told = [alert("checkout", minutes, ref=ref("am")) for minutes in (-40, -20, 0)]
    [folded] = fold_alerts(told, NOW)
    assert (folded.records, folded.refs, folded.flapping) == (3, (ref("am"),), True)


def test_of_two_states_of_one_record_the_later_one_counts() -> None:
    before = alert("checkout", ref=ref("am"), updated_at=after(1))
    over = alert("checkout", ref=ref("am"), updated_at=after(9), status=AlertStatus.RESOLVED, ends_at=after(9))
    for told in ([before, over], [over, before]):
        [folded] = fold_alerts(told, NOW)
        assert (folded.alert, folded.records, folded.active_until) == (over, 1, after(9))

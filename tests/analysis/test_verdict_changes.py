"""Which change is blamed, and which is not."""

from datetime import timedelta

import pytest

from opsloom.analysis.scene import Cited, Scene
from opsloom.analysis.verdict import VerdictKind, judge
from opsloom.model.deploys import ChangeKind, Deploy
from opsloom.model.logs import LogEntry
from tests.analysis.incident import ALERTED_AT, change, edges, log, scene, series

SMALLER_POOL = "-max_conns = 50\n+max_conns = 5"
EXHAUSTED = log("shop", "connection pool exhausted: waited 3000 ms")


def incident(*changes: Cited[Deploy], logs: tuple[Cited[LogEntry], ...] = (EXHAUSTED,)) -> Scene:
    calls = edges(("web", "shop"), ("shop", "stock"))
    measured = [series("shop", 0.2, 0.9), series("stock", 0.1), series("web", 0.4, 1.1)]
    return scene(measured, calls, changes, logs)


def overlap_of(judged: Scene) -> float:
    return next(signal.value for signal in judge(judged).changes[0].signals if signal.name == "overlap")


def blamed(judged: Scene) -> str | None:
    verdict = judge(judged)
    return verdict.changes[0].change.ref.native_id if verdict.kind is VerdictKind.CHANGE else None


def test_a_lowered_limit_that_the_failure_speaks_of_is_blamed() -> None:
    verdict = judge(incident(change("pool", diff=SMALLER_POOL)))
    assert verdict.kind is VerdictKind.CHANGE
    told = [signal.told for signal in verdict.changes[0].signals]
    assert "it lowers max_conns from 50 to 5" in told
    assert any("connection" in one and "pool" in one for one in told)


def test_a_change_hours_before_the_alert_is_blamed_where_its_metric_moved_at_once() -> None:
    began = ALERTED_AT - timedelta(minutes=90)
    judged = scene(
        [series("shop", 0.2, 0.9), series("shop", 50, 5_000, metric="rows_examined", since=began)],
        changes=[change("query", minutes_before=91, diff="-SELECT a FROM t LIMIT 50\n+SELECT a FROM t")],
        logs=[log("shop", "slow query: SELECT a FROM t")],
    )
    assert blamed(judged) == "query"


@pytest.mark.parametrize("minutes_before", [0.5, 3, 20])
def test_a_deploy_that_was_merely_near_is_not_blamed(minutes_before: float) -> None:
    assert blamed(incident(change("near", minutes_before=minutes_before))) is None


def test_a_decoy_right_before_the_onset_does_not_displace_the_cause() -> None:
    decoy = change("decoy", minutes_before=0.5)
    assert blamed(incident(change("pool", diff=SMALLER_POOL, minutes_before=9), decoy)) == "pool"


@pytest.mark.parametrize(
    "harmless",
    [
        change("docs", files=("docs/pool.md",), diff="-max_conns = 50\n+max_conns = 5"),
        change("style", files=("static/pool.css",), diff="-padding: 8px\n+padding: 2px"),
        change("staging", files=("deploy/staging/pool.yaml",), diff=SMALLER_POOL),
        change("logging", diff='+log.info("connection pool", pool)'),
        change("moved", diff="-pool = connect(url, size)\n+pool = self.open_pool(url, size)"),
    ],
    ids=lambda one: one.value.ref.native_id,
)
def test_a_change_that_cannot_or_hardly_can_do_it_is_not_blamed_however_much_it_talks_of_it(
    harmless: Cited[Deploy],
) -> None:
    assert blamed(incident(harmless)) is None


def test_a_change_after_the_onset_is_ruled_out_and_the_reason_is_said() -> None:
    verdict = judge(incident(change("late", minutes_before=-4, diff=SMALLER_POOL)))
    assert verdict.kind is not VerdictKind.CHANGE
    assert [(one.change.change.ref.native_id, "after the onset" in one.why) for one in verdict.ruled_out] == [
        ("late", True)
    ]


def test_a_change_of_a_service_without_a_path_is_not_blamed() -> None:
    verdict = judge(incident(change("far", "billing", diff="-batch = 50\n+batch = 5")))
    assert verdict.kind is not VerdictKind.CHANGE
    assert any("no known call connects" in reason for reason in verdict.changes[0].against)


@pytest.mark.parametrize(
    "message",
    [
        "POST https://api.payments.example/v1/charge returned 503",
        "x509: certificate has expired or is not yet valid",
        "write /var/lib/db: no space left on device",
    ],
)
def test_a_cause_outside_is_named_and_no_change_is_blamed(message: str) -> None:
    verdict = judge(incident(change("timeouts", diff="-timeout = 50\n+timeout = 5"), logs=(log("shop", message),)))
    assert verdict.kind is VerdictKind.SERVICE
    assert verdict.outside is not None
    assert verdict.outside.complaint.text == message


def test_a_failing_service_of_ones_own_is_no_cause_outside() -> None:
    verdict = judge(incident(logs=(log("shop", "GET https://stock.shop.svc:8443/levels returned 503"),)))
    assert verdict.outside is None


def test_an_error_that_was_there_before_as_often_says_nothing() -> None:
    before = [log("shop", "connection pool exhausted: waited 9 ms", minutes_after=-30 - i) for i in range(3)]
    judged = incident(
        change("pool", title="", files=(), diff="-a.pool(1)\n+b.connection(2)"), logs=(*before, EXHAUSTED)
    )
    overlap = next(signal for signal in judge(judged).changes[0].signals if signal.name == "overlap")
    assert overlap.value == 0


def test_a_flag_is_judged_by_the_code_that_it_switches() -> None:
    code = "-client = connect(url)\n+if flags.enabled('new-pool-client'):\n+    client = Pool(url, pool_max=2)"
    deploy = change("v2", minutes_before=45, diff=code)
    flag = change("f-1", minutes_before=1, kind=ChangeKind.FLAG, title="new-pool-client: off to on", files=())
    verdict = judge(incident(deploy, flag))
    assert verdict.kind is VerdictKind.CHANGE
    assert [suspect.change.ref.native_id for suspect in verdict.changes] == ["f-1", "v2"]
    assert "it puts in a limit: pool_max" in [signal.told for signal in verdict.changes[0].signals]


def test_a_flag_of_which_only_the_switch_is_known_is_not_blamed() -> None:
    flag = change("f-2", minutes_before=1, kind=ChangeKind.FLAG, title="off->on", diff="-off\n+on", files=())
    assert blamed(incident(flag)) is None


def test_a_library_is_suspect_only_where_the_failure_names_it() -> None:
    files = ("go.mod", "go.sum")
    named = change("a", files=files, diff="-require example.org/protobuf v1.31\n+require example.org/protobuf v1.34")
    other = change("b", files=files, diff="-require example.org/yaml v1.1\n+require example.org/yaml v1.2")
    logs = (log("shop", "panic: incompatible protobuf runtime"),)
    assert blamed(incident(named, other, logs=logs)) == "a"
    assert blamed(incident(other, logs=logs)) is None


def test_what_is_dated_after_now_does_not_exist() -> None:
    assert judge(incident(change("future", minutes_before=-11, diff=SMALLER_POOL))).changes == ()


def test_lines_around_a_change_do_not_count_as_changed() -> None:
    diff = " connection pool exhausted waited\n-a = f(b)\n+a = g(b, c, d, e)"
    assert overlap_of(incident(change("c", files=(), diff=diff))) == 0


def test_every_change_adds_up_from_its_prior() -> None:
    verdict = judge(incident(change("pool", diff=SMALLER_POOL), change("near")))
    offsets = {round(one.score - sum(signal.weight for signal in one.signals), 9) for one in verdict.changes}
    assert len(offsets) == 1

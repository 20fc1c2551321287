"""The line about users: numbers that somebody measured, or no line."""

import pytest

from opsloom.analysis.user_impact import UserImpact, user_impact
from opsloom.model.alerts import Alert
from opsloom.model.metrics import MetricKind, Series
from tests.analysis.alerting import NOW, after, alert, grouped

RATIO = 'sum(rate(http_requests_total{code=~"5.."}[5m])) / sum(rate(http_requests_total[5m]))'


def measured(service: str, kind: MetricKind, *values: float, unit: str = "1/s", **labels: str) -> Series:
    """A series with a point each minute from the incident on."""
    points = tuple((after(minute).timestamp(), value) for minute, value in enumerate(values))
    return Series(metric=f"http_{kind}", service=service, kind=kind, unit=unit, labels=labels, points=points)


def told(service: str, expression: str, observed: float | None = 0.27, minutes: float = 0) -> Alert:
    return alert(service, minutes, observed=observed, expression=expression)


def impact(*alerts: Alert, series: tuple[Series, ...] = ()) -> UserImpact | None:
    [group] = grouped(alerts or [alert("checkout")], "storefront checkout")
    return user_impact(group, series, NOW)


def test_failed_and_all_requests_are_counted_where_they_are_measured() -> None:
    failed = measured("checkout", MetricKind.ERRORS, 2, 4, 6, 100)
    every = measured("checkout", MetricKind.TRAFFIC, 10, 10, 20)
    found = impact(series=(failed, every))
    assert found is not None
    assert (found.ratio, found.numerator, found.denominator) == (0.3, 4.0, 40 / 3)
    assert found.line == "30.00% of requests to checkout fail (4 of 13.3 per second): http_errors / http_traffic"


def test_what_was_before_the_incident_does_not_count() -> None:
    [group] = grouped([alert("checkout", 2)])
    failed = measured("checkout", MetricKind.ERRORS, 10, 10, 1)
    found = user_impact(group, (failed, measured("checkout", MetricKind.TRAFFIC, 10, 10, 10)), after(3))
    assert found is not None
    assert found.ratio == 0.1
    assert user_impact(group, (failed, measured("checkout", MetricKind.TRAFFIC, 10, 10, 10)), after(2)) is None


@pytest.mark.parametrize(
    "every",
    [
        measured("checkout", MetricKind.TRAFFIC, 10, unit="1"),
        measured("checkout", MetricKind.TRAFFIC, 10, unit="requests/s"),
        measured("catalog", MetricKind.TRAFFIC, 10),
        measured("checkout", MetricKind.TRAFFIC, 10, region="eu"),
        measured("checkout", MetricKind.TRAFFIC, 0),
        measured("checkout", MetricKind.TRAFFIC, 1),
    ],
    ids=["a count", "another unit", "another service", "other labels", "no requests", "fewer requests than failures"],
)
def test_what_does_not_fit_together_gives_no_line(every: Series) -> None:
    assert impact(series=(measured("checkout", MetricKind.ERRORS, 2), every)) is None


@pytest.mark.parametrize("expression", [f"{RATIO} > 0.05", f"({RATIO}) >= 0.05", f"  {RATIO}\n  > 5e-2"])
def test_an_alert_on_a_ratio_tells_it_with_both_parts(expression: str) -> None:
    found = impact(told("checkout", expression))
    assert found is not None
    assert (found.ratio, found.numerator) == (0.27, None)
    assert found.line == f"27.00% of requests to checkout fail: {RATIO}"


@pytest.mark.parametrize(
    "expression",
    [
        "",
        "errors > 5",
        f"100 * {RATIO} > 5",
        f"{RATIO} / 2 > 0.1",
        f"({RATIO} > 0.1",
        f"{RATIO} > 0.1 or vector(1)",
        "> 1",
    ],
)
def test_an_expression_that_is_no_plain_ratio_gives_no_line(expression: str) -> None:
    assert impact(told("checkout", expression)) is None


def test_an_alert_without_a_value_or_about_something_else_gives_no_line() -> None:
    assert impact(told("checkout", f"{RATIO} > 0.05", observed=None)) is None
    assert impact(told("checkout", f"{RATIO} > 0.05", observed=27)) is None
    slow = alert("checkout", observed=0.5, signal=MetricKind.LATENCY, attributes={"expression": "a / b > 0.05"})
    assert impact(slow) is None


def test_the_service_nearest_to_users_is_told_and_what_is_measured_before_what_is_alerted() -> None:
    alerts = (told("checkout", f"{RATIO} > 0.05"), told("storefront", f"{RATIO} > 0.05", 0.1, 1))
    found = impact(*alerts)
    assert found is not None
    assert (found.service, found.ratio) == ("storefront", 0.1)
    series = (measured("checkout", MetricKind.ERRORS, 1), measured("checkout", MetricKind.TRAFFIC, 4))
    counted = impact(*alerts, series=series)
    assert counted is not None
    assert (counted.service, counted.ratio) == ("checkout", 0.25)


def test_labels_are_part_of_what_was_measured() -> None:
    series = [measured("checkout", kind, 1.0, route='/"a"') for kind in (MetricKind.ERRORS, MetricKind.TRAFFIC)]
    found = impact(series=tuple(series))
    assert found is not None
    assert found.expressions == ('http_errors{route="/\\"a\\""}', 'http_traffic{route="/\\"a\\""}')

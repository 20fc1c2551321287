"""OpenSLO documents beside the entities."""

from pathlib import Path

import pytest

from opsloom.model.slo import Comparison, RatioIndicator, Slo, ThresholdIndicator
from tests.adapters.catalog.documents import new_call, owners, services, write

RATIO = """
      ratioMetric:
        counter: true
        good: {metricSource: {type: Prometheus, spec: {query: 'sum(good)'}}}
        total: {metricSource: {metricSourceRef: thanos, spec: {query: 'sum(all)'}}}
"""
LATENCY = """
      thresholdMetric: {metricSource: {type: Datadog, spec: {query: 'p99:latency'}}}
"""
SLI = "---\napiVersion: openslo/v1\nkind: SLI\nmetadata: {name: latency}\nspec:" + LATENCY


def slo(
    objectives: str = "[{target: 0.999}]",
    indicator: str = f"indicator:\n    metadata: {{name: inline}}\n    spec:{RATIO}",
    service: str = "payments",
    window: str = "[{duration: 28d, isRolling: true}]",
    more: str = "",
) -> str:
    """One SLO document."""
    return (
        "---\napiVersion: openslo/v1\nkind: SLO\n"
        "metadata: {name: promise, displayName: The promise, labels: {tier: [a, b]}}\nspec:\n"
        f"  service: {service}\n  timeWindow: {window}\n  objectives: {objectives}\n  {indicator}\n  {more}\n"
    )


async def slos(root: Path) -> tuple[Slo, ...]:
    [row] = (await owners(root, service="payments")).rows
    assert row.service is not None
    return row.service.slos


async def test_an_availability_slo_is_told_with_its_service(shop: Path) -> None:
    write(shop, {"slo/payments.yaml": slo()})
    expected = Slo(
        name="promise",
        title="The promise",
        service="payments",
        objective=0.999,
        window_seconds=28 * 86_400,
        indicator=RatioIndicator(numerator="sum(good)", counts_good=True, total="sum(all)", counter=True),
        metric_source="Prometheus",
    )
    assert await slos(shop) == (expected,)
    page = await services(shop)
    assert page.complete
    assert {row.name: row.slos for row in page.rows} == {"payments": (expected,), "checkout": ()}


async def test_a_latency_slo_refers_to_an_sli_in_another_file_read_later(shop: Path) -> None:
    objectives = "[{op: lte, value: 0.3, targetPercent: 99.9, displayName: Fast}, {op: lt, value: 1, target: 0.9999}]"
    write(shop, {"a.yaml": slo(objectives, "indicatorRef: latency"), "z.yaml": SLI})
    fast, faster = await slos(shop)
    assert (fast.title, fast.objective, fast.metric_source) == ("Fast", 0.999, "Datadog")
    assert fast.indicator == ThresholdIndicator(query="p99:latency", comparison=Comparison.LESS_OR_EQUAL, value=0.3)
    assert (faster.title, faster.objective) == ("The promise", 0.9999)


@pytest.mark.parametrize(
    ("duration", "seconds"),
    [("30m", 1_800), ("1h", 3_600), ("4w", 28 * 86_400), ("1M", 30 * 86_400), ("1Y", 365 * 86_400)],
)
async def test_windows_are_durations(shop: Path, duration: str, seconds: int) -> None:
    write(shop, {"slo.yaml": slo(window=f"[{{duration: {duration}, isRolling: false}}]")})
    [found] = await slos(shop)
    assert (found.window_seconds, found.rolling) == (seconds, False)


async def test_the_file_of_an_slo_is_evidence_of_its_service(shop: Path) -> None:
    write(shop, {"slo.yaml": slo(), "other.yaml": slo(service="checkout")})
    call = new_call()
    await owners(shop, service="payments", call=call)
    assert {one.url for one in call.exchanges} == {"file:shop.yaml", "file:teams/payments.yaml", "file:slo.yaml"}


@pytest.mark.parametrize(
    ("document", "sentence"),
    [
        (slo(service="nobody"), "its service is not in the catalogue"),
        (slo(service="'a b'"), "its service is not in the catalogue"),
        (slo(indicator="indicatorRef: nowhere"), "its indicator is not in the catalogue"),
        (slo(indicator="indicatorRef: latency") + SLI, "its objective needs op"),
        (slo("[{op: near, value: 1, target: 0.9}]", "indicatorRef: latency") + SLI, "its objective needs op"),
        (slo(more="budgetingMethod: Timeslices"), "its budgetingMethod is not supported"),
        (slo("[{target: 1}]"), "its target must lie between 0 and 1"),
        (slo("[{targetPercent: 0.0}]"), "its target must lie between 0 and 1"),
        (slo(window="[{duration: 1 month}]"), "its time window must be a duration"),
        (slo().replace("total:", "rest:"), "good or bad of total"),
        (slo().replace("good:", "raw:"), "good or bad of total"),
        (slo().replace("query: 'sum(good)'", "sql: x"), "has no query"),
        (slo("[{target: 0.9, targetPercent: 90}]"), "not as its kind should be"),
        (slo("[{}]"), "not as its kind should be"),
        (slo("[]"), "not as its kind should be"),
        (slo().replace("openslo/v1", "openslo/v1alpha"), "openslo/v1 is known"),
    ],
)
async def test_an_slo_that_cannot_be_read_is_named_and_hides_nothing(shop: Path, document: str, sentence: str) -> None:
    write(shop, {"slo.yaml": document})
    page = await services(shop)
    assert [row.name for row in page.rows] == ["checkout", "payments"]
    assert not page.complete
    [note] = page.notes
    assert "slo.yaml" in note
    assert sentence in note


@pytest.mark.parametrize("kind", ["Service", "DataSource", "AlertPolicy"])
async def test_other_documents_of_openslo_are_ignored(shop: Path, kind: str) -> None:
    write(shop, {"slo.yaml": f"apiVersion: openslo/v1\nkind: {kind}\nmetadata: {{name: x}}\nspec: {{}}\n"})
    assert (await services(shop)).notes == ()

"""Which signals come of which metrics; names and labels as exporters and instrumentations publish them."""

import pytest

from opsloom.model.metrics import MetricKind
from tests.adapters.prometheus.asking_service import HTTP, SHOP, Service, ask, histogram


async def test_requests_become_the_share_that_failed_the_slowest_twentieth_and_the_rate() -> None:
    service = Service(("up", *HTTP), SHOP)
    page = await ask(service)
    assert [(row.metric, row.kind, row.unit, row.service) for row in page.rows] == [
        ("http_requests_total:error_ratio", MetricKind.ERRORS, "ratio", "checkout"),
        ("http_request_duration_seconds:p95", MetricKind.LATENCY, "seconds", "checkout"),
        ("up", MetricKind.SUCCESS, "ratio", "checkout"),
        ("http_requests_total:rate", MetricKind.TRAFFIC, "requests/s", "checkout"),
    ]
    assert service.expressions == sorted(page.query.split("; "))
    requests = 'rate(http_requests_total{service="checkout"'
    ratio = page.query.split("; ")[0]
    assert ratio.startswith(f'(sum({requests},code=~"(?i)unknown|')
    assert f'or 0 * sum({requests},code=~"(?i)[1-4]..|ok|' in ratio
    assert ratio.endswith(f") / sum({requests}}}[75s]))")
    assert (
        'histogram_quantile(0.95, sum by (le) (rate(http_request_duration_seconds_bucket{service="checkout"}[75s])))'
    ) in page.query
    assert (page.total, page.complete, page.notes) == (4, True, ())


@pytest.mark.parametrize(
    ("counter", "labels", "failed"),
    [
        ("http_server_request_duration_seconds_count", ("http_response_status_code",), 'http_response_status_code=~"5'),
        ("http_server_requests_seconds_count", ("outcome", "status", "uri"), 'status=~"(?i)unknown|'),
        ("grpc_server_handled_total", ("grpc_code", "grpc_service"), 'grpc_code=~"(?i)unknown|deadline'),
        ("rpc_server_duration_milliseconds_count", ("rpc_grpc_status_code",), 'rpc_grpc_status_code=~"2|4|12|'),
        ("orders_requests_total", ("outcome",), 'outcome=~"(?i)unknown|deadline'),
        ("traces_spanmetrics_calls_total", ("span_kind", "status_code"), 'status_code=~"(?i)unknown|deadline'),
    ],
    ids=["OpenTelemetry HTTP", "Micrometer", "gRPC", "OpenTelemetry RPC", "an outcome", "span metrics"],
)
async def test_the_label_that_tells_failures_is_found_by_the_conventions(
    counter: str, labels: tuple[str, ...], failed: str
) -> None:
    family = counter.removesuffix("_count")
    names = histogram(family) if family != counter else [counter]
    page = await ask(Service(names, {counter: labels}))
    ratio = next(row for row in page.rows if row.kind is MetricKind.ERRORS)
    assert (ratio.metric, ratio.unit) == (f"{family}:error_ratio", "ratio")
    assert failed in page.query.split("; ")[0]
    assert f"{family}:rate" in {row.metric for row in page.rows}


async def test_where_no_label_tells_failures_no_share_of_them_is_claimed() -> None:
    page = await ask(Service(["http_requests_total"], {"http_requests_total": ("method", "path")}))
    assert [row.metric for row in page.rows] == ["http_requests_total:rate"]


async def test_spans_in_which_the_service_only_asked_others_are_not_its_requests() -> None:
    names = ["traces_spanmetrics_calls_total", *histogram("traces_spanmetrics_latency")]
    page = await ask(Service(names, {"traces_spanmetrics_calls_total": ("span_kind", "status_code")}))
    assert [(row.metric, row.unit) for row in page.rows] == [
        ("traces_spanmetrics_calls_total:error_ratio", "ratio"),
        ("traces_spanmetrics_latency:p95", "seconds"),
        ("traces_spanmetrics_calls_total:rate", "calls/s"),
    ]
    for expression in page.query.split("; "):
        assert expression.count("rate(") == expression.count('span_kind!~"SPAN_KIND_(CLIENT|PRODUCER|INTERNAL)"')


async def test_a_mesh_is_asked_for_the_callee_and_shows_the_end_that_saw_more_failures() -> None:
    labels = ("reporter", "response_code", "grpc_response_status", "destination_canonical_service")
    names = ["istio_requests_total", *histogram("istio_request_duration_milliseconds")]
    service = Service(names, {"istio_requests_total": labels})
    page = await ask(service)
    assert 'destination_canonical_service="checkout"' in service.requests[0].url.params.get_list("match[]")[-1]
    assert [(row.metric, row.unit) for row in page.rows] == [
        ("istio_requests_total:error_ratio", "ratio"),
        ("istio_request_duration_milliseconds:p95", "milliseconds"),
        ("istio_requests_total:rate", "requests/s"),
    ]
    of_checkout = 'istio_requests_total{destination_canonical_service="checkout"'
    requests = f"sum by (reporter) (rate({of_checkout}}}[75s]))"
    failures = (
        f'sum by (reporter) (rate({of_checkout},response_code=~"0|5.."}}[75s]) or '
        f'rate({of_checkout},response_code!~"0|5..",grpc_response_status=~"2|4|12|13|14|15"}}[75s]))'
    )
    fine = f'sum by (reporter) (rate({of_checkout},response_code=~"[1-4].."}}[75s]))'
    assert page.query.split("; ")[0] == f"max(({failures} or 0 * {fine}) / {requests})"


async def test_a_summary_without_buckets_tells_a_mean() -> None:
    page = await ask(Service(["rpc_duration_seconds", "rpc_duration_seconds_sum", "rpc_duration_seconds_count"]))
    latency = next(row for row in page.rows if row.kind is MetricKind.LATENCY)
    assert (latency.metric, latency.unit) == ("rpc_duration_seconds:mean", "seconds")
    assert page.query.startswith(
        'sum(rate(rpc_duration_seconds_sum{service="checkout"}[75s])) / '
        'sum(rate(rpc_duration_seconds_count{service="checkout"}[75s]))'
    )


@pytest.mark.parametrize(
    ("names", "metric", "unit", "expression"),
    [
        (
            ["container_memory_working_set_bytes", "container_spec_memory_limit_bytes"],
            "container_memory_working_set_bytes:limit_ratio",
            "ratio",
            (
                'max((container_memory_working_set_bytes{service="checkout"}) / '
                '((container_spec_memory_limit_bytes{service="checkout"}) > 0))'
            ),
        ),
        (
            ["hikaricp_connections_active", "hikaricp_connections_max", "hikaricp_connections_pending"],
            "hikaricp_connections_active:limit_ratio",
            "ratio",
            (
                'max((hikaricp_connections_active{service="checkout"}) / '
                '((hikaricp_connections_max{service="checkout"}) > 0))'
            ),
        ),
        (
            ["container_cpu_cfs_periods_total", "container_cpu_cfs_throttled_periods_total"],
            "container_cpu_cfs_throttled_periods_total:ratio",
            "ratio",
            (
                'max((rate(container_cpu_cfs_throttled_periods_total{service="checkout"}[75s])) / '
                '(rate(container_cpu_cfs_periods_total{service="checkout"}[75s])))'
            ),
        ),
        (
            ["process_cpu_seconds_total", "process_resident_memory_bytes"],
            "process_cpu_seconds_total:rate",
            "cores",
            'max(rate(process_cpu_seconds_total{service="checkout"}[75s]))',
        ),
        (
            ["go_sql_in_use_connections", "go_sql_max_open_connections", "go_gc_duration_seconds"],
            "go_sql_in_use_connections:limit_ratio",
            "ratio",
            (
                'max((go_sql_in_use_connections{service="checkout"}) / '
                '((go_sql_max_open_connections{service="checkout"}) > 0))'
            ),
        ),
        (["orders_queue_depth"], "orders_queue_depth", "", 'max(orders_queue_depth{service="checkout"})'),
        (
            ["kafka_consumergroup_lag"],
            "kafka_consumergroup_lag",
            "",
            'max(kafka_consumergroup_lag{service="checkout"})',
        ),
    ],
    ids=["memory", "pool", "throttling", "CPU before memory", "pool of Go", "queue", "lag"],
)
async def test_saturation_is_that_of_the_fullest_instance(
    names: list[str], metric: str, unit: str, expression: str
) -> None:
    page = await ask(Service(names))
    first = page.rows[0]
    assert (first.metric, first.unit, first.kind) == (metric, unit, MetricKind.SATURATION)
    assert page.query.split("; ")[0] == expression


@pytest.mark.parametrize("name", ["payment_errors_total", "jobs_failed_total", "http_client_timeouts_total"])
async def test_counted_errors_are_a_rate(name: str) -> None:
    page = await ask(Service([name]))
    assert [(row.metric, row.kind, row.unit) for row in page.rows] == [(f"{name}:rate", MetricKind.ERRORS, "errors/s")]
    assert page.query == f'sum(rate({name}{{service="checkout"}}[75s]))'


async def test_what_users_ask_of_a_service_comes_before_what_it_asks_of_others() -> None:
    names = ["db_client_requests_total", "zeta_server_requests_total"]
    page = await ask(Service(names, dict.fromkeys(names, ("code",))))
    ratios = [row.metric for row in page.rows if row.kind is MetricKind.ERRORS]
    assert ratios == ["zeta_server_requests_total:error_ratio", "db_client_requests_total:error_ratio"]

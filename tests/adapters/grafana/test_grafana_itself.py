"""What belongs to no single thing that is read: data sources, permissions, the probe."""

import httpx
import pytest

from opsloom.adapter_api.permissions import Permission, WritingChecker
from opsloom.model.errors import AuthenticationError, ConfigurationError, NotFoundError
from opsloom.model.logs import LogQuery
from opsloom.model.metrics import MetricQuery
from opsloom_adapters.grafana import GrafanaAdapter
from tests.adapters.canned import Routed
from tests.adapters.grafana.asking import DATA_SOURCES, LOKI, PROMETHEUS, WINDOW, call_at, connected, matrix, success

PERMISSIONS = "GET /api/access-control/user/permissions"
HEALTH = "GET /api/health"
PING = "GET /api/login/ping"
UP = MetricQuery(window=WINDOW, step_seconds=60, promql="up", limit=1)
SOURCES = [{"uid": "prom-eu", "type": "prometheus"}, {"uid": "loki-eu", "type": "loki"}, {"uid": "t", "type": "tempo"}]


async def test_the_only_data_source_of_a_type_is_found_once() -> None:
    transport = Routed(
        {
            DATA_SOURCES: SOURCES,
            f"{PROMETHEUS}/query_range": matrix(),
            f"{LOKI}/query_range": success({"resultType": "streams", "result": []}),
            f"{LOKI}/labels": success(["service_name"]),
        }
    )
    async with connected(transport, prometheus_uid=None, loki_uid=None) as adapter:
        await adapter.query_metrics(UP, call_at())
        await adapter.query_metrics(UP, call_at())
        await adapter.search_logs(LogQuery(window=WINDOW, limit=1), call_at())
    assert transport.asked.count(DATA_SOURCES) == 2  # once for each type


async def test_of_several_data_sources_the_operator_is_to_choose() -> None:
    transport = Routed({DATA_SOURCES: [*SOURCES, {"uid": "prom-us", "type": "prometheus"}]})
    async with connected(transport, prometheus_uid=None) as adapter:
        with pytest.raises(ConfigurationError, match="set prometheus_uid to one of: prom-eu, prom-us"):
            await adapter.query_metrics(UP, call_at())


async def test_a_grafana_without_such_a_data_source_is_no_empty_answer() -> None:
    async with connected(Routed({DATA_SOURCES: SOURCES[:1]}), loki_uid=None) as adapter:
        with pytest.raises(NotFoundError, match="no data source of type loki"):
            await adapter.search_logs(LogQuery(window=WINDOW, limit=1), call_at())


async def test_a_hostile_uid_of_the_settings_stays_one_segment_of_the_path() -> None:
    transport = Routed({"GET /api/datasources/proxy/uid/../../x/api/v1/query_range": matrix()})
    async with connected(transport, prometheus_uid="../../x") as adapter:
        await adapter.query_metrics(UP, call_at())
    assert b"/uid/..%2F..%2Fx/api/v1/query_range" in transport.requests[0].url.raw_path


async def test_doctor_hears_which_actions_the_credential_for_changes_has() -> None:
    told = {"annotations:create": ["annotations:type:organization"], "alert.instances:read": [""], "x": None}
    transport = Routed({PERMISSIONS: told})
    async with connected(transport, token={"env": "READING"}, write_token={"env": "WRITING"}) as adapter:
        granted = await adapter.check_writing(call_at())
    assert transport.requests[0].headers["authorization"] == "Bearer secret-of-WRITING"
    assert granted == (
        Permission("alert.instances:read", True),
        Permission("alert.instances:create", False),
        Permission("alert.instances:write", False),
        Permission("annotations:create", True),
        Permission("annotations:delete", False),
    )


async def test_a_grafana_that_tells_no_permissions_leaves_them_open() -> None:
    async with connected(Routed({PERMISSIONS: httpx.Response(404, json={})})) as adapter:
        assert {one.granted for one in await adapter.check_writing(call_at())} == {None}


def test_the_adapter_is_one_that_doctor_can_ask() -> None:
    assert issubclass(GrafanaAdapter, WritingChecker)


async def test_the_probe_tells_the_version_and_proves_the_token() -> None:
    health = {"commit": "c", "database": "ok", "version": "11.5.2"}
    date = {"date": "Sun, 01 Mar 2026 12:00:00 GMT"}
    good = Routed({HEALTH: health, PING: httpx.Response(200, json={"message": "Logged in"}, headers=date)})
    async with connected(good) as adapter:
        probe = await adapter.probe(call_at())
    assert (probe.version, str(probe.server_time)) == ("11.5.2", "2026-03-01 12:00:00+00:00")
    async with connected(Routed({HEALTH: health, PING: httpx.Response(401, json={})})) as adapter:
        with pytest.raises(AuthenticationError):
            await adapter.probe(call_at())

"""What a server says of itself."""

import pytest

from opsloom.model.errors import NotFoundError, UnexpectedAnswerError
from tests.adapters.prometheus.asking import NOW, QUERY, Answering, call_at, connected, success

BUILD_INFO = "/api/v1/status/buildinfo"
ONE = success({"resultType": "scalar", "result": [1, "1"]})


async def test_the_probe_tells_version_and_time() -> None:
    async with connected(Answering({BUILD_INFO: success({"version": "2.42.0"})})) as adapter:
        probe = await adapter.probe(call_at())
    assert (probe.version, probe.server_time) == ("2.42.0", NOW)


async def test_a_server_that_does_not_tell_its_version_is_asked_the_cheapest_query() -> None:
    async with connected(Answering({QUERY: ONE})) as adapter:
        probe = await adapter.probe(call_at())
    assert (probe.version, probe.server_time) == ("", NOW)


async def test_a_server_that_answers_neither_is_no_prometheus() -> None:
    async with connected(Answering({})) as adapter:
        with pytest.raises(NotFoundError):
            await adapter.probe(call_at())


async def test_an_answer_without_data_does_not_pass() -> None:
    async with connected(Answering({BUILD_INFO: {"status": "success"}})) as adapter:
        with pytest.raises(UnexpectedAnswerError):
            await adapter.probe(call_at())

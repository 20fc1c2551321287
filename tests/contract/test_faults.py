"""The faults of the kit are as bad as they say."""

import httpx
import pytest

from opsloom.adapter_api.contract_kit.fake_provider import CannedReply, FakeProvider
from opsloom.adapter_api.contract_kit.faults import truncated


@pytest.mark.parametrize(
    "body", [b'{"a": 1}', b"[]", b'{"a": 1}\n{"a": 2}\n', b'{"a": 1}\n\n{"a": 2}', b"{}\n{}\n{}\n{}"]
)
async def test_truncated_json_lines_end_within_a_line(body: bytes) -> None:
    provider = FakeProvider({}, "http://acme.test")
    answer = await truncated(httpx.Request("GET", "http://acme.test/"), CannedReply(body), provider)
    assert body.startswith(answer.content)
    assert answer.content.splitlines()[-1] not in body.splitlines()

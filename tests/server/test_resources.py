"""Resources and completion, in both protocol eras."""

import hashlib
import json
from pathlib import Path

import pytest
from mcp.shared.exceptions import MCPError
from mcp.types import PromptReference, ResourceTemplateReference

from tests.server.serving import ERAS, answer_of, connected, demo, rows_of

pytestmark = pytest.mark.parametrize("era", ERAS)


async def test_the_evidence_resource_is_the_payload_whose_digest_the_evidence_names(era: str, tmp_path: Path) -> None:
    async with connected(demo(tmp_path), era) as client:
        [ident] = answer_of(await client.call_tool("search_alerts", {}))["evidence"]
        known, payload = (await client.read_resource(f"ops://evidence/{ident}")).contents
    evidence = json.loads(known.text)
    assert evidence["id"] == ident
    assert evidence["redactions"] == 0
    digest = hashlib.sha256(payload.text.encode()).hexdigest()
    assert digest == evidence["payload_sha256"] == evidence["body_sha256"]


async def test_refs_work_in_resources_as_they_stand_and_percent_encoded(era: str, tmp_path: Path) -> None:
    async with connected(demo(tmp_path), era) as client:
        ref = rows_of(answer_of(await client.call_tool("search_deploys", {"since": "-2h"})))[0]["ref"]
        for written in (ref, ref.replace(":", "%3A").replace("/", "%2F")):
            [content] = (await client.read_resource(f"ops://deploys/{written}")).contents
            assert ref in content.text


async def test_the_log_of_a_call_can_be_read_as_a_resource(era: str, tmp_path: Path) -> None:
    async with connected(demo(tmp_path), era) as client:
        ident = answer_of(await client.call_tool("overview", {}))["investigation"]
        [investigation] = (await client.read_resource(f"ops://investigations/{ident}")).contents
        assert json.loads(investigation.text)["evidence"]
        [service] = (await client.read_resource("ops://services/checkout")).contents
        assert "oncall-a" in service.text
        [providers] = (await client.read_resource("ops://providers")).contents
        assert "AlertReader" in providers.text


@pytest.mark.parametrize(
    "uri",
    [
        "ops://nothing",
        "ops://evidence/ev_aaaaaaaaaaaaaaaa",
        "ops://alerts/alert:demo/none",
        "ops://alerts/alert:nobody/x",
        "ops://audit/none",
        "ops://investigations/inv_none",
        "file:///etc/passwd",
        "http://127.0.0.1:9/",
    ],
)
async def test_a_resource_that_is_not_there_is_an_error(era: str, tmp_path: Path, uri: str) -> None:
    async with connected(demo(tmp_path), era) as client:
        with pytest.raises(MCPError):
            await client.read_resource(uri)


async def test_variables_are_completed_from_what_is_there(era: str, tmp_path: Path) -> None:
    async with connected(demo(tmp_path), era) as client:

        async def complete(template: str, name: str, typed: str) -> list[str]:
            reference = ResourceTemplateReference(type="ref/resource", uri=template)
            found = await client.complete(reference, {"name": name, "value": typed})
            return found.completion.values

        assert await complete("ops://services/{service}", "service", "ch") == ["checkout"]
        assert len(await complete("ops://alerts/{ref}", "ref", "alert:")) >= 2
        assert len(await complete("ops://deploys/{ref}", "ref", "")) >= 3
        assert len(await complete("ops://tickets/{ref}", "ref", "")) >= 1
        [evidence] = answer_of(await client.call_tool("search_alerts", {}))["evidence"]
        assert evidence in await complete("ops://evidence/{id}", "id", "ev_")
        calls = await complete("ops://audit/{call}", "call", "")
        [content] = (await client.read_resource(f"ops://audit/{calls[-1]}")).contents
        assert json.loads(content.text)["records"][0]["kind"] == "call.received"
        prompt = PromptReference(type="ref/prompt", name="what_changed")
        found = await client.complete(prompt, {"name": "service", "value": "pay"})
        assert found.completion.values == ["payments"]

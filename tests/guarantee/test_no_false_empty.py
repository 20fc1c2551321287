"""Guarantee: a source that fails is named with the reason, and its silence is never an empty answer."""

import shutil
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from opsloom.cli.configured import DEMO_NOW
from tests.guarantee.faulty_provider import LOGIN_PAGE, FaultyProvider, running
from tests.server.serving import ERAS, answer_of, connected, settings_of, text_of

FAULTS = {
    "401": (FaultyProvider(401, b'{"error":"unauthorized"}'), "refused the credential"),
    "403": (FaultyProvider(403, b'{"error":"forbidden"}'), "denied permission"),
    "500": (FaultyProvider(500, b"oops"), "is failing"),
    "login page": (FaultyProvider(200, LOGIN_PAGE, "text/html"), "login page"),
    "empty items with a login page's type": (FaultyProvider(200, b'{"items":[]}', "text/html"), "login page"),
    "silence": (FaultyProvider(None), "did not answer"),
    "closed port": (None, "nobody answers"),
}
QUESTIONS: list[tuple[str, str, dict[str, Any]]] = [
    ("prometheus", "search_alerts", {}),
    ("alertmanager", "search_alerts", {"status": "any"}),
    ("prometheus", "overview", {}),
    ("alertmanager", "overview", {"service": "checkout"}),
    ("prometheus", "query_metrics", {}),
    ("prometheus", "query_metrics", {"metric": "up"}),
    ("prometheus", "query_metrics", {"promql": "up"}),
    ("journald", "search_logs", {}),
    ("roundup", "search_tickets", {}),
    ("alertmanager", "get_record", {"ref": "alert:broken/abc"}),
    ("roundup", "get_record", {"ref": "ticket:broken/issue1"}),
    ("datadog", "search_alerts", {}),
    ("datadog", "search_incidents", {}),
    ("datadog", "search_slos", {}),
    ("pagerduty", "search_incidents", {"service": "checkout"}),
    ("pagerduty", "get_record", {"ref": "incident:broken/P1"}),
    ("jira", "search_tickets", {"query": "pool"}),
    ("slack", "search_messages", {"channel": "incidents"}),
    ("unleash", "search_flags", {}),
    ("argocd", "search_deploys", {}),
    ("kubernetes", "search_logs", {}),
    ("backstage", "get_owner", {"service": "checkout"}),
    ("servicenow", "map_dependencies", {"service": "checkout"}),
]
KEY = {"env": "OPSLOOM_TEST_TOKEN"}
CREDENTIALS: dict[str, dict[str, Any]] = {
    "datadog": {"api_key": KEY, "app_key": KEY},
    "jira": {"username": "opsloom@example.com", "password": KEY},
    **{
        kind: {"token": KEY}
        for kind in ("argocd", "backstage", "kubernetes", "pagerduty", "servicenow", "slack", "unleash")
    },
}


@pytest.fixture(params=FAULTS, scope="module")
def fault(request: pytest.FixtureRequest) -> Iterator[tuple[str, str]]:
    """The address of a provider with the fault, and the words that must name it."""
    server, told = FAULTS[request.param]
    if server is None:
        with socket.socket() as held:  # it is bound and does not listen: nobody else can come to answer there
            held.bind(("127.0.0.1", 0))
            yield f"http://127.0.0.1:{held.getsockname()[1]}", told
        return
    with running(server):
        yield server.url, told


@pytest.fixture(autouse=True)
def credential(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(KEY["env"], "a-credential-that-nobody-checks")


def options(kind: str, url: str) -> dict[str, Any]:
    return {"adapter": kind, "base_url": url, "deadline_seconds": 0.5, **CREDENTIALS.get(kind, {})}


@pytest.mark.parametrize("era", ERAS)
@pytest.mark.parametrize(("kind", "tool", "arguments"), QUESTIONS)
async def test_a_tool_whose_only_source_fails_is_an_error_that_says_who_and_why(
    tmp_path: Path, fault: tuple[str, str], era: str, kind: str, tool: str, arguments: dict[str, Any]
) -> None:
    url, told = fault
    async with connected(settings_of(tmp_path, {"broken": options(kind, url)}), era) as client:
        result = await client.call_tool(tool, arguments)
    assert result.is_error
    assert "broken" in text_of(result)
    assert told in text_of(result)
    assert "says nothing about the state" in text_of(result)


@pytest.mark.parametrize(
    ("kind", "tool"),
    [
        ("prometheus", "search_alerts"),
        ("alertmanager", "search_alerts"),
        ("prometheus", "query_metrics"),
        ("journald", "search_logs"),
        ("roundup", "search_tickets"),
        ("alertmanager", "overview"),
    ],
)
async def test_one_failing_source_beside_a_good_one_makes_the_answer_partial(
    tmp_path: Path, fault: tuple[str, str], kind: str, tool: str
) -> None:
    url, told = fault
    good = {"adapter": "recording", "path": "builtin:checkout"}
    instances = {"good": good, "broken": options(kind, url)}
    async with connected(settings_of(tmp_path, instances, DEMO_NOW), ERAS[0]) as client:
        answer = answer_of(await client.call_tool(tool, {}))
    assert answer["status"] == "partial"
    [gap] = [source for source in answer["sources"] if source["instance"] == "broken"]
    assert gap["status"] != "ok"
    assert told in gap["message"]


@pytest.mark.parametrize("tool", ["search_deploys", "get_owner"])
async def test_a_repository_that_went_away_is_an_error(tmp_path: Path, tool: str) -> None:
    repository = tmp_path / "shop"
    subprocess.run(["git", "init", "-q", str(repository)], check=True)
    settings = settings_of(tmp_path, {"broken": {"adapter": "git", "repository": str(repository)}})
    async with connected(settings, ERAS[0]) as client:
        shutil.rmtree(repository)
        result = await client.call_tool(tool, {"service": "checkout"})
    assert result.is_error
    assert "broken" in text_of(result)


async def test_a_catalog_that_went_away_is_an_error(tmp_path: Path) -> None:
    settings = settings_of(tmp_path, {"broken": {"adapter": "catalog", "root": str(tmp_path / "none")}})
    async with connected(settings, ERAS[0]) as client:
        result = await client.call_tool("get_owner", {"service": "checkout"})
    assert result.is_error
    assert "broken" in text_of(result)


async def test_a_misconfigured_instance_is_a_silent_source_too(tmp_path: Path) -> None:
    good = {"adapter": "recording", "path": "builtin:checkout"}
    instances = {"good": good, "typo": {"adapter": "alertmanager", "base_ulr": "http://127.0.0.1:9"}}
    async with connected(settings_of(tmp_path, instances, DEMO_NOW), ERAS[0]) as client:
        for tool in ("search_alerts", "overview"):
            answer = answer_of(await client.call_tool(tool, {}))
            assert answer["status"] == "partial"
            assert any(source["status"] == "misconfigured" for source in answer["sources"])


async def test_empty_is_said_only_when_every_source_answered(tmp_path: Path) -> None:
    good = {"adapter": "recording", "path": "builtin:checkout"}
    arguments = {"service": "no-such-service"}
    async with connected(settings_of(tmp_path, {"good": good}, DEMO_NOW), ERAS[0]) as client:
        assert answer_of(await client.call_tool("search_alerts", arguments))["status"] == "empty"

"""A silent source is never taken for an empty one."""

from pathlib import Path
from typing import Any

import pytest

from opsloom.adapter_api.call import Call
from opsloom.adapter_api.capabilities import CAPABILITIES
from opsloom.adapter_api.writers import WRITERS
from opsloom.model.errors import (
    AuthenticationError,
    ConfigurationError,
    InvalidRequestError,
    OpsloomError,
    PermissionDeniedError,
    ProviderError,
    ProviderTimeoutError,
    RateLimitedError,
    UnavailableError,
    UnexpectedAnswerError,
    UnsupportedError,
)
from opsloom.providers.instance import BrokenInstance, Instance
from opsloom.tools import TOOLS
from tests.providers.scripted import scripted
from tests.tools.house import demo, house
from tests.tools.shelf import Shelf, alert

SEARCHES = ["search_alerts", "search_deploys", "search_tickets", "search_logs"]
READS: list[tuple[str, dict[str, Any]]] = [
    *((tool, {}) for tool in SEARCHES),
    ("query_metrics", {}),
    ("query_metrics", {"metric": "up"}),
    ("get_owner", {"service": "checkout"}),
    ("overview", {}),
]
BROKEN = BrokenInstance("typo", "unknown", "[instances.typo]: adapter must be one of: ...")


def failing(name: str, error: Exception) -> Instance:
    async def act(_method: str, _query: object, call: Call) -> object:
        call.capture(method="GET", url=f"http://{name}.example", body=b"<html>", status=503)
        raise error

    return scripted(name, act)


@pytest.mark.parametrize(("tool", "arguments"), READS)
async def test_empty_is_said_when_every_source_answered(tmp_path: Path, tool: str, arguments: dict[str, Any]) -> None:
    async with house(tmp_path, Shelf("a", []).instance, Shelf("b", []).instance) as asked:
        answer = await asked.ask(tool, **arguments)
    assert (answer["status"], answer["rows"], answer["total"]) == ("empty", [], 0)
    assert {source["status"] for source in answer["sources"]} == {"ok"}


@pytest.mark.parametrize(("tool", "arguments"), READS)
async def test_partial_names_who_did_not_answer_and_why(tmp_path: Path, tool: str, arguments: dict[str, Any]) -> None:
    denied = PermissionDeniedError("b lacks the scope alerts:read", instance="b", upstream="Forbidden!")
    async with house(tmp_path, Shelf("a", []).instance, failing("b", denied)) as asked:
        answer = await asked.ask(tool, **arguments)
    assert answer["status"] == "partial"
    gap = next(source for source in answer["sources"] if source["instance"] == "b")
    assert gap["status"] == "permission_denied"
    assert gap["message"] == "b lacks the scope alerts:read [provider's text, data only: 'Forbidden!']"


@pytest.mark.parametrize(("tool", "arguments"), READS)
async def test_a_misconfigured_source_is_a_gap_too(tmp_path: Path, tool: str, arguments: dict[str, Any]) -> None:
    async with house(tmp_path, Shelf("a", []).instance, broken=[BROKEN]) as asked:
        answer = await asked.ask(tool, **arguments)
    assert answer["status"] == "partial"
    gap = next(source for source in answer["sources"] if source["instance"] == "typo")
    assert (gap["status"], gap["message"]) == ("misconfigured", BROKEN.problem)


@pytest.mark.parametrize(("tool", "arguments"), READS)
async def test_if_all_are_silent_it_is_an_error_with_the_reason_of_each(
    tmp_path: Path, tool: str, arguments: dict[str, Any]
) -> None:
    down = failing("down", UnavailableError("down cannot be reached", instance="down"))
    late = failing("late", ProviderTimeoutError("late did not answer within 6 s", instance="late"))
    async with house(tmp_path, down, late, broken=[BROKEN]) as asked:
        with pytest.raises(ProviderError) as caught:
            await asked.ask(tool, **arguments)
    for said in (
        "No source answered, so this says nothing about the state of the systems.",
        "down cannot be reached",
        "late did not answer within 6 s",
        f"typo is misconfigured ({BROKEN.problem})",
        "Evidence: ev_",
    ):
        assert said in str(caught.value)


@pytest.mark.parametrize(("tool", "arguments"), READS)
async def test_if_the_only_source_is_misconfigured_its_problem_is_the_error(
    tmp_path: Path, tool: str, arguments: dict[str, Any]
) -> None:
    async with house(tmp_path, broken=[BROKEN]) as asked:
        with pytest.raises(ConfigurationError, match=r"typo is misconfigured \(\[instances\.typo\]"):
            await asked.ask(tool, **arguments)


@pytest.mark.parametrize(("tool", "arguments"), READS)
async def test_without_any_source_nothing_can_be_asked(tmp_path: Path, tool: str, arguments: dict[str, Any]) -> None:
    async with house(tmp_path) as asked:
        with pytest.raises(UnsupportedError, match="no configured instance"):
            await asked.ask(tool, **arguments)


@pytest.mark.parametrize(
    ("error", "word"),
    [
        (UnavailableError("x"), "unavailable"),
        (ProviderTimeoutError("x"), "timeout"),
        (RateLimitedError("x"), "rate_limited"),
        (AuthenticationError("x"), "authentication"),
        (UnexpectedAnswerError("x"), "unexpected_answer"),
        (UnsupportedError("x"), "Unsupported"),
        (KeyError("x"), "error"),
    ],
)
async def test_one_word_says_what_kind_of_gap_it_is(tmp_path: Path, error: Exception, word: str) -> None:
    async with house(tmp_path, demo(), failing("b", error)) as asked:
        answer = await asked.ask("search_alerts")
    assert [source["status"] for source in answer["sources"]] == [word, "ok"]
    assert answer["rows"]


@pytest.mark.parametrize("broken", [[], [BROKEN]])
async def test_arguments_that_no_provider_takes_are_the_models_to_fix(
    tmp_path: Path, broken: list[BrokenInstance]
) -> None:
    error = InvalidRequestError("a: the expression does not parse", upstream="unexpected '('")
    async with house(tmp_path, failing("a", error), broken=broken) as asked:
        with pytest.raises(InvalidRequestError) as caught:
            await asked.ask("query_metrics", promql="((")
    assert "a: the expression does not parse [provider's text, data only: \"unexpected '('\"]" in str(caught.value)


async def test_an_error_keeps_its_kind_if_all_sources_share_it(tmp_path: Path) -> None:
    denied: list[OpsloomError] = [AuthenticationError("a refused the credential"), AuthenticationError("b did, too")]
    async with house(tmp_path, failing("a", denied[0]), failing("b", denied[1])) as asked:
        with pytest.raises(AuthenticationError, match=r"a refused the credential; b did, too"):
            await asked.ask("search_logs")


async def test_what_failed_sources_said_is_evidence_of_the_call(tmp_path: Path) -> None:
    async with house(tmp_path, Shelf("a", [alert("1")]).instance, failing("b", UnavailableError("x"))) as asked:
        answer = await asked.ask("search_alerts")
        kept = await asked.ask("get_evidence", ids=answer["evidence"])
    assert [row[1] for row in kept["rows"]] == ["a", "b"]
    assert kept["rows"][1][2] == "GET http://b.example"


async def test_every_source_is_named_with_its_question(tmp_path: Path) -> None:
    async with house(tmp_path, demo(), Shelf("a", []).instance) as asked:
        answer = await asked.ask("search_alerts")
    assert [(source["instance"], source["query"][:14]) for source in answer["sources"]] == [
        ("a", "search_alerts "),
        ("demo", "alerts.jsonl s"),
    ]
    assert answer["sources"][1]["link"].startswith("https://alerts.example.com/")


@pytest.mark.parametrize("tool", TOOLS)
def test_a_tool_says_which_capabilities_can_serve_it(tool: str) -> None:
    assert TOOLS[tool].reads_providers is bool(TOOLS[tool].needs)
    assert set(TOOLS[tool].needs) <= set(WRITERS if TOOLS[tool].changes else CAPABILITIES)

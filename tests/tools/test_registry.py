"""Arguments are checked before anything is asked; a refusal names the valid ones."""

from typing import Any

import pytest

from opsloom.model.errors import InvalidRequestError
from opsloom.model.limits import EVIDENCE_IDS_MAX, ROWS_MAX
from opsloom.tools import TOOLS

REQUIRED: dict[str, dict[str, Any]] = {
    "search_messages": {"channel": "incidents"},
    "map_dependencies": {"service": "checkout"},
    "get_record": {"ref": "alert:am/1"},
    "record_finding": {"claim": "errors rose", "kind": "observed", "evidence": ["ev_1"]},
    "acknowledge_alert": {"alert": "alert:am/1", "reason": "looking at it"},
    "silence_alert": {"duration": "1h", "reason": "known"},
    "update_alert": {"alert": "alert:pd/1", "reason": "news"},
    "operate_service": {"service": "checkout", "operation": "restart", "reason": "it hangs"},
    "toggle_flag": {"flag": "new-pool", "environment": "prod", "enabled": "false", "reason": "errors since then"},
    "record_event": {"title": "failover done", "reason": "for those who look later"},
    "create_channel": {"name": "inc-checkout", "reason": "several teams"},
    "rollback_deploy": {"service": "checkout", "reason": "errors since then"},
    "create_ticket": {"title": "Checkout fails", "reason": "to be fixed for good"},
    "update_ticket": {"ticket": "ticket:roundup/issue1", "reason": "news"},
    "send_message": {"channel": "incidents", "text": "we look at it", "reason": "people ask"},
    "page_owner": {"service": "checkout", "text": "checkout fails", "reason": "nobody answers"},
    "action_status": {"action": "K7Q2-M3XD"},
}
EVERY_ARGUMENT = [(name, argument) for name, spec in TOOLS.items() for argument in spec.arguments.model_fields]


def refusal(tool: str, **raw: Any) -> str:
    with pytest.raises(InvalidRequestError) as caught:
        TOOLS[tool].parse({**REQUIRED.get(tool, {}), **raw})
    return str(caught.value)


def valid_names(tool: str) -> str:
    return f"Valid arguments of {tool}: {', '.join(TOOLS[tool].arguments.model_fields)}."


@pytest.mark.parametrize("tool", TOOLS)
def test_without_anything_optional_the_arguments_are_accepted(tool: str) -> None:
    assert set(TOOLS[tool].parse(REQUIRED.get(tool, {}))) == set(TOOLS[tool].arguments.model_fields)


@pytest.mark.parametrize("tool", TOOLS)
def test_an_unknown_argument_is_refused_with_the_valid_names(tool: str) -> None:
    said = refusal(tool, nonsense_of_mine=1)
    assert "unknown argument 'nonsense_of_mine'" in said
    assert "did you mean" not in said
    assert valid_names(tool) in said


@pytest.mark.parametrize(("tool", "argument"), EVERY_ARGUMENT)
def test_a_misspelt_argument_is_refused_with_the_one_that_was_meant(tool: str, argument: str) -> None:
    misspelt = argument[:-2] + argument[-1] + argument[-2] if argument[-1] != argument[-2] else argument + "x"
    said = refusal(tool, **{misspelt: "x"})
    assert f"unknown argument {misspelt!r} (did you mean {argument!r}?)" in said
    assert valid_names(tool) in said


@pytest.mark.parametrize(("tool", "argument"), [(tool, name) for tool, given in REQUIRED.items() for name in given])
def test_a_missing_argument_is_named(tool: str, argument: str) -> None:
    with pytest.raises(InvalidRequestError) as caught:
        TOOLS[tool].parse({name: value for name, value in REQUIRED[tool].items() if name != argument})
    assert f"argument {argument!r} is missing" in str(caught.value)
    assert valid_names(tool) in str(caught.value)


@pytest.mark.parametrize(("tool", "argument"), EVERY_ARGUMENT)
@pytest.mark.parametrize("wrong", [{"a": 1}, object()], ids=["object", "no json at all"])
def test_a_value_of_the_wrong_type_is_refused_by_name_and_not_quoted(tool: str, argument: str, wrong: object) -> None:
    said = refusal(tool, **{argument: wrong})
    assert f"argument {argument!r}: " in said
    assert valid_names(tool) in said


@pytest.mark.parametrize(
    ("tool", "raw", "said"),
    [
        ("search_alerts", {"limit": 0}, "argument 'limit': Input should be greater than or equal to 1"),
        ("search_alerts", {"limit": ROWS_MAX + 1}, f"Input should be less than or equal to {ROWS_MAX}"),
        ("search_alerts", {"limit": "many"}, "argument 'limit': Input should be a valid integer"),
        ("search_alerts", {"status": "on fire"}, "'active', 'firing', 'pending', 'acknowledged', 'suppressed'"),
        ("search_alerts", {"severity": "sev1"}, "'critical', 'error', 'warning', 'info' or 'unknown'"),
        ("search_deploys", {"kind": "hotfix"}, "'any', 'deploy', 'rollback', 'config', 'flag', 'commit' or 'all'"),
        ("search_logs", {"severity": "bad"}, "'trace', 'debug', 'info', 'warn', 'error', 'fatal' or 'unknown'"),
        ("search_tickets", {"status": "done"}, "'open', 'in_progress', 'closed' or 'unknown'"),
        ("query_metrics", {"aggregate": "mean"}, "'avg', 'sum', 'min', 'max', 'rate', 'p50', 'p90', 'p95' or 'p99'"),
        ("query_metrics", {"group_by": ["a"] * 6}, "argument 'group_by': List should have at most 5 items"),
        ("get_record", {"detail": "everything"}, "'summary' or 'full'"),
        ("record_finding", {"kind": "guess"}, "'observed', 'inferred', 'ruled_out' or 'unknown'"),
        ("record_finding", {"confidence": 1.5}, "argument 'confidence': Input should be less than or equal to 1"),
        ("record_finding", {"confidence": float("nan")}, "argument 'confidence'"),
        ("record_finding", {"claim": ""}, "argument 'claim': String should have at least 1 character"),
        ("record_finding", {"evidence": ["ev"] * (EVIDENCE_IDS_MAX + 1)}, "argument 'evidence': List should have"),
        ("search_logs", {"query": "x" * 501}, "argument 'query': String should have at most 500 characters"),
        ("search_logs", {"since": "x" * 65}, "argument 'since': String should have at most 64 characters"),
    ],
)
def test_a_wrong_value_is_refused_with_what_is_valid(tool: str, raw: dict[str, Any], said: str) -> None:
    assert said in refusal(tool, **raw)


def test_every_problem_is_told_at_once() -> None:
    said = refusal("search_logs", limit=0, sevrity="bad", severity="bad")
    assert said.count(";") == 2
    assert all(name in said for name in ("'limit'", "'sevrity'", "'severity'"))


@pytest.mark.parametrize(("tool", "argument"), [("get_evidence", "ids"), ("query_metrics", "group_by")])
@pytest.mark.parametrize(
    ("given", "meant"),
    [
        (["a", "b"], ["a", "b"]),
        ('["a", "b"]', ["a", "b"]),
        (' ["a"] ', ["a"]),
        ("a,b", ["a", "b"]),
        ("a, b ,", ["a", "b"]),
        ("a", ["a"]),
        ("", []),
        (None, None),
    ],
)
def test_a_list_may_come_as_json_text_or_with_commas(tool: str, argument: str, given: object, meant: object) -> None:
    assert TOOLS[tool].parse({argument: given})[argument] == meant


@pytest.mark.parametrize("given", ['["a"', "[1]", '[["a"]]'])
def test_a_list_in_broken_text_is_refused(given: str) -> None:
    assert "argument 'ids" in refusal("get_evidence", ids=given)


def test_each_tool_says_under_which_contract_a_call_was_made() -> None:
    digests = {spec.digest for spec in TOOLS.values()}
    assert len(digests) == len(TOOLS)
    assert all(len(digest) == 64 for digest in digests)

"""Prompts: files that say only what is true, filled only with what is declared."""

import re
from pathlib import Path

import pytest
from mcp.shared.exceptions import MCPError

from opsloom.server.prompts import PLACEHOLDER, load_prompts
from opsloom.tools import TOOLS
from tests.server.serving import ERAS, connected, demo

PROMPTS = load_prompts()
FIELDS = {"stepped_at", "ruled_out", "unknown", "status"}


def test_the_five_prompts_are_there() -> None:
    assert set(PROMPTS) == {"triage_alert", "what_changed", "handover", "write_review", "review_audit"}


@pytest.mark.parametrize("name", PROMPTS)
def test_every_placeholder_is_declared_and_every_argument_is_used(name: str) -> None:
    prompt = PROMPTS[name]
    assert set(PLACEHOLDER.findall(prompt.body)) == {argument.name for argument in prompt.arguments}
    assert "{{" not in PLACEHOLDER.sub("", prompt.body)


@pytest.mark.parametrize("name", PROMPTS)
def test_every_tool_that_a_prompt_names_exists(name: str) -> None:
    named = set(re.findall(r"`([a-z_]+)`", PROMPTS[name].body)) - FIELDS
    assert named
    assert named <= set(TOOLS)


@pytest.mark.parametrize("name", PROMPTS)
def test_an_optional_argument_has_a_default_and_a_required_one_has_none(name: str) -> None:
    assert all(argument.required != bool(argument.default) for argument in PROMPTS[name].arguments)


@pytest.mark.parametrize("era", ERAS)
async def test_a_prompt_is_filled_and_what_is_filled_in_stays_one_line(era: str, tmp_path: Path) -> None:
    async with connected(demo(tmp_path), era) as client:
        result = await client.get_prompt("what_changed", {"service": "checkout\n\n# New rules\x1b[31m"})
    text = result.messages[0].content.text
    assert "could explain the trouble of checkout # New rules? Look back to -6h." in text


@pytest.mark.parametrize("era", ERAS)
@pytest.mark.parametrize(
    ("name", "arguments", "told"),
    [
        ("nothing", {}, "triage_alert"),
        ("what_changed", {}, "service"),
        ("what_changed", {"service": "x", "sevice": "y"}, "service, since"),
    ],
)
async def test_a_wrong_prompt_or_argument_is_refused_with_the_valid_ones(
    era: str, tmp_path: Path, name: str, arguments: dict[str, str], told: str
) -> None:
    async with connected(demo(tmp_path), era) as client:
        with pytest.raises(MCPError, match=told):
            await client.get_prompt(name, arguments)

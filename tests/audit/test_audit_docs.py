"""The auditor's reference and prompt: each command can be typed, and nothing is left out."""

import re
import shlex
from pathlib import Path

import pytest

from opsloom.audit.export import ExportFormat
from opsloom.audit.questions import QUESTIONS
from opsloom.audit.record import Kind
from opsloom.cli.main import _parser

ROOT = Path(__file__).resolve().parents[2]
DOCUMENT = (ROOT / "docs" / "audit.md").read_text("utf-8")
PROMPT = (ROOT / "prompts" / "review_audit.md").read_text("utf-8")
EXAMPLES = [line for block in re.findall(r"```sh\n(.*?)```", DOCUMENT, re.DOTALL) for line in block.splitlines()]
PROMPTED = re.findall(r"^- (opsloom [a-z]+ [a-z]+(?: CODE| --json)?)", PROMPT, re.MULTILINE)


@pytest.mark.parametrize("line", EXAMPLES)
def test_each_example_can_be_typed(line: str) -> None:
    assert _parser().parse_args(shlex.split(line)[1:]).run


@pytest.mark.parametrize("line", PROMPTED)
def test_each_command_of_the_prompt_exists(line: str) -> None:
    needed = ["--reason", "x"] if " review " in line else []
    assert _parser().parse_args([*line.split()[1:], *needed]).run


def test_the_prompt_names_the_auditors_commands() -> None:
    assert [line.split()[2] for line in PROMPTED] == ["verify", "questions", "show", "review"]


def test_every_question_format_and_kind_of_record_is_explained() -> None:
    rows = re.findall(r"^\| (`[^|]*?) \|", DOCUMENT, re.MULTILINE)
    named = [name for row in rows for name in re.findall(r"`([^`]+)`", row)]
    questions = [question.name for question in QUESTIONS]
    assert [name for name in named if name in questions] == questions
    assert set(named) >= {str(form) for form in ExportFormat} | {str(kind) for kind in Kind}


def test_the_questions_that_must_find_nothing_come_first() -> None:
    assert [question.must_be_none for question in QUESTIONS] == [True] * 5 + [False] * (len(QUESTIONS) - 5)

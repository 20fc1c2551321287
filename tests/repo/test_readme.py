"""The README says what is true."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from opsloom.cli.client_config import PLACES
from opsloom.cli.main import CLIENTS
from opsloom.providers.registry import installed
from opsloom.server.prompts import load_prompts
from opsloom.server.resources import PROVIDERS_URI, TEMPLATES
from scripts.readme import with_tables

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text("utf-8")


def test_the_tables_are_those_that_the_code_gives() -> None:
    assert with_tables(README) == README, "run: make docs"


def test_every_adapter_resource_prompt_and_client_is_named() -> None:
    assert all(f"[{kind}](adapters/opsloom_adapters/{kind}/README.md)" in README for kind in installed())
    assert all(f"`{uri}`" in README for uri in (PROVIDERS_URI, *(template.uri for template in TEMPLATES)))
    assert all(f"`{name}`" in README for name in load_prompts())
    assert set(CLIENTS) == set(PLACES)
    assert "|".join(CLIENTS) in README


@pytest.mark.parametrize("link", sorted(set(re.findall(r"\]\(([^)#:]+)\)", README))))
def test_a_link_leads_somewhere(link: str) -> None:
    assert (ROOT / link).exists()


def test_every_make_target_that_is_named_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = set(re.findall(r"(?:`|^)make ([a-z]+)(?:`| )", README, re.MULTILINE))
    assert {"demo", "test", "check"} <= named <= targets


def test_ci_runs_what_the_readme_tells() -> None:
    commands = re.findall(r"^(make \w+)$", (ROOT / ".ci" / "run").read_text(), re.MULTILINE)
    assert ", ".join(f"`{command}`" for command in commands) in README


@pytest.mark.parametrize("command", sorted(set(re.findall(r"`opsloom ([a-z-]+(?: [a-z][a-z-]*)?)", README))))
def test_every_command_that_is_named_has_a_help(command: str) -> None:
    words = [word for word in command.split() if not re.match(r"claude|search", word)]
    done = subprocess.run([sys.executable, "-m", "opsloom.cli.main", *words, "--help"], capture_output=True)
    assert done.returncode == 0


def test_the_example_for_clients_is_a_server_of_this_checkout_that_only_reads_first() -> None:
    reading, changing = json.loads((ROOT / "mcp.json.example").read_text())["mcpServers"].values()
    assert reading == {"command": ".venv/bin/opsloom", "args": ["serve", "--demo", "--read-only"]}
    assert changing == {"command": ".venv/bin/opsloom", "args": ["serve", "--demo"]}

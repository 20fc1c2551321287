"""The house rules that no linter knows."""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LINES_MAX = 400
FORBIDDEN_NAMES = {"utils", "util", "helpers", "helper", "manager", "common", "misc"}
REGISTRY = re.compile(r"(pypi|pythonhosted|npmjs|debian)\.(org|com)/", re.IGNORECASE)
MACHINE_PATH = re.compile(r"/(work|tmp|root|home)/[a-z]")
LOOSE_END = re.compile(r"\b(TODO|FIXME|XXX)\b")
TOP_LEVEL = {
    ".ci", ".gitignore", "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "Makefile", "README.md", "SECURITY.md",
    "adapters", "bench", "docs", "mcp.json.example", "prompts", "pyproject.toml", "requirements", "scripts", "src",
    "tests",
}  # fmt: skip


def tracked(*patterns: str) -> list[Path]:
    """What is in the repository, or will be with the next commit."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", *patterns]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\n")
    return [ROOT / name for name in listed if name and (ROOT / name).is_file()]


SOURCES = tracked("*.py")
TEXTS = [file for file in tracked() if file.suffix not in {".csv", ".jsonl"} and file != Path(__file__)]


def name_of(file: Path) -> str:
    return str(file.relative_to(ROOT))


def test_the_top_level_holds_what_the_plan_says() -> None:
    assert {name_of(file).split("/")[0] for file in tracked()} <= TOP_LEVEL


@pytest.mark.parametrize("file", SOURCES, ids=name_of)
def test_a_file_is_short_and_named_for_its_concept(file: Path) -> None:
    assert len(file.read_text("utf-8").splitlines()) <= LINES_MAX
    assert file.stem not in FORBIDDEN_NAMES


@pytest.mark.parametrize("file", TEXTS, ids=name_of)
def test_no_address_of_a_registry_no_path_of_a_machine_no_loose_end(file: Path) -> None:
    text = file.read_text("utf-8")
    assert not REGISTRY.search(text)
    assert not MACHINE_PATH.search(text)
    assert not LOOSE_END.search(text)


def test_every_module_says_what_it_is_for() -> None:
    silent = [name_of(file) for file in SOURCES if not re.match(r'(#!.*\n)?(# .*\n)*"""', file.read_text("utf-8"))]
    assert [name for name in silent if (ROOT / name).read_text("utf-8").strip()] == []


def test_the_sdk_is_imported_by_the_server_only() -> None:
    """Lazily and for its client in two commands, which are themselves clients."""
    importing = re.compile(r"^\s*(from|import) (mcp|httpx2?)\b", re.MULTILINE)
    found = {
        name_of(file) for file in tracked("src/*.py", "adapters/*.py") if importing.search(file.read_text("utf-8"))
    }
    clients = {"src/opsloom/cli/call.py", "src/opsloom/cli/demo.py"}
    http = {name for name in found if name.startswith("src/opsloom/adapter_api/")}
    assert {name for name in found if not name.startswith("src/opsloom/server/")} == clients | http


def test_adapters_have_the_files_that_a_reader_expects() -> None:
    points = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["entry-points"]["opsloom.adapters"]
    folders = {file.parent.name for file in tracked("adapters/opsloom_adapters/*/adapter.py")}
    assert set(points) == folders
    for kind in points:
        folder = ROOT / "adapters" / "opsloom_adapters" / kind
        for name in ("__init__.py", "adapter.py", "config.py", "wire.py", "mapping.py", "README.md"):
            assert (folder / name).is_file(), f"{kind} has no {name}"
        assert "NOT SUPPORTED" in (folder / "README.md").read_text("utf-8").upper()
        assert (ROOT / "tests" / "contract" / f"test_{kind}_contract.py").is_file()


def test_every_guarantee_has_its_test_and_every_test_its_guarantee() -> None:
    folder = ROOT / "tests" / "guarantee"
    named = set(re.findall(r"`(test_\w+\.py)`", (folder / "README.md").read_text("utf-8")))
    assert named == {file.name for file in folder.glob("test_*.py")}


def test_pins_are_exact_and_without_addresses() -> None:
    lines = (ROOT / "requirements" / "dev.txt").read_text().splitlines()
    assert all(line.startswith("#") or re.fullmatch(r"[a-z0-9.-]+==[\w.+]+", line) for line in lines)


def test_every_dependency_has_an_upper_major() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert "mcp>=2.3,<3" in project["dependencies"]
    assert all(re.search(r">=[\w.]+,<[\w.]+$", one) for one in project["dependencies"])


def test_every_dependency_is_accounted_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    decided = (ROOT / "docs" / "decisions" / "0001-dependencies.md").read_text()
    for requirement in project["dependencies"] + project["optional-dependencies"]["dev"]:
        name = re.split(r"[><=]", requirement)[0].removeprefix("types-")
        assert re.search(rf"\b{re.escape(name)}\b", decided, re.IGNORECASE), f"{name} has no line"

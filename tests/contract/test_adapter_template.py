"""The template of docs/adapters is a distribution of its own that opsloom finds, and that passes its contract."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from opsloom.providers.registry import GROUP
from tests.contract.good_acme import TEMPLATE

PAGE = TEMPLATE.parent / "writing-one.md"
SHOWN = (
    "pyproject.toml",
    *(f"src/opsloom_acme/{name}.py" for name in ("config", "wire", "mapping", "client", "alerts")),
)


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the template, and beside it what pip makes of it."""
    folder = tmp_path_factory.mktemp("template")
    shutil.copytree(TEMPLATE, folder / "acme", ignore=shutil.ignore_patterns("__pycache__"))
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    alone = ["--no-deps", "--no-build-isolation", "--target", str(folder / "site"), str(folder / "acme")]
    done = subprocess.run([*pip, *alone], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return folder


def run(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(folder / "site"), "HOME": str(folder)}
    return subprocess.run(
        [sys.executable, "-m", *command],
        cwd=folder / "acme",
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_its_contract_passes_on_what_was_installed(installed: Path) -> None:
    done = run(installed, "pytest", "-q", "-p", "no:cacheprovider", "tests")
    assert done.returncode == 0, done.stdout[-2_000:]
    passed = re.search(r"(\d+) passed", done.stdout)
    assert passed is not None
    assert int(passed[1]) > 150


def test_an_operator_can_add_it(installed: Path) -> None:
    add = ("init", "--add", "acme", "--set", "base_url=http://127.0.0.1:9", "--untested")
    done = run(installed, "opsloom.cli.main", *add)
    assert done.returncode == 0, done.stderr
    assert "alerts:read: to search and read alerts" in done.stdout
    assert 'adapter = "acme"' in (installed / "acme" / "opsloom.toml").read_text()


@pytest.mark.parametrize("name", SHOWN)
def test_the_page_shows_the_tested_file_word_for_word(name: str) -> None:
    language = "toml" if name.endswith("toml") else "python"
    assert f"```{language}\n{(TEMPLATE / name).read_text('utf-8')}```\n" in PAGE.read_text("utf-8")


def test_the_page_names_the_entry_point_group_that_is_searched() -> None:
    assert f'[project.entry-points."{GROUP}"]' in PAGE.read_text("utf-8")

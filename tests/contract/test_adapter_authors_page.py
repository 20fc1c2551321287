"""What docs/adapter-authors.md shows is what the tests run."""

import re
import tomllib
from pathlib import Path

import pytest

from opsloom.providers.registry import GROUP

HERE = Path(__file__).parent
PAGE = HERE.parents[1] / "docs" / "adapter-authors.md"


@pytest.mark.parametrize("name", ["acme_adapter.py", "test_acme_contract.py"])
def test_the_page_shows_the_tested_file_word_for_word(name: str) -> None:
    source = (HERE / name).read_text("utf-8")
    assert f"```python\n{source}```\n" in PAGE.read_text("utf-8")


def test_the_page_names_the_entry_point_group_that_is_searched() -> None:
    blocks = re.findall(r"```toml\n(.*?)```", PAGE.read_text("utf-8"), flags=re.DOTALL)
    project = next(block for block in map(tomllib.loads, blocks) if "project" in block)["project"]
    assert list(project["entry-points"]) == [GROUP]

"""What the server tells a model about itself."""

import re
from pathlib import Path

import pytest

from opsloom.tools import TOOLS
from tests.server.serving import connected, demo


@pytest.mark.parametrize("era", ["legacy", "auto"])
async def test_the_instructions_are_short_and_begin_with_the_rule(era: str, tmp_path: Path) -> None:
    async with connected(demo(tmp_path), era) as client:
        instructions = client.instructions or ""
    assert len(instructions) <= 1_500
    assert instructions.startswith("Say only what evidence shows")
    named = set(re.findall(r"\b[a-z]+_[a-z]+\b", instructions)) - {
        "stepped_at",
        "ruled_out",
        "pending_approval",
        "approve_with",
    }
    assert named <= set(TOOLS)

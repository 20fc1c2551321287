"""``python -m tests.adapters.git.apply_once REPOSITORY``: apply an order in a process that may be killed.

Reads ``{"settings": ..., "order": ...}`` from its input.
"""

import json
import sys
from pathlib import Path

import anyio

from opsloom.model.changes import Order
from tests.adapters.git.rolling import apply


async def main() -> None:
    """Apply it."""
    said = json.load(sys.stdin)
    await apply(Path(sys.argv[1]), Order.model_validate(said["order"]), **said["settings"])


if __name__ == "__main__":
    anyio.run(main)

"""What the tools cost a model: name, description and input schema, in tokens."""

import json
import re

from bench.table import print_table
from bench.tokens import TOKENIZER, tokens
from opsloom.tools import LISTED_WHERE_SERVED, TOOLS


def run() -> None:
    """A row a tool, and the faults that are counted."""
    texts = {
        name: json.dumps(
            {"name": name, "description": spec.description, "input_schema": spec.schema}, separators=(",", ":")
        )
        for name, spec in TOOLS.items()
    }
    rows: list[tuple[object, ...]] = [(name, tokens(text)) for name, text in texts.items()]
    usual = [text for name, text in texts.items() if name not in LISTED_WHERE_SERVED]
    rows.append((f"of every house: {len(usual)} (target 3,200)", sum(tokens(text) for text in usual)))
    rows.append((f"all: {len(texts)} (target 4,800)", sum(tokens(text) for text in texts.values())))
    print_table(f"Tokens of the tools ({TOKENIZER})", ("tool", "tokens"), rows)
    everything = "".join(texts.values())
    faults = [(fault, len(re.findall(re.escape(fault), everything))) for fault in ('"$ref"', '"title":"', '"null"')]
    print_table("What schemas must not hold", ("what", "count"), faults)

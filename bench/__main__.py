"""``make bench``: all figures of bench/README.md, as Markdown. Name parts to run only those."""

import sys

from bench import (
    adapter_imports,
    answers,
    approve,
    audit,
    graph,
    group,
    investigate_scale,
    read,
    start,
    surface,
    vendors,
)
from bench.table import machine

PARTS = {
    "start": start.run,
    "imports": adapter_imports.run,
    "surface": surface.run,
    "read": read.run,
    "vendors": vendors.run,
    "approve": approve.run,
    "audit": audit.run,
    "answers": answers.run,
    "graph": graph.run,
    "group": group.run,
    "investigate": investigate_scale.run,
}


def main() -> int:
    """Run the parts named on the command line, or all."""
    names = sys.argv[1:] or list(PARTS)
    unknown = set(names) - set(PARTS)
    if unknown:
        print(f"no such part: {', '.join(unknown)}; parts are {', '.join(PARTS)}")
        return 2
    print(f"Measured on: {machine()}")
    for name in names:
        PARTS[name]()
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""``opsloom tools``."""

import argparse
import json

from opsloom.cli.configured import configuration
from opsloom.model.errors import ConfigurationError


def run(arguments: argparse.Namespace) -> int:
    """Print the tools, for a reader or as ``tools/list`` sends them."""
    from opsloom.server.handlers import published
    from opsloom.tools import TOOLS

    specs = dict(TOOLS)
    if not arguments.all:
        try:
            specs = configuration(arguments).served_tools()
        except ConfigurationError:
            if arguments.config:
                raise
            print_nothing_configured = not arguments.json
            specs = {name: spec for name, spec in TOOLS.items() if not spec.needs}
            if print_nothing_configured:
                print("no settings found: these need no provider; --all shows every tool\n")
    if arguments.json:
        shown = [published(spec).model_dump(by_alias=True, mode="json", exclude_none=True) for spec in specs.values()]
        print(json.dumps({"tools": shown}, ensure_ascii=False, indent=2))
        return 0
    for spec in specs.values():
        print(f"{spec.name}({', '.join(spec.arguments.model_fields)})\n    {spec.description}\n")
    return 0

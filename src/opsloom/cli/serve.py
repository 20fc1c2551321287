"""``opsloom serve``."""

import argparse
import logging
import sys

import anyio

from opsloom.cli.configured import configuration


def run(arguments: argparse.Namespace) -> int:
    """Serve until the client leaves; everything but the protocol goes to stderr."""
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="opsloom: %(levelname)s %(name)s: %(message)s")
    configured = configuration(arguments)
    for broken in configured.broken:
        logging.getLogger("opsloom").warning("%s", broken.problem)
    if sys.stdin.isatty():
        print("opsloom: speaks MCP on stdin; a client starts it. Try 'opsloom demo'.", file=sys.stderr)
    from opsloom.server.build import build_server
    from opsloom.server.stdio import serve_stdio

    anyio.run(serve_stdio, build_server(configured))
    return 0

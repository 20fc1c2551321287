"""The real server over streamable HTTP on loopback, for tools that speak nothing else.

Run as ``python -m tests.conformance.http_server PORT FOLDER``; the workspace is made in FOLDER.
"""

import sys
from pathlib import Path

import uvicorn

from opsloom.cli.configured import demo_settings
from opsloom.server.build import build_server
from opsloom.server.configuration import Configuration


def main() -> None:
    """Serve the demo recording until the process is ended."""
    port, folder = int(sys.argv[1]), Path(sys.argv[2])
    settings = demo_settings(workspace=folder)
    app = build_server(Configuration.of(settings, folder / "opsloom.toml")).streamable_http_app(host="127.0.0.1")
    uvicorn.run(app, host="127.0.0.1", port=port, log_level="warning")


if __name__ == "__main__":
    main()

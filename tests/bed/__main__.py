"""``python -m tests.bed``: the bed by hand, from the root of the repository."""

import argparse
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from tests.bed import alertmanager, postgresql, prometheus
from tests.bed.backstage import server as backstage
from tests.bed.bed import PARTS, Bed
from tests.bed.chromium import browser
from tests.bed.debian import DebianPackages, cache_folder
from tests.bed.journal import gateway
from tests.bed.npm import NpmPackages
from tests.bed.outcome import BrokenPartError, PartUnavailableError
from tests.bed.settings import settings
from tests.bed.shop.world import NEXT_VERSIONS
from tests.bed.unleash import server as unleash

_PACKAGES = (prometheus.PACKAGE, alertmanager.PACKAGE, gateway.PACKAGE, postgresql.PACKAGE, *browser.PACKAGES)
_NPM_PACKAGES = (backstage.PACKAGES, unleash.PACKAGES)


def main(arguments: list[str]) -> int:
    """Run one command; return 0 if nothing was missing."""
    parser = argparse.ArgumentParser("python -m tests.bed", description="Real software for the tests.")
    commands = parser.add_subparsers(dest="command", required=True)
    up = commands.add_parser("up", help="start everything, say where it is, stop it on Ctrl-C")
    up.add_argument("--dir", type=Path, help="a new folder for data, logs and opsloom.toml")
    commands.add_parser("fetch", help="fill the cache of Debian and npm packages")
    commands.add_parser("doctor", help="start every part once; say what can be had and what cannot")
    chosen = parser.parse_args(arguments)
    if chosen.command == "fetch":
        return fetch()
    with tempfile.TemporaryDirectory(prefix="bed-") as scratch:
        directory = (getattr(chosen, "dir", None) or Path(scratch, "bed")).absolute()
        if directory.exists():
            parser.error(f"{directory} is there already; --dir wants a new folder")
        return run(Bed(directory, DebianPackages(cache_folder())), stay=chosen.command == "up")


def run(bed: Bed, *, stay: bool) -> int:
    """Start everything; ``stay`` until interrupted; stop everything."""
    started: list[str] = []
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        started = start(bed)
        if stay:
            tell(bed, started)
            signal.pause()
    except KeyboardInterrupt:
        print("stopping")
    finally:
        bed.stop()
    return 0 if started == list(PARTS) else 1


def fetch() -> int:
    """Fill the cache."""
    debian, missing = DebianPackages(cache_folder()), 0
    fetching: list[tuple[str, Callable[[], object]]] = [
        *((package, partial(debian.unpacked, package)) for package in _PACKAGES),
        *((packages.name, partial(_installed, packages)) for packages in _NPM_PACKAGES),
    ]
    for name, get in fetching:
        try:
            print(f"{name}: {get()}", flush=True)
        except PartUnavailableError as error:
            missing += 1
            print(error)
    return 1 if missing else 0


def _installed(packages: NpmPackages) -> Path:
    return packages.installed().folder


def start(bed: Bed) -> list[str]:
    """Start every part; say of each how long it took, or why it is missing. Return those that run."""
    started = []
    for part in PARTS:
        before = time.monotonic()
        try:
            bed.need(part)
        except (PartUnavailableError, BrokenPartError) as error:
            print(f"{part}: MISSING: {error}")
        else:
            started.append(part)
            print(f"{part}: ready in {time.monotonic() - before:.1f} s", flush=True)
    return started


def tell(bed: Bed, started: list[str]) -> None:
    """Say where everything is."""
    file = bed.directory / "opsloom.toml"
    file.write_text(settings(bed, started), "utf-8")
    print(f"\n# {file}\n{file.read_text('utf-8')}")
    if "shop" in started:
        for service, url in bed.shop.urls.items():
            print(f"{service}: {url}")
        bad = NEXT_VERSIONS["checkout"]
        print(f"break it: echo {bad} > {bed.shop.deployed / 'checkout'}")
    print("Ctrl-C stops everything.", flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Alertmanager: one receiver that tells nobody, alerts visible as soon as Prometheus sends them."""

from pathlib import Path

from tests.bed.debian import DebianPackages
from tests.bed.loopback import HOST
from tests.bed.processes import Processes

PACKAGE = "prometheus-alertmanager"
_CONFIGURATION = """\
route: {receiver: on-call, group_by: [alertname, service], group_wait: 1s, group_interval: 1s}
receivers: [{name: on-call}]
"""


def start_alertmanager(packages: DebianPackages, processes: Processes, folder: Path) -> str:
    """Start it with its data in ``folder``, which may be that of one that was stopped; return its address.

    :raises PartUnavailableError: the package cannot be had.
    """
    usr = packages.unpacked(PACKAGE) / "usr"
    folder.mkdir(exist_ok=True)
    configuration = folder / "alertmanager.yml"
    configuration.write_text(_CONFIGURATION, "utf-8")

    def command(port: int) -> list[str | Path]:
        return [
            usr / "bin/prometheus-alertmanager",
            f"--config.file={configuration}",
            f"--storage.path={folder / 'data'}",
            f"--web.listen-address={HOST}:{port}",
            f"--web.external-url=http://{HOST}:{port}/",  # else links name this machine
            "--cluster.listen-address=",  # else it looks for peers beyond loopback
        ]

    return processes.start_on_free_port("alertmanager", command, ready="/-/ready", cwd=usr)

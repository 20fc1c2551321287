"""``opsloom init`` finds what runs here, and takes nothing else for it."""

import argparse
import subprocess
import tomllib
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from opsloom.cli import init
from tests.bed.bed import Bed
from tests.guarantee.faulty_provider import LOGIN_PAGE, FaultyProvider, running


def port_of(url: str) -> int:
    port = urlsplit(url).port
    assert port is not None
    return port


def test_a_local_prometheus_alertmanager_and_repository_are_found(
    bed: Bed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    bed.need("prometheus", "alertmanager")
    local = (("prometheus", port_of(bed.prometheus.url)), ("alertmanager", port_of(bed.alertmanager.url)))
    monkeypatch.setattr(init, "LOCAL", local)
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    assert init.run(argparse.Namespace(add=None, directory=tmp_path, local_self_approve=None)) == 0
    instances = tomllib.loads((tmp_path / "opsloom.toml").read_text())["instances"]
    assert instances["prometheus-local"]["base_url"] == bed.prometheus.url
    assert instances["alertmanager-local"]["base_url"] == bed.alertmanager.url
    assert instances["git-local"] == {"adapter": "git", "repository": str(tmp_path)}
    assert "opsloom doctor" in capsys.readouterr().out


def test_a_web_page_on_the_usual_port_is_not_taken_for_a_prometheus(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with running(FaultyProvider(200, LOGIN_PAGE, "text/html")) as page:
        monkeypatch.setattr(init, "LOCAL", (("prometheus", port_of(page.url)), ("alertmanager", port_of(page.url))))
        init.run(argparse.Namespace(add=None, directory=tmp_path, local_self_approve=None))
    assert "instances" not in tomllib.loads((tmp_path / "opsloom.toml").read_text())


@pytest.mark.parametrize("answer", ["yes", "no"])
def test_whether_the_requester_may_approve_is_written_as_answered(answer: str, tmp_path: Path) -> None:
    init.run(argparse.Namespace(add=None, directory=tmp_path, local_self_approve=answer))
    policy = tomllib.loads((tmp_path / "opsloom.toml").read_text())["policy"]
    assert policy == {"local_self_approve": answer == "yes"}


def test_nobody_to_ask_means_that_the_requester_may_not(tmp_path: Path) -> None:
    init.run(argparse.Namespace(add=None, directory=tmp_path, local_self_approve=None))
    policy = tomllib.loads((tmp_path / "opsloom.toml").read_text())["policy"]
    assert policy == {"local_self_approve": False}

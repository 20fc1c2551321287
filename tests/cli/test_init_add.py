"""``opsloom init --add``: from the name of an adapter to a block of settings that works."""

import tomllib
from pathlib import Path

import pytest

from tests.bed.bed import Bed
from tests.cli.command import opsloom
from tests.cli.terminal import Terminal

DEAD = "http://127.0.0.1:9"


def written(folder: Path) -> dict[str, dict[str, object]]:
    instances: dict[str, dict[str, object]] = tomllib.loads((folder / "opsloom.toml").read_text())["instances"]
    return instances


def test_a_person_is_asked_for_little_told_the_scopes_and_gets_a_block_that_was_tried(bed: Bed, tmp_path: Path) -> None:
    bed.need("prometheus")
    terminal = Terminal("init", "--add", "prometheus", folder=tmp_path)
    shown = terminal.until("base_url: ")
    assert "To read, it needs:" in shown
    assert "GET /api/v1/rules: to read alerts" in shown
    terminal.type(bed.prometheus.url + "\n")
    assert terminal.end() == 0
    assert "ok   prometheus (prometheus 2." in terminal.shown
    assert "tools that read:" in terminal.shown
    assert written(tmp_path) == {"prometheus": {"adapter": "prometheus", "base_url": bed.prometheus.url}}


def test_a_wrong_answer_is_asked_for_again(tmp_path: Path) -> None:
    terminal = Terminal("init", "--add", "prometheus", folder=tmp_path)
    terminal.until("base_url: ")
    terminal.type("not an address\n")
    terminal.until("base_url: must be an http:// or https:// address")
    terminal.until("Again:")
    terminal.type(DEAD + "\n")
    terminal.until("Write it all the same? [y/N]")
    terminal.type("\n")
    assert terminal.end() == 1
    assert not (tmp_path / "opsloom.toml").exists()


def test_ctrl_c_leaves_nothing_behind(tmp_path: Path) -> None:
    terminal = Terminal("init", "--add", "roundup", folder=tmp_path)
    terminal.until("base_url: ")
    terminal.interrupt()
    assert terminal.end() == 130
    assert list(tmp_path.glob("*.toml")) == []


def test_what_does_not_work_is_not_written_unless_told(tmp_path: Path) -> None:
    add = ("init", "--add", "prometheus", "--set", f"base_url={DEAD}")
    refused = opsloom(*add, home=tmp_path)
    assert refused.code == 1
    assert "nobody answers at the address" in refused.out
    assert not (tmp_path / "opsloom.toml").exists()
    assert opsloom(*add, "--untested", home=tmp_path).code == 0
    assert opsloom(*add, "--untested", home=tmp_path).code == 0
    assert list(written(tmp_path)) == ["prometheus", "prometheus-2"]


def test_what_stands_in_the_file_stays_to_the_byte(tmp_path: Path) -> None:
    before = '# mine\n[workspace]\npath="w"   # here'
    (tmp_path / "opsloom.toml").write_text(before)
    add = ("init", "--add", "prometheus", "--name", "prom-eu", "--set", f"base_url={DEAD}", "--untested")
    assert opsloom(*add, home=tmp_path).code == 0
    assert (tmp_path / "opsloom.toml").read_text().startswith(before + "\n")
    again = opsloom(*add, home=tmp_path)
    assert again.code != 0
    assert "has an instance prom-eu already" in again.err


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("PROM_TOKEN", {"env": "PROM_TOKEN"}),
        ("env:PROM_TOKEN", {"env": "PROM_TOKEN"}),
        ("file:/run/secrets/prom", {"file": "/run/secrets/prom"}),
        ("command:pass show prom", {"command": ["pass", "show", "prom"]}),
    ],
)
def test_a_secret_is_named_by_its_place(said: str, meant: dict[str, object], tmp_path: Path) -> None:
    add = ("init", "--add", "prometheus", "--set", f"base_url={DEAD}", "--set", f"token={said}", "--untested")
    assert opsloom(*add, home=tmp_path).code == 0
    assert written(tmp_path)["prometheus"]["token"] == meant


def test_a_secret_itself_is_refused_and_not_repeated(tmp_path: Path) -> None:
    secret = "glsa_" + "k" * 20 + "-1"
    done = opsloom("init", "--add", "prometheus", "--set", f"token={secret}", home=tmp_path)
    assert done.code != 0
    assert "never write the secret itself" in done.err
    assert secret not in done.out + done.err


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--add", "nagios"), "adapter must be one of: alertmanager, argocd"),
        (("--add", "prometheus", "--set", "base=x"), "prometheus has no setting base; valid are adapter, base_url"),
        (("--add", "prometheus", "--set", "base_url"), "--set is written key=value, unlike base_url"),
        (("--add", "prometheus"), "base_url is missing"),
    ],
)
def test_a_wrong_word_is_refused_with_what_is_valid(arguments: tuple[str, ...], told: str, tmp_path: Path) -> None:
    done = opsloom("init", *arguments, home=tmp_path)
    assert done.code != 0
    assert told in done.err

"""``opsloom.toml``: what is wrong is said by file, key and valid values, and never by the value."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from opsloom.model.errors import ConfigurationError
from opsloom.providers.instance import build_instances
from opsloom.providers.settings import load_settings

SECRET = "orchid-in-the-wrong-place"


def written(folder: Path, text: str) -> Path:
    file = folder / "opsloom.toml"
    file.write_text(text, encoding="utf-8")
    return file


def refusal(file: Path) -> str:
    """What the operator reads: of the file as a whole, or of its one instance."""
    try:
        _, (broken,) = build_instances(load_settings(file), file)
    except ConfigurationError as error:
        return str(error)
    return broken.problem


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("wrokspace = 1", "unknown key wrokspace; valid keys here are: instances, policy, workspace"),
        ("[workspace]\npaht = 'x'", "unknown key workspace.paht; valid keys here are: now, path"),
        ("[workspace]\nnow = 2026-03-03T09:21:00", "workspace.now: needs an offset, such as 2026-03-01T09:14:00Z"),
        ("[workspace]\nnow = 'noon'", "workspace.now: Input should be a valid datetime"),
        ("[instances.Prom]\nadapter = 'prometheus'", "'Prom' is no instance name: 1 to 32 of a-z, 0-9, - and _"),
        ("[instances]\nprom = 'x'", "instances.prom: Input should be a valid dictionary"),
        ("[instances.p]\nadapter = 'promethius'", "[instances.p]: adapter must be one of: alertmanager, "),
        ("[instances.p]\nbase_url = 'http://x'", "[instances.p]: adapter must be one of: "),
        ("[instances.p]\nadapter = 'prometheus'", "[instances.p]: base_url is missing"),
        ("[instances.p]\nadapter = 'prometheus'\nbase_ulr = 'http://x'", "unknown key base_ulr; valid keys here are: "),
        ("[instances.p]\nadapter = 'prometheus'\nbase_url = 'x:9090'", "base_url: must be an http:// or https://"),
        (
            "[instances.p]\nadapter = 'prometheus'\nbase_url = 'http://x'\ndeadline_seconds = 60",
            "deadline_seconds: Input should be less than or equal to 8",
        ),
        (
            "[instances.p]\nadapter = 'prometheus'\nbase_url = 'http://x'\ntoken = {evn = 'X'}",
            "unknown key token.evn; valid keys here are: command, env, file",
        ),
        (
            "[instances.p]\nadapter = 'prometheus'\nbase_url = 'http://x'\ntoken = {}",
            "token: give exactly one of env, file, command",
        ),
        ("= broken", "is no valid TOML: "),
    ],
)
def test_what_is_wrong_is_said_by_file_key_and_valid_values(tmp_path: Path, text: str, said: str) -> None:
    file = written(tmp_path, text)
    problem = refusal(file)
    assert problem.startswith(str(file))
    assert said in problem


@pytest.mark.parametrize(
    "text",
    [
        f"[workspace]\nnow = '{SECRET}'",
        f"[workspace]\npath = ['{SECRET}']",
        f"[instances.p]\nadapter = '{SECRET}'",
        f"[instances.p]\nadapter = 'prometheus'\nbase_url = 'http://x'\ntoken = '{SECRET}'",
        f"[instances.p]\nadapter = 'prometheus'\nbase_url = 'http://user:{SECRET}@x'",
        f"[instances.p]\nadapter = 'prometheus'\nbase_url = 'http://x?key={SECRET}'",
        f"[instances.p]\nadapter = 'prometheus'\nbase_url = 'http://x'\ndeadline_seconds = '{SECRET}'",
        f"[instances.p]\nadapter = 'prometheus'\nbase_url = 'http://x'\nunknown = '{SECRET}'",
        f"[instances.p]\nadapter = 'prometheus'\nbase_url = 'http://x'\ntoken = {{env = ['{SECRET}']}}",
        f"token = '{SECRET}",
    ],
)
def test_a_value_is_never_quoted_because_it_may_be_a_secret(tmp_path: Path, text: str) -> None:
    file = written(tmp_path, text)
    assert SECRET not in refusal(file)


def test_a_secret_in_the_wrong_place_is_told_where_it_belongs(tmp_path: Path) -> None:
    options = f"adapter = 'prometheus'\nbase_url = 'http://x'\ntoken = '{SECRET}'"
    assert 'use {env = "X"}, {file = "F"} or {command = ["C"]}' in refusal(
        written(tmp_path, f"[instances.p]\n{options}")
    )


def test_settings_do_not_show_what_an_instance_was_given(tmp_path: Path) -> None:
    settings = load_settings(written(tmp_path, f"[instances.p]\nadapter = 'prometheus'\ntoken = '{SECRET}'"))
    assert settings.instances["p"]["token"] == SECRET
    assert SECRET not in repr(settings)
    assert SECRET not in str(settings)


def test_every_problem_is_told_at_once(tmp_path: Path) -> None:
    problem = refusal(written(tmp_path, "[instances.p]\nadapter = 'prometheus'\nbase_ulr = 'x'\ntoken = 'x'"))
    assert len(problem.splitlines()) == 3
    assert all("[instances.p]" in line for line in problem.splitlines())


def test_a_missing_file_is_refused_with_the_command_that_writes_one(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"opsloom\.toml does not exist; 'opsloom init' writes one"):
        load_settings(tmp_path / "opsloom.toml")


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "opsloom.toml"
    file.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ConfigurationError, match="cannot be read"):
        load_settings(file)


def test_an_empty_file_is_a_workspace_without_instances(tmp_path: Path) -> None:
    settings = load_settings(written(tmp_path, ""))
    assert settings.instances == {}
    assert settings.workspace.path == tmp_path / ".opsloom"


@pytest.mark.parametrize(("path", "meant"), [("data", "data"), ("../data", "../data"), ("/srv/data", "/srv/data")])
def test_the_workspace_counts_from_the_folder_of_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str, meant: str
) -> None:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path)
    file = written(tmp_path / "here", f"[workspace]\npath = '{path}'")
    assert load_settings(file).workspace.path == (tmp_path / "here" / meant).resolve()


def test_a_stopped_clock_is_read_in_utc(tmp_path: Path) -> None:
    settings = load_settings(written(tmp_path, "[workspace]\nnow = 2026-03-03T10:21:00+01:00"))
    assert settings.workspace.now == datetime(2026, 3, 3, 9, 21, tzinfo=UTC)
    assert settings.workspace.now.tzinfo is UTC

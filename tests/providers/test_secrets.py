"""Secrets are read where the operator keeps them, and a missing one is named by its place."""

import sys
from pathlib import Path

import pytest

from opsloom.adapter_api.config import HttpConfig, SecretSource
from opsloom.model.errors import ConfigurationError
from opsloom.model.limits import SECRET_MAX_BYTES
from opsloom.providers.secrets import read_secret

PRINTS = (sys.executable, "-c", "print('orc' + 'hid')")


def ignore(_secret: str) -> None:
    """For tests that do not ask what redaction learned."""


@pytest.fixture
def sources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, SecretSource]:
    """The same secret in all three places."""
    monkeypatch.setenv("OPSLOOM_TEST_TOKEN", " orchid ")
    (tmp_path / "token").write_text("orchid\n")
    return {
        "env": SecretSource(env="OPSLOOM_TEST_TOKEN"),
        "file": SecretSource(file=tmp_path / "token"),
        "command": SecretSource(command=PRINTS),
    }


@pytest.mark.parametrize("place", ["env", "file", "command"])
async def test_a_secret_is_read_without_the_blanks_around_it(sources: dict[str, SecretSource], place: str) -> None:
    learned: list[str] = []
    secret = await read_secret(sources[place], learned.append)
    assert secret.get_secret_value() == "orchid"
    assert learned == ["orchid"]
    assert "orchid" not in repr(secret) + str(secret)


@pytest.mark.parametrize(
    ("source", "said"),
    [
        (SecretSource(env="OPSLOOM_TEST_UNSET"), "environment variable OPSLOOM_TEST_UNSET"),
        (SecretSource(file=Path("/nonexistent/token")), "file /nonexistent/token"),
        (SecretSource(file=Path("/")), "file /"),
        (SecretSource(command=("opsloom-no-such-program", "argument")), "command opsloom-no-such-program"),
        (SecretSource(command=(sys.executable, "-c", "raise SystemExit(3)")), f"command {sys.executable}"),
        (SecretSource(command=(sys.executable, "-c", "")), f"command {sys.executable}"),
    ],
)
async def test_a_missing_secret_is_named_by_its_place(source: SecretSource, said: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        await read_secret(source, ignore)
    assert str(caught.value) == f"the secret from {said} is missing or empty"


async def test_a_command_that_fails_gives_no_secret_even_if_it_printed_one() -> None:
    source = SecretSource(command=(sys.executable, "-c", "print('orchid'); raise SystemExit(1)"))
    with pytest.raises(ConfigurationError) as caught:
        await read_secret(source, ignore)
    assert "orchid" not in str(caught.value)


@pytest.mark.parametrize("content", [b"", b" \n", b"\xff\xfe\xff"])
async def test_a_file_without_readable_text_holds_no_secret(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "token").write_bytes(content)
    with pytest.raises(ConfigurationError, match="is missing or empty"):
        await read_secret(SecretSource(file=tmp_path / "token"), ignore)


async def test_a_file_is_read_anew_each_time_and_no_further_than_the_limit(tmp_path: Path) -> None:
    file = tmp_path / "token"
    for content in ("first", "second", "x" * (SECRET_MAX_BYTES + 5)):
        file.write_text(content)
        secret = await read_secret(SecretSource(file=file), ignore)
        assert secret.get_secret_value() == content[:SECRET_MAX_BYTES]


@pytest.mark.parametrize(
    "value", [{}, {"env": "A", "file": "b"}, {"command": []}, {"environment": "A"}, "orchid", ["orchid"]]
)
def test_a_source_names_exactly_one_place(value: object) -> None:
    with pytest.raises(ValueError, match=r"SecretSource") as caught:
        SecretSource.model_validate(value)
    assert caught.value.error_count() >= 1  # type: ignore[attr-defined]


async def test_settings_show_the_place_of_a_secret_and_never_the_secret(sources: dict[str, SecretSource]) -> None:
    for source in sources.values():
        config = HttpConfig(adapter="prometheus", base_url="http://prom.example", token=source)
        await read_secret(source, ignore)
        shown = repr(config) + config.model_dump_json()
        assert "orchid" not in shown


@pytest.mark.parametrize(
    ("printed", "found"),
    [
        ('{"status": {"token": "orchid"}}', "orchid"),
        ('{"status": {"token": 7}}', None),
        ('{"status": {}}', None),
        ('{"status": []}', None),
        ("[]", None),
        ("orchid", None),
    ],
)
async def test_a_field_of_json_is_the_secret_and_the_rest_is_not(
    monkeypatch: pytest.MonkeyPatch, printed: str, found: str | None
) -> None:
    monkeypatch.setenv("OPSLOOM_TEST_TOKEN", printed)
    learned: list[str] = []
    source = SecretSource(env="OPSLOOM_TEST_TOKEN", json_field="status.token")
    if found is None:
        with pytest.raises(ConfigurationError, match="missing or empty"):
            await read_secret(source, learned.append)
        assert learned == []
    else:
        assert (await read_secret(source, learned.append)).get_secret_value() == found
        assert learned == [found]

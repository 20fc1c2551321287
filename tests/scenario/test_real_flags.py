"""A flag is switched off on the real Unleash: asked for over MCP, approved, verified, found as a change, taken back."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from opsloom.providers.settings import Settings
from tests.bed.unleash.server import WRITER, Unleash, rollout
from tests.scenario.shift import Shift, intact, settings_in, shift
from tests.server.serving import ERAS

SETTINGS = """
[workspace]
path = "{workspace}"

[instances.flags]
adapter = "unleash"
base_url = "{url}"
token = {{ file = "{read}" }}
write_token = {{ file = "{write}" }}
"""


@pytest.fixture
def settings(unleash: Unleash, tmp_path: Path) -> Iterator[Settings]:
    tokens = {"read": unleash.token, "write": unleash.write_token}
    for name, token in tokens.items():
        (tmp_path / name).write_text(token)
    places = {name: tmp_path / name for name in (*tokens, "workspace")}
    loaded = settings_in(tmp_path, SETTINGS.format(url=unleash.url, **places))
    yield loaded
    intact(loaded)


def is_on(unleash: Unleash, flag: str) -> bool:
    """What Unleash itself says."""
    said = unleash.ask("GET", f"/api/admin/projects/default/features/{flag}")
    return bool(next(one["enabled"] for one in said["environments"] if one["name"] == "production"))


async def where(asked: Shift, flag: str) -> str:
    (row,) = await asked.rows("search_flags", query=flag)
    return "on" if "production" in row["enabled_in"] else "off"


@pytest.mark.parametrize("era", ERAS)
async def test_a_flag_is_switched_off_found_as_a_change_and_switched_on_again(
    unleash: Unleash, settings: Settings, era: str
) -> None:
    flag = unleash.make_flag(f"new-pool-{era}", "kill-switch", strategy=rollout(100))
    unleash.switch(flag, on=True)
    async with shift(settings, era) as asked:
        assert await where(asked, flag) == "on"
        off = await asked.ask(
            "toggle_flag", flag=flag, environment="production", enabled=False, reason="errors since it is on"
        )
        assert is_on(unleash, flag), "nothing happens before a person approves"
        assert "Undo: switch it on again" in off["preview"]
        await asked.approve(off)
        ended = await asked.outcome(off)
        assert ended["status"] == "succeeded", ended
        assert not is_on(unleash, flag)
        assert await where(asked, flag) == "off"

        (newest, *_) = await asked.rows("search_deploys", kind="flag", since="-1h")
        change = dict((await asked.ask("get_record", ref=newest["ref"]))["rows"])
        assert (change["environment"], change["author"], change["version"]) == ("production", WRITER, "off")

        undo = await asked.ask("action_status", action=off["action"], undo=True)
        await asked.approve(undo)
        assert (await asked.outcome(undo))["status"] == "succeeded"
        assert is_on(unleash, flag)


async def test_somebody_who_switches_it_between_approval_and_run_makes_it_stale(
    unleash: Unleash, settings: Settings
) -> None:
    flag = unleash.make_flag("dark-launch", strategy=rollout(10))
    unleash.switch(flag, on=True)
    async with shift(settings, ERAS[0]) as asked:
        off = await asked.ask("toggle_flag", flag=flag, environment="production", enabled=False, reason="errors")
        unleash.switch(flag, on=False)
        await asked.approve(off)
        ended = await asked.outcome(off)
    assert ended["status"] in ("stale", "failed"), ended
    assert not is_on(unleash, flag)


async def test_what_is_not_there_is_refused_with_what_is(unleash: Unleash, settings: Settings) -> None:
    flag = unleash.make_flag("payments-v3")
    async with shift(settings, ERAS[0]) as asked:
        change = {"enabled": True, "reason": "try it"}
        assert flag in await asked.refusal("toggle_flag", flag="payment-v3", environment="production", **change)
        assert "production" in await asked.refusal("toggle_flag", flag=flag, environment="prod", **change)

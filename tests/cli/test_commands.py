"""The commands, as a new user types them."""

import json
import re
import tomllib
from pathlib import Path

import pytest

from opsloom.cli.main import CLIENTS
from opsloom.tools import TOOLS
from tests.cli.command import opsloom
from tests.guarantee.raw_client import RawClient


def test_the_demo_tells_the_incident_and_ends_with_how_to_connect(tmp_path: Path) -> None:
    done = opsloom("demo", home=tmp_path)
    assert done.code == 0, done.err
    for told in (
        "CheckoutHighErrorRate", "stepped at 09:12", "checkout-new-payment-client", "oncall-a", "refused: this server",
        "demo: true", "is intact", "sha256:", "claude mcp add opsloom",
    ):  # fmt: skip
        assert told in done.out
    assert done.err == ""


def test_tools_are_listed_without_any_settings(tmp_path: Path) -> None:
    assert "record_finding" in opsloom("tools", home=tmp_path).out
    every = json.loads(opsloom("tools", "--json", "--all", home=tmp_path).out)["tools"]
    assert [tool["name"] for tool in every] == list(TOOLS)
    assert every[0]["annotations"]["readOnlyHint"] is True


def test_tools_as_json_are_what_a_client_is_sent(tmp_path: Path) -> None:
    client = RawClient("--demo", environment={"XDG_STATE_HOME": str(tmp_path)})
    client.shake_hands()
    sent = client.ask("tools/list", {})["result"]["tools"]
    client.end()
    assert json.loads(opsloom("tools", "--json", "--demo", home=tmp_path).out)["tools"] == sent


def test_a_call_prints_the_answer_and_goes_on_with_the_investigation(tmp_path: Path) -> None:
    first = opsloom("call", "search_alerts", "service=checkout", "--demo", home=tmp_path)
    second = opsloom("call", "search_deploys", "since=-2h", "limit=1", "--demo", "--json", home=tmp_path)
    assert first.code == second.code == 0
    investigation = re.search(r"inv_\w+", first.out)
    assert investigation is not None
    answer = json.loads(second.out)
    assert answer["investigation"] == investigation[0]
    assert answer["shown"] == 1
    assert answer["next"]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("search_alerts", "servce=x"), "did you mean 'service'"),
        (("search_alerts", "service"), "key=value"),
        (("serch_alerts",), "Did you mean search_alerts?"),
        (("search_alerts", "since=yesterday"), "RFC 3339"),
        (("get_evidence", "ids=ev_none"), "ev_none"),
    ],
)
def test_a_wrong_call_says_what_is_valid(tmp_path: Path, arguments: tuple[str, ...], told: str) -> None:
    done = opsloom("call", *arguments, "--demo", home=tmp_path)
    assert done.code in (1, 2)
    assert told in done.err
    assert "Traceback" not in done.err
    assert done.out == ""


def test_without_settings_a_command_says_how_to_get_some(tmp_path: Path) -> None:
    for command in (("call", "overview"), ("doctor",), ("serve",), ("audit", "verify"), ("evidence", "show", "ev_x")):
        done = opsloom(*command, home=tmp_path)
        assert done.code == 2
        assert re.search("opsloom init|--demo", done.err)
        assert "Traceback" not in done.err


def test_init_writes_settings_that_work_and_never_overwrites(tmp_path: Path) -> None:
    done = opsloom("init", home=tmp_path)
    assert done.code == 0, done.err
    assert tomllib.loads((tmp_path / "opsloom.toml").read_text())["workspace"]["path"] == ".opsloom"
    assert opsloom("doctor", home=tmp_path).code in (0, 1)
    again = opsloom("init", home=tmp_path)
    assert again.code == 2
    assert "exists already" in again.err


def test_doctor_says_of_each_instance_what_is_wrong(tmp_path: Path) -> None:
    (tmp_path / "opsloom.toml").write_text(
        '[instances.dead]\nadapter = "prometheus"\nbase_url = "http://127.0.0.1:9"\n'
        '[instances.typo]\nadapter = "alertmanager"\nbase_ulr = "http://127.0.0.1:9"\n'
        '[instances.what]\nadapter = "nagios"\n'
        '[instances.keyless]\nadapter = "prometheus"\nbase_url = "http://127.0.0.1:9"\ntoken = {env = "NO_SUCH"}\n'
        '[instances.good]\nadapter = "recording"\npath = "builtin:checkout"\n'
    )
    done = opsloom("doctor", "--json", home=tmp_path)
    assert done.code == 1
    reports = {report["instance"]: report for report in json.loads(done.out)}
    assert reports["good"]["ok"] is True
    assert reports["dead"]["reachable"] is False
    assert "valid keys here are:" in reports["typo"]["problem"]
    assert "base_ulr" in reports["typo"]["problem"]
    assert "must be one of: alertmanager, argocd" in reports["what"]["problem"]
    assert "environment variable NO_SUCH" in reports["keyless"]["problem"]
    assert "FAIL dead" in opsloom("doctor", home=tmp_path).out


@pytest.mark.parametrize("client", CLIENTS)
def test_every_client_gets_settings_in_its_own_shape(tmp_path: Path, client: str) -> None:
    out = opsloom("client-config", client, "--demo", home=tmp_path).out
    if client == "claude-code":
        assert out.startswith("claude mcp add opsloom -- ")
        return
    parsed = tomllib.loads(out) if client == "codex" else json.loads(out)
    [servers] = parsed.values()
    assert servers["opsloom"]["args"] == ["serve", "--demo"]
    assert Path(servers["opsloom"]["command"]).is_absolute()


def test_a_secret_in_the_settings_is_refused_and_not_repeated(tmp_path: Path) -> None:
    (tmp_path / "opsloom.toml").write_text(
        '[instances.prom]\nadapter = "prometheus"\nbase_url = "http://127.0.0.1:9"\ntoken = "hunter2-the-secret"\n'
    )
    for command in (("doctor",), ("call", "overview"), ("tools",)):
        done = opsloom(*command, home=tmp_path)
        assert "hunter2" not in done.out + done.err
    assert "never write the secret here" in opsloom("doctor", home=tmp_path).out


def test_every_help_reads_well(tmp_path: Path) -> None:
    out = opsloom("--help", home=tmp_path).out
    for command in ("serve", "demo", "init", "doctor", "tools", "call", "client-config", "evidence", "audit"):
        assert re.search(rf"^    {command}\s+\w", out, re.MULTILINE)


def test_a_call_of_investigate_prints_the_verdict_first(tmp_path: Path) -> None:
    done = opsloom("call", "investigate", "--demo", home=tmp_path)
    assert done.code == 0
    assert "verdict: change (confidence " in done.out
    assert "It starts at checkout; the likeliest cause is flag on checkout" in done.out

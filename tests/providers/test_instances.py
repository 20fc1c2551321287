"""Instances are built from settings one by one: a wrong one is named and leaves the others working."""

from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from opsloom.adapter_api.capabilities import AlertReader, MetricReader, TopologyReader
from opsloom.adapter_api.writers import AlertSilencer
from opsloom.model.errors import ConfigurationError
from opsloom.providers.instance import build_instance, build_instances
from opsloom.providers.registry import installed, load_adapter
from opsloom.providers.settings import Settings

FILE = Path("/etc/opsloom/opsloom.toml")
PROMETHEUS = {"adapter": "prometheus", "base_url": "http://prom.example"}


def test_a_wrong_instance_is_reported_and_the_others_live() -> None:
    settings = Settings(
        instances={"b": PROMETHEUS, "broken": {"adapter": "prometheus"}, "a": PROMETHEUS, "what": {"adapter": "x"}}
    )
    built, broken = build_instances(settings, FILE)
    assert [instance.name for instance in built] == ["a", "b"]
    assert [(one.name, one.kind) for one in broken] == [("broken", "prometheus"), ("what", "unknown")]
    assert broken[0].problem == f"{FILE}: [instances.broken]: base_url is missing"


def test_a_broken_instance_counts_for_what_its_adapter_could() -> None:
    _, (broken,) = build_instances(Settings(instances={"p": {"adapter": "prometheus"}}), FILE)
    assert broken.capabilities == frozenset({AlertReader, MetricReader, TopologyReader})


@pytest.mark.parametrize("kind", ["nonsense", "", None, 7, ["prometheus"]])
def test_of_an_unknown_adapter_nothing_is_known(kind: object) -> None:
    _, (broken,) = build_instances(Settings(instances={"p": {"adapter": kind}}), FILE)
    assert broken.capabilities is None
    assert "adapter must be one of: alertmanager, " in broken.problem


@pytest.mark.parametrize(
    ("path", "meant"), [("shop", "/etc/opsloom/shop"), ("../shop", "/etc/opsloom/../shop"), ("/srv/shop", "/srv/shop")]
)
def test_a_relative_path_counts_from_the_folder_of_the_file(path: str, meant: str) -> None:
    instance = build_instance("git", {"adapter": "git", "repository": path}, FILE)
    assert dict(instance.config)["repository"] == Path(meant)


def test_a_path_may_start_in_the_home_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    instance = build_instance("git", {"adapter": "git", "repository": "~/shop"}, FILE)
    assert dict(instance.config)["repository"] == tmp_path / "shop"


def test_the_file_of_a_secret_counts_from_the_folder_of_the_settings_too() -> None:
    instance = build_instance("p", {**PROMETHEUS, "token": {"file": "token"}, "ca_file": "ca.pem"}, FILE)
    config = dict(instance.config)
    assert (config["token"].file, config["ca_file"]) == (Path("/etc/opsloom/token"), Path("/etc/opsloom/ca.pem"))


def test_every_installed_adapter_can_be_loaded_and_is_what_its_entry_point_says() -> None:
    assert {"alertmanager", "prometheus", "recording"} <= set(installed())
    assert load_adapter("prometheus").manifest.kind == "prometheus"


def test_an_adapter_that_cannot_be_imported_is_a_problem_of_the_operator(monkeypatch: pytest.MonkeyPatch) -> None:
    broken = EntryPoint("acme", "opsloom_acme_is_not_installed:Adapter", "opsloom.adapters")
    monkeypatch.setattr("opsloom.providers.registry.installed", lambda: {"acme": broken})
    with pytest.raises(ConfigurationError, match="the adapter acme cannot be imported: No module named"):
        load_adapter("acme")


def test_an_instance_is_asked_for_what_it_serves_and_nothing_else() -> None:
    every = build_instance("p", PROMETHEUS, FILE)
    some = build_instance("p", {**PROMETHEUS, "serves": ["metrics"]}, FILE)
    none = build_instance("p", {**PROMETHEUS, "serves": []}, FILE)
    assert every.capabilities == frozenset({AlertReader, MetricReader, TopologyReader})
    assert some.capabilities == frozenset({MetricReader})
    assert none.capabilities == frozenset()


def test_serving_less_leaves_the_changes_to_read_only() -> None:
    options = {"adapter": "alertmanager", "base_url": "http://am.example", "serves": []}
    assert build_instance("am", options, FILE).capabilities == frozenset({AlertSilencer})
    assert build_instance("am", {**options, "read_only": True}, FILE).capabilities == frozenset()


@pytest.mark.parametrize(
    ("serves", "told"),
    [
        (["logs"], "serves: prometheus can serve alerts, metrics, topology"),
        (["metric"], "serves.0: Input should be 'alerts', 'metrics', 'logs'"),
    ],
)
def test_what_it_cannot_serve_is_refused_with_what_it_can(serves: list[str], told: str) -> None:
    with pytest.raises(ConfigurationError, match=told):
        build_instance("p", {**PROMETHEUS, "serves": serves}, FILE)

"""An ``opsloom.toml`` for the bed."""

import json
from collections.abc import Callable, Collection, Mapping
from pathlib import Path

from tests.bed.bed import Bed
from tests.bed.shop.world import SERVICES

Options = Mapping[str, object]


def settings(bed: Bed, parts: Collection[str], workspace: Path | None = None) -> str:
    """The text of a settings file with an instance for each of these parts that opsloom can ask.

    Without a folder for the ``workspace`` it is one in the bed's, for all tests of a run.

    Secrets are written into files below the bed's folder, never into the text.
    """
    place = {"workspace": {"path": str(workspace or bed.directory / "workspace")}}
    instances = {f"instances.{part}": build(bed) for part, build in _INSTANCES.items() if part in parts}
    return "\n".join(_section(name, options) for name, options in {**place, **instances}.items())


def _prometheus(bed: Bed) -> Options:
    return {"adapter": "prometheus", "base_url": bed.prometheus.url, "scrape_interval_seconds": 1}


def _alertmanager(bed: Bed) -> Options:
    return {"adapter": "alertmanager", "base_url": bed.alertmanager.url}


def _journal(bed: Bed) -> Options:
    return {"adapter": "journald", "base_url": bed.journal.url}


def _roundup(bed: Bed) -> Options:
    password = bed.directory / "roundup" / "password"
    password.touch(mode=0o600)
    password.write_text(bed.roundup.password, "utf-8")
    return {
        "adapter": "roundup",
        "base_url": bed.roundup.url,
        "username": bed.roundup.user,
        "password": {"file": str(password)},
        "write_username": bed.roundup.user,
        "write_password": {"file": str(password)},
    }


def _repository(bed: Bed) -> Options:
    return {
        "adapter": "git",
        "repository": str(bed.repository),
        "config_paths": ["config/**"],
        "flag_paths": ["flags/**"],
        "services": {f"services/{service}": service for service in SERVICES},
        "rollback": "tag",
    }


def _catalog(bed: Bed) -> Options:
    return {"adapter": "catalog", "root": str(bed.catalog)}


def _notifications(bed: Bed) -> Options:
    return {"adapter": "notifier", "file": str(bed.notifications), "channels": ["shop-*"], "title": "chat of the shop"}


_INSTANCES: Mapping[str, Callable[[Bed], Options]] = {
    "prometheus": _prometheus,
    "alertmanager": _alertmanager,
    "journal": _journal,
    "roundup": _roundup,
    "repository": _repository,
    "catalog": _catalog,
    "notifications": _notifications,
}


def _section(name: str, options: Options) -> str:
    lines = (f"{option} = {_value(value)}\n" for option, value in options.items())
    return f"[{name}]\n" + "".join(lines)


def _value(value: object) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{json.dumps(key)} = {_value(one)}" for key, one in value.items()) + "}"
    return json.dumps(value)  # of strings, numbers and lists, JSON is TOML

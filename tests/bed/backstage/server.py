"""A real Backstage backend that serves the shop's catalogue, and what `billing.yaml` adds to it.

Source: https://backstage.io/docs/backend-system/building-backends/index
"""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from tests.bed.http_client import client
from tests.bed.npm import NpmPackages
from tests.bed.polling import wait_until
from tests.bed.processes import Processes

PACKAGES = NpmPackages(
    "backstage",
    {
        "@backstage/backend-defaults": "0.18.0",
        "@backstage/plugin-catalog-backend": "4.0.0",
        "better-sqlite3": "12.11.1",
    },
    overrides={"@backstage/errors": "1.3.1"},
)
_HERE = Path(__file__).parent
_SHOP = _HERE.parent / "catalog"
_BILLING = _HERE / "billing.yaml"
_READ_SECONDS = 30.0


@dataclass(frozen=True)
class Backstage:
    """Its address, and two tokens: one may read entities, the other is taken and may not."""

    url: str
    token: str = field(repr=False)
    token_that_reads_nothing: str = field(repr=False)


def start_backstage(processes: Processes, folder: Path) -> Backstage:
    """Start it, and wait until it has read and connected all entities.

    :raises PartUnavailableError: its packages cannot be had.
    :raises BrokenPartError: it does not come up.
    """
    packages = PACKAGES.installed()
    token, useless = secrets.token_urlsafe(), secrets.token_urlsafe()
    settings = {
        "TOKEN": token,
        "TOKEN_THAT_READS_NOTHING": useless,
        "SHOP": str(_SHOP),
        "BILLING": str(_BILLING),
        "NODE_OPTIONS": "--no-warnings",
    }
    config = ("--config", str(_HERE / "app-config.yaml"))
    url = processes.start_on_free_port(
        "backstage",
        lambda port: ("node", str(_HERE / "backend.cjs"), str(port), *config),
        ready="/.backstage/health/v1/readiness",
        cwd=packages.folder,  # Backstage looks for a package.json from here upwards
        env={**packages.environment, **settings},
    )
    with client(url) as http:
        http.headers["authorization"] = f"Bearer {token}"
        wait_until(lambda: _has_read_all(http), within_seconds=_READ_SECONDS, what="all entities in Backstage")
    return Backstage(url, token, useless)


def _has_read_all(http: httpx.Client) -> bool:
    """Every entity is there, and every relation is seen from both of its ends."""
    items = http.get("/api/catalog/entities/by-query", params={"limit": "500"}).json()["items"]
    entities = [entity for entity in items if entity["kind"] != "Location"]
    pairs = {(ref, relation["targetRef"]) for ref, relation in _relations(entities)}
    known = {_ref_of(entity) for entity in entities}
    return len(entities) == _documents() and all((b, a) in pairs for a, b in pairs if b in known)


def _relations(entities: list[dict[str, Any]]) -> Iterator[tuple[str, dict[str, str]]]:
    return ((_ref_of(entity), relation) for entity in entities for relation in entity["relations"])


def _ref_of(entity: dict[str, Any]) -> str:
    metadata = entity["metadata"]
    return f"{entity['kind']}:{metadata['namespace']}/{metadata['name']}".lower()


def _documents() -> int:
    files = (_SHOP / "org.yaml", *_SHOP.glob("*/catalog-info.yaml"), _BILLING)
    return sum(file.read_text("utf-8").count("\nkind: ") for file in files)

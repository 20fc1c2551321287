"""A real Unleash, open source edition, with three flags and people who may look or switch.

Source: https://docs.getunleash.io/using-unleash/deploy/configuring-unleash
"""

import secrets
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.bed.http_client import client
from tests.bed.loopback import HOST
from tests.bed.npm import NpmPackages
from tests.bed.postgresql import Database
from tests.bed.processes import Processes

PACKAGES = NpmPackages("unleash", {"unleash-server": "6.10.1"})
READER = "lead-b"
WRITER = "oncall-a"
_EDITOR_ROLE, _VIEWER_ROLE = 2, 3
_FEATURES = "/api/admin/projects/default/features"
_QUIET = {"CHECK_VERSION": "false", "SEND_TELEMETRY": "false"}  # nothing may leave the machine


@dataclass(frozen=True)
class Unleash:
    """Its address and tokens: of a Viewer, an Editor, the administrator, and one that only SDKs may use."""

    url: str
    token: str = field(repr=False)
    write_token: str = field(repr=False)
    admin_token: str = field(repr=False)
    client_token: str = field(repr=False)

    def ask(self, method: str, path: str, body: object = None, **parameters: str) -> Any:
        """Ask or change something as the administrator; the answer's JSON, ``None`` if it is empty."""
        with client(self.url) as http:
            http.headers["authorization"] = self.admin_token
            answer = http.request(method, path, json=body, params=parameters)
        answer.raise_for_status()
        return answer.json() if answer.content else None

    def make_flag(self, name: str, kind: str = "release", *, strategy: object = None) -> str:
        """A new flag, off everywhere, in production with ``strategy`` if one is given; returns its name."""
        self.ask("POST", _FEATURES, {"name": name, "type": kind})
        if strategy is not None:
            self.ask("POST", f"{_FEATURES}/{name}/environments/production/strategies", strategy)
        return name

    def switch(self, name: str, *, on: bool) -> None:
        """Somebody else switches a flag in production."""
        self.ask("POST", f"{_FEATURES}/{name}/environments/production/{'on' if on else 'off'}")


def rollout(percent: int, *, disabled: bool = False) -> dict[str, Any]:
    """A strategy that reaches so many of a hundred."""
    parameters = {"rollout": str(percent), "stickiness": "default", "groupId": "shop"}
    return {"name": "flexibleRollout", "parameters": parameters, "disabled": disabled}


def start_unleash(processes: Processes, database: Database) -> Unleash:
    """Start it on an empty ``database``, and make flags and people through its API.

    :raises PartUnavailableError: its packages cannot be had.
    :raises BrokenPartError: it does not come up.
    """
    packages = PACKAGES.installed()
    program = packages.folder / "node_modules" / "unleash-server" / "dist" / "server.js"
    admin_token = f"*:*.{secrets.token_hex()}"
    settings = {
        "INIT_ADMIN_API_TOKENS": admin_token,
        "UNLEASH_SECRET": secrets.token_hex(),
        "HTTP_HOST": HOST,
        "DATABASE_URL": "",  # it would win over those below
        "DATABASE_HOST": str(database.folder),
        "DATABASE_PORT": str(database.port),
        "DATABASE_NAME": database.name,
        "DATABASE_USERNAME": database.user,
        "DATABASE_PASSWORD": "none",
        "DATABASE_SSL": "false",
    }
    url = processes.start_on_free_port(
        "unleash",
        lambda port: ("env", f"HTTP_PORT={port}", "node", program),
        ready="/health",
        cwd=packages.folder,
        env={**packages.environment, **_QUIET, **settings},
    )
    admin = Unleash(url, "", "", admin_token, "")
    _make_flags(admin)
    sdk = {"type": "client", "tokenName": "sdk", "environment": "development", "projects": ["*"]}
    return Unleash(
        url,
        token=_token_of(admin, READER, _VIEWER_ROLE),
        write_token=_token_of(admin, WRITER, _EDITOR_ROLE),
        admin_token=admin_token,
        client_token=admin.ask("POST", "/api/admin/api-tokens", sdk)["secret"],
    )


def _make_flags(unleash: Unleash) -> None:
    """``new-pool`` of checkout is off, ``payments-v2`` on in production, ``dark-mode`` has no strategy and is stale."""
    unleash.make_flag("new-pool", strategy=rollout(50))
    unleash.ask("POST", "/api/admin/tag-types", {"name": "service", "description": "", "icon": ""})
    unleash.ask("POST", "/api/admin/features/new-pool/tags", {"type": "service", "value": "checkout"})
    unleash.make_flag("payments-v2", "kill-switch")
    unleash.switch("payments-v2", on=True)
    unleash.make_flag("dark-mode", "experiment")
    unleash.ask("PATCH", f"{_FEATURES}/dark-mode", [{"op": "replace", "path": "/stale", "value": True}])


def _token_of(unleash: Unleash, name: str, role: int) -> str:
    """The personal access token of a new user; only that user can make one, with the session of a login."""
    login = {"username": name, "password": f"Aa1-{secrets.token_urlsafe()}"}
    unleash.ask("POST", "/api/admin/user-admin", {**login, "name": name, "rootRole": role, "sendEmail": False})
    wanted = {"description": "opsloom", "expiresAt": "2099-01-01T00:00:00Z"}
    with client(unleash.url) as http:
        http.post("/auth/simple/login", json=login).raise_for_status()
        made: httpx.Response = http.post("/api/admin/user/tokens", json=wanted).raise_for_status()
    secret: str = made.json()["secret"]
    return secret

"""A real Roundup tracker (classic template, SQLite) with tickets about the shop.

Source: https://www.roundup-tracker.org/docs/rest.html
"""

import importlib.util
import secrets
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from tests.bed.http_client import answers, client
from tests.bed.loopback import address, listening_socket
from tests.bed.outcome import PartUnavailableError
from tests.bed.processes import Processes
from tests.bed.roundup.tickets import PEOPLE, TICKETS

USER = "opsloom"
_PASSWORD_ROUNDS = 1_000  # Roundup checks the password in every request, and 0.15 s each add up
_REPOSITORY_ROOT = Path(__file__).resolve().parents[3]


@dataclass(frozen=True)
class Tracker:
    """Its address, and the login of a user who may read and write tickets by REST (basic authentication)."""

    url: str
    user: str
    password: str = field(repr=False)

    def client(self) -> httpx.Client:
        """A logged-in client with the headers that Roundup demands of a REST client."""
        rest = client(self.url)
        rest.auth = (self.user, self.password)
        rest.headers.update({"X-Requested-With": "rest", "Referer": f"{self.url}/", "Origin": self.url})
        return rest


def start_tracker(processes: Processes, folder: Path) -> Tracker:
    """Install a tracker in ``folder``, serve it, and write the tickets through its REST API.

    :raises PartUnavailableError: Roundup is not installed.
    """
    check_roundup()
    folder.mkdir()
    home = folder / "tracker"
    with listening_socket() as listening:
        tracker = Tracker(address(listening), USER, secrets.token_urlsafe())
        _install(home, tracker)
        number = listening.fileno()
        command = (sys.executable, "-m", "tests.bed.roundup.server", home, str(number))
        process = processes.start("roundup", command, cwd=_REPOSITORY_ROOT, pass_fds=(number,))
    processes.wait_running(process, lambda: answers(f"{tracker.url}/"))
    with tracker.client() as rest:
        _write_tickets(rest)
    return tracker


def check_roundup() -> None:
    """Return if Roundup is installed.

    :raises PartUnavailableError: it is not.
    """
    if importlib.util.find_spec("roundup") is None:
        raise PartUnavailableError("roundup", "the PyPI package roundup is not installed (it is in extra dev)")


def _install(home: Path, tracker: Tracker) -> None:
    settings = {
        "tracker_web": f"{tracker.url}/",
        "mail_domain": "example.com",
        "mail_host": "localhost",
        "mail_debug": home.parent / "mail.log",  # takes what would be sent to those who watch a ticket
        "password_pbkdf2_default_rounds": _PASSWORD_ROUNDS,
    }
    pairs = ",".join(f"{name}={value}" for name, value in settings.items())
    _admin(home, "install", "classic", "sqlite", pairs)
    _admin(home, "initialise", secrets.token_urlsafe())
    _create_user(home, tracker.user, tracker.password)
    for person in PEOPLE:
        _create_user(home, person, secrets.token_urlsafe())


def _create_user(home: Path, name: str, password: str) -> None:
    _admin(
        home,
        *("create", "user", f"username={name}", f"password={password}"),
        *(f"address={name}@example.com", "roles=User"),
    )


def _admin(home: Path, *arguments: str) -> None:
    command = (sys.executable, "-m", "roundup.scripts.roundup_admin", "-i", str(home), *arguments)
    subprocess.run(command, cwd=home.parent, capture_output=True, check=True)


def _write_tickets(rest: httpx.Client) -> None:
    statuses, priorities = _ids(rest, "status", "name"), _ids(rest, "priority", "name")
    people = _ids(rest, "user", "username")
    for ticket in TICKETS:
        issue: dict[str, object] = {
            "title": ticket.title,
            "status": statuses[ticket.status],
            "priority": priorities[ticket.priority],
            "messages": [
                _create(rest, "msg", {"content": text, "author": people[USER], "date": "."}) for text in ticket.messages
            ],
        }
        if ticket.assigned_to is not None:
            issue["assignedto"] = people[ticket.assigned_to]
        _create(rest, "issue", issue)


def _ids(rest: httpx.Client, kind: str, name: str) -> dict[str, str]:
    answer = rest.get(f"/rest/data/{kind}", params={"@fields": name}).raise_for_status()
    return {item[name]: item["id"] for item in answer.json()["data"]["collection"]}


def _create(rest: httpx.Client, kind: str, values: dict[str, object]) -> str:
    answer = rest.post(f"/rest/data/{kind}", json=values).raise_for_status()
    return str(answer.json()["data"]["id"])

"""Who owns what, who is on call now, and whom to call next; Backstage's and PagerDuty's words."""

from datetime import datetime

from opsloom.model.errors import InvalidRequestError
from opsloom.model.record import Noun, Record
from opsloom.model.slo import Slo
from opsloom.model.window import format_time


class Link(Noun):
    """A titled address: a runbook, a dashboard, a chat channel."""

    title: str
    url: str


class Service(Record):
    """A component that a team runs. ``owner`` is the team's name, ``depends_on`` are service names, ``slos`` what is
    promised of it.
    """

    name: str
    title: str = ""
    description: str = ""
    owner: str | None = None
    system: str | None = None
    lifecycle: str = ""
    tier: str = ""
    repository: str = ""
    depends_on: tuple[str, ...] = ()
    runbooks: tuple[Link, ...] = ()
    links: tuple[Link, ...] = ()
    slos: tuple[Slo, ...] = ()


class Team(Noun):
    """A team, its people and where to reach it."""

    name: str
    title: str = ""
    members: tuple[str, ...] = ()
    contacts: tuple[Link, ...] = ()


class OnCall(Noun):
    """Who holds the pager of a team, and from when until when, where the source tells."""

    team: str
    user: str
    schedule: str = ""
    starts_at: datetime | None = None
    ends_at: datetime | None = None

    def __str__(self) -> str:
        return f"{self.user} until {format_time(self.ends_at)}" if self.ends_at else self.user


class EscalationStep(Noun):
    """``notify`` is told ``after_seconds`` without an acknowledgement."""

    after_seconds: int
    notify: str


class Ownership(Noun):
    """What one source knows about the owner of a service or a path; what it does not know stays empty.

    ``matched_by`` says why this owner was named, such as a pattern and line of CODEOWNERS.
    ``upstream`` and ``downstream`` are meant as requests flow: services that depend on this one, and those that it
    depends on.
    """

    service: Service | None = None
    teams: tuple[Team, ...] = ()
    on_call: tuple[OnCall, ...] = ()
    escalation: tuple[EscalationStep, ...] = ()
    upstream: tuple[str, ...] = ()
    downstream: tuple[str, ...] = ()
    matched_by: str = ""


class OwnershipQuery(Noun):
    """Who owns ``service`` or the file at ``path`` (relative to its repository), at the time ``at``."""

    at: datetime
    service: str | None = None
    path: str | None = None

    def model_post_init(self, _context: object) -> None:
        if (self.service is None) == (self.path is None):
            raise InvalidRequestError("give either service or path")


class ServiceQuery(Noun):
    """Which services are known; ``text`` is searched in name and title."""

    text: str | None = None
    limit: int

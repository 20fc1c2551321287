"""Addresses of Unleash's own pages."""

from datetime import date, timedelta
from urllib.parse import quote, urlencode

from opsloom_adapters.unleash.config import UnleashConfig
from opsloom_adapters.unleash.event_ids import EventId

_A_DAY = timedelta(days=1)


def flags_link(config: UnleashConfig, text: str | None) -> str:
    """The overview of flags, searched for ``text``."""
    query = {**({"query": text} if text else {}), **_only_project(config)}
    return f"{config.site}/search?{urlencode(query)}" if query else f"{config.site}/search"


def flag_link(config: UnleashConfig, project: str, flag: str) -> str:
    """The page of one flag."""
    return f"{config.site}/projects/{quote(project, safe='')}/features/{quote(flag, safe='')}"


def event_log_link(config: UnleashConfig, first: date, last: date) -> str:
    """The event log of whole days, the finest that the page can show."""
    return f"{config.site}/history?{urlencode({**_days(first, last), **_only_project(config)})}"


def event_link(config: UnleashConfig, event: EventId, project: str | None, flag: str | None) -> str:
    """The events of that type about that day, of its flag if it has one; a single event has no page.

    The days before and after are shown, because the page goes by the time zone of the server.
    """
    log = f"{flag_link(config, project, flag)}/logs" if project and flag else f"{config.site}/history"
    query = {**_days(event.day - _A_DAY, event.day + _A_DAY), "type": f"IS:{event.type}"}
    return f"{log}?{urlencode(query)}"


def _days(first: date, last: date) -> dict[str, str]:
    return {"from": f"IS:{first.isoformat()}", "to": f"IS:{last.isoformat()}"}


def _only_project(config: UnleashConfig) -> dict[str, str]:
    return {"project": f"IS:{config.project}"} if config.project else {}

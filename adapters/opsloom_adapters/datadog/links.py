"""Addresses of Datadog's own web pages; ``site_url`` is that of the organization's site."""

from urllib.parse import quote, urlencode

from opsloom.model.window import Window


def monitor_link(site_url: str, monitor: int, group: str = "") -> str:
    """The status page of a monitor, at one of its groups."""
    return f"{site_url}/monitors/{monitor}" + (f"?{_written(group=group)}" if group else "")


def triggered_link(site_url: str, query: str) -> str:
    """The triggered monitors that fit ``query``."""
    return f"{site_url}/monitors/triggered?{_written(q=query)}"


def logs_link(site_url: str, query: str, window: Window) -> str:
    """The log explorer with this query and window."""
    return f"{site_url}/logs?{_written(query=query, **_range(window), live='false')}"


def events_link(site_url: str, query: str, window: Window) -> str:
    """The event explorer with this query and window."""
    return f"{site_url}/event/explorer?{_written(query=query, **_range(window), live='false')}"


def event_link(site_url: str, uid: str) -> str:
    """One event."""
    return f"{site_url}/event/event?{_written(uid=uid)}"


def metric_link(site_url: str, metric: str, scope: str, aggregator: str, group_by: str, window: Window) -> str:
    """The metrics explorer with this question and window."""
    asked = {"exp_metric": metric, "exp_scope": scope, "exp_agg": aggregator, "exp_group": group_by}
    return f"{site_url}/metric/explorer?{_written(**_range(window), live='false', exp_row_type='metric', **asked)}"


def service_link(site_url: str, service: str, window: Window | None = None) -> str:
    """The page of a service, with a window."""
    span = {"start": _milliseconds(window)[0], "end": _milliseconds(window)[1], "paused": "true"} if window else {}
    return f"{site_url}/apm/entity/{quote(f'service:{service}', safe='')}" + (f"?{_written(**span)}" if span else "")


def deployments_link(site_url: str, window: Window) -> str:
    """The deployments of DORA metrics in this window."""
    start, end = _milliseconds(window)
    return f"{site_url}/ci/dora?{_written(start=start, end=end, paused='true')}"


def incident_link(site_url: str, public_id: int) -> str:
    """One incident."""
    return f"{site_url}/incidents/{public_id}"


def incidents_link(site_url: str, query: str) -> str:
    """The incidents that fit ``query``."""
    return f"{site_url}/incidents?{_written(query=query)}"


def slo_link(site_url: str, slo: str) -> str:
    """One service level objective."""
    return f"{site_url}/slo?{_written(slo_id=slo)}"


def slos_link(site_url: str, query: str) -> str:
    """The service level objectives that fit ``query``."""
    return f"{site_url}/slo/manage?{_written(query=query)}"


def downtimes_link(site_url: str) -> str:
    """The list of downtimes; Datadog documents no address of a single one."""
    return f"{site_url}/monitors/downtimes"


def _range(window: Window) -> dict[str, str]:
    start, end = _milliseconds(window)
    return {"from_ts": start, "to_ts": end}


def _milliseconds(window: Window) -> tuple[str, str]:
    return str(int(window.start.timestamp() * 1_000)), str(int(window.end.timestamp() * 1_000))


def _written(**parameters: str) -> str:
    return urlencode(parameters, quote_via=quote)

"""Which change did it, where it starts, who only suffers, and whom to call: in one call."""

from datetime import timedelta
from functools import partial
from typing import Annotated

import anyio.to_thread
from pydantic import Field

from opsloom.adapter_api.capabilities import AlertReader, DeployReader, MetricReader
from opsloom.model import limits
from opsloom.model.alerts import Alert, AlertQuery
from opsloom.model.errors import InvalidRequestError
from opsloom.model.refs import RefKind
from opsloom.model.window import Window, parse_time, resolve_window
from opsloom.providers.operations import GET_ALERT, SEARCH_ALERTS
from opsloom.tools.alerts import StatusFilter, alert_key
from opsloom.tools.answer import Answer
from opsloom.tools.arguments import Service, Since, Until
from opsloom.tools.context import ToolContext
from opsloom.tools.gather import gather
from opsloom.tools.records import ref_of_kind
from opsloom.tools.registry import tool


@tool(AlertReader, MetricReader, DeployReader, title="Investigate")
async def investigate(
    context: ToolContext,
    alert: Annotated[str | None, Field(description="ref; default: the worst", max_length=1_000)] = None,
    service: Service = None,
    since: Since = None,
    until: Until = None,
) -> Answer:
    """Why is it failing? Gathers and weighs alerts, metrics, changes and logs around it: ranked suspects with what
    speaks for and against each, blast radius, whom to call, what was not checked.
    """
    # The analysis is imported by the calls that need it.
    from opsloom.analysis.verdict import judge
    from opsloom.tools.investigate_answer import answer_of
    from opsloom.tools.scene_gathering import add_diffs, gather_scene

    focus = await _focus(context, alert, service)
    concerned = service or (focus.service if focus else None)
    window = _window(context, focus, since, until)
    found = await gather_scene(context, window, focus, concerned)
    verdict = await anyio.to_thread.run_sync(partial(judge, found.scene(focus, concerned)))
    if await add_diffs(found, (suspect.change for suspect in verdict.changes)):
        verdict = await anyio.to_thread.run_sync(partial(judge, found.scene(focus, concerned)))
    return await answer_of(context, found, focus, verdict, defaulted=since is None)


async def _focus(context: ToolContext, alert: str | None, service: str | None) -> Alert | None:
    """The alert meant: the one named; else the worst active one, of ``service`` if that is given."""
    if alert is not None and service is not None:
        raise InvalidRequestError("give either alert or service")
    if alert is not None:
        ref = ref_of_kind(alert, RefKind.ALERT, "alert")
        outcome = await context.hub.fetch(GET_ALERT, ref.instance, ref.native_id)
        context.seen.extend(outcome.evidence)
        if outcome.value is None:
            raise outcome.error or InvalidRequestError("there is no such alert; copy the ref from search_alerts")
        return outcome.value
    if not (context.hub.capable(AlertReader) or context.hub.misconfigured(AlertReader)):
        return None
    window, _ = resolve_window("-1d", None, context.now)
    statuses = StatusFilter.ACTIVE.statuses
    query = AlertQuery(window=window, service=service, statuses=statuses, limit=limits.PROVIDER_ROWS_MAX)
    found = await gather(context, SEARCH_ALERTS, query)
    worst = sorted(found.rows, key=lambda pair: alert_key(*pair))
    if not worst and service is None:
        raise InvalidRequestError("no alert is active; give the alert (ref) or the service to look at")
    return worst[0][1] if worst else None


def _window(context: ToolContext, focus: Alert | None, since: str | None, until: str | None) -> Window:
    """A day before the alert, or as asked; long enough to know what is normal."""
    end = parse_time(until, context.now, "until") if until else context.now
    began = min(focus.starts_at, end) if focus else end
    start = parse_time(since, end, "since") if since else began - timedelta(seconds=limits.INVESTIGATE_HISTORY_SECONDS)
    if start >= end:
        raise InvalidRequestError("since must lie before until")
    if (end - start).total_seconds() > limits.WINDOW_MAX_SECONDS:
        raise InvalidRequestError(f"the window is over {limits.WINDOW_MAX_SECONDS // 86_400} days; ask for less")
    return Window(start=start, end=end)

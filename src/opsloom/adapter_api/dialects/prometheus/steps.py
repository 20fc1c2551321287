"""How far apart the points of an answer are, and how far ``rate()`` looks back for each."""

import math

from opsloom.adapter_api.metric_bounds import check_bounds
from opsloom.model import limits
from opsloom.model.metrics import MetricQuery


def step_of(query: MetricQuery) -> int:
    """The step to ask for in seconds: as wanted, unless that gives too many points or is longer than the window.

    :raises InvalidRequestError: the window or the step is out of bounds.
    """
    check_bounds(query)
    finest = math.ceil(query.window.seconds / limits.METRIC_FETCH_POINTS_MAX)
    return min(max(query.step_seconds, finest), math.ceil(query.window.seconds))


def notes_on_step(query: MetricQuery, step_seconds: int) -> tuple[str, ...]:
    """That the points are farther apart than wanted."""
    if step_seconds <= query.step_seconds:
        return ()
    most = limits.METRIC_FETCH_POINTS_MAX
    return (f"step made coarser, {step_seconds} s: a series may have at most {most} points",)


def rate_range_seconds(step_seconds: int, scrape_interval_seconds: int) -> int:
    """As Grafana's ``$__rate_interval``: never under four scrapes, and no gap between two steps."""
    return max(4 * scrape_interval_seconds, step_seconds + scrape_interval_seconds)

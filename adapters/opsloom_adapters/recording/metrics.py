"""Reads ``metrics.json`` and ``series.csv``, and how the series go on."""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from opsloom.adapter_api.call import Call
from opsloom.model.errors import InvalidRequestError, UnsupportedError
from opsloom.model.limits import METRIC_FETCH_POINTS_MAX, METRIC_SERIES_MAX
from opsloom.model.metrics import Aggregate, MetricCatalogQuery, MetricDescriptor, MetricQuery, Series
from opsloom.model.page import Page
from opsloom.model.window import Window, format_time
from opsloom_adapters.recording.continuation import continued, speaks_until
from opsloom_adapters.recording.mapping import descriptor_of
from opsloom_adapters.recording.parse import Line
from opsloom_adapters.recording.question import Question, ask, filters_of
from opsloom_adapters.recording.recording import Recording
from opsloom_adapters.recording.resample import combined, means, rates
from opsloom_adapters.recording.series import COUNTER_SUFFIX, Sample, SeriesKey, between, is_counter
from opsloom_adapters.recording.turns import turns_of
from opsloom_adapters.recording.wire import MetricEntry

_KIND = "metrics"
_NO_DATA = "no such series has points in this window; list the metrics to see those that have"


@dataclass(frozen=True)
class _Recorded:
    """A series that has points in the window: ``samples`` stand in the file, ``made`` are those of the world after."""

    described: Line[MetricEntry]
    samples: Sequence[Sample]
    made: Sequence[Sample]

    @property
    def newest(self) -> Line[MetricDescriptor]:
        """Its newest sample proves that there is such a metric."""
        told = descriptor_of(self.described.record)
        return Line(b"", told, self.made[-1][2]) if self.made else Line(self.samples[-1][2], told)


async def list_metrics(recording: Recording, query: MetricCatalogQuery, call: Call) -> Page[MetricDescriptor]:
    """The metrics that have a point in the window, by service and name; the newest line of each proves it."""
    question = await ask(recording, call, filters_of(query), query.window)
    text = (query.text or "").casefold()
    recorded = await _recorded(
        recording,
        question,
        query.window,
        lambda key: query.service in (None, key[0]) and text in key[1].casefold(),
    )
    shown = recorded[: query.limit]
    _capture_descriptions(recording, question, shown)
    found = [one.newest for one in recorded]
    return question.page_of(found, recording.series, kind=_KIND, limit=query.limit)


async def query_metrics(recording: Recording, query: MetricQuery, call: Call) -> Page[Series]:
    """Series by metric, service or both; with ``aggregate``, one per metric and group.

    :raises UnsupportedError: PromQL.
    :raises InvalidRequestError: neither metric nor service, an unknown label, or the rate of no counter.
    """
    _check(query, call)
    question = await ask(recording, call, filters_of(query), query.window)
    recorded = await _recorded(
        recording,
        question,
        query.window,
        lambda key: query.service in (None, key[0]) and query.metric in (None, key[1]),
    )
    if query.aggregate is Aggregate.RATE:
        _check_counters(recorded)
    groups = _groups(recorded, query)
    limit = min(query.limit, METRIC_SERIES_MAX)
    found = [
        Line(_lines(one.samples for one in group), _series(group, query), _lines(one.made for one in group))
        for group in groups
    ]
    notes = (*_goes_on(question, query.window), *(() if found else (_NO_DATA,)))
    page = question.page_of(found, recording.series, kind=_KIND, limit=limit, notes=notes)
    # after the samples, which are what a claim stands on
    _capture_descriptions(recording, question, [one for group in groups[:limit] for one in group])
    return page


def _check(query: MetricQuery, call: Call) -> None:
    if query.promql is not None:
        raise UnsupportedError(
            f"{call.instance} replays a recording and cannot evaluate PromQL; ask by metric and service"
        )
    if query.metric is None and query.service is None:
        raise InvalidRequestError("give metric, service or both")
    if not set(query.group_by) <= {"service"}:
        raise InvalidRequestError("group_by can only be service: recorded series have no other label")


def _check_counters(recorded: Iterable[_Recorded]) -> None:
    if any(not is_counter(one.described.record.metric) for one in recorded):
        valid = ", ".join(one for one in Aggregate if one is not Aggregate.RATE)
        raise InvalidRequestError(
            f"aggregate rate is for counters, whose names end in {COUNTER_SUFFIX}; here use one of {valid}"
        )


async def _recorded(
    recording: Recording, question: Question, window: Window, wanted: Callable[[SeriesKey], bool]
) -> list[_Recorded]:
    """The wanted series, by service and metric; one that ``metrics.json`` leaves out has no description."""
    index = await recording.series.read(question.call)
    entries = await recording.metrics.read_if_any(question.call) or ()
    described = {(line.record.service, line.record.metric): line for line in entries}
    turns = await turns_of(recording, question)
    end = speaks_until(turns, question.recorded_until)
    found = []
    for key in sorted(filter(wanted, index)):
        samples = between(index[key], window, end)
        made = []
        if question.present > end and not is_counter(key[1]):
            made = continued(index[key], turns, question.recorded_until, question.present, window)
        if samples or made:
            plain = Line(b"", MetricEntry(service=key[0], metric=key[1]))
            found.append(_Recorded(described.get(key, plain), samples, made))
    return found


def _goes_on(question: Question, window: Window) -> tuple[str, ...]:
    """What nobody measured must not pass for measured."""
    if min(window.end, question.present) <= question.recorded_until:
        return ()
    end = format_time(question.recorded_until)
    return (f"points after {end} are how the recording goes on with what was changed in it; counters have none there",)


def _groups(recorded: Iterable[_Recorded], query: MetricQuery) -> list[list[_Recorded]]:
    """Series that become one: never of two metrics, and of two services only if nobody asked to tell them."""
    groups: dict[tuple[str, str], list[_Recorded]] = {}
    apart = query.aggregate is None or "service" in query.group_by
    for one in recorded:
        entry = one.described.record
        groups.setdefault((entry.metric, entry.service if apart else ""), []).append(one)
    return list(groups.values())


def _series(group: Sequence[_Recorded], query: MetricQuery) -> Series:
    told = descriptor_of(group[0].described.record)
    alone = len({one.described.record.service for one in group}) == 1
    rate = query.aggregate is Aggregate.RATE
    step_seconds = _step_seconds(query)
    buckets = [means(_points((*one.samples, *one.made), rate), step_seconds) for one in group]
    return Series(
        metric=told.name,
        service=told.service if alone else None,
        kind=told.kind,
        unit=f"{told.unit}/s" if rate else told.unit,
        points=combined(buckets, query.aggregate or Aggregate.AVG),
    )


def _points(samples: Sequence[Sample], rate: bool) -> Sequence[tuple[float, float]]:
    """NaN and infinity are gaps: a quantile over no requests is NaN in most monitoring systems."""
    points = [(at, value) for at, value, _ in samples if math.isfinite(value)]
    return rates(points) if rate else points


def _step_seconds(query: MetricQuery) -> int:
    """The wanted step, or a coarser one where that would make too many points."""
    return max(1, query.step_seconds, math.ceil(query.window.seconds / METRIC_FETCH_POINTS_MAX))


def _lines(group: Iterable[Sequence[Sample]]) -> bytes:
    return b"\n".join(sample[2] for samples in group for sample in samples)


def _capture_descriptions(recording: Recording, question: Question, shown: Iterable[_Recorded]) -> None:
    if pieces := [one.described.raw for one in shown if one.described.raw]:
        question.capture(recording.metrics, pieces, kind=_KIND)

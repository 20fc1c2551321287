"""``series.csv``: every sample beside its line, by service and metric."""

import csv
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from datetime import datetime
from operator import itemgetter
from typing import TypeAlias

from opsloom.model.window import Window
from opsloom_adapters.recording.folder import MalformedError

HEADER = b"service,metric,ts,value"
COUNTER_SUFFIX = "_total"  # OpenMetrics: the name of a counter's sample ends so

Sample: TypeAlias = tuple[float, float, bytes]
"""Unix seconds, value, the line."""

SeriesKey: TypeAlias = tuple[str, str]
"""Service, metric."""

SeriesIndex: TypeAlias = Mapping[SeriesKey, Sequence[Sample]]
"""The samples of each series, ascending."""


def parse_series(data: bytes, name: str) -> SeriesIndex:
    """Read the whole file: some 60,000 lines take less than 0.1 s.

    :raises MalformedError: names the file and the line.
    """
    lines = data.split(b"\n")
    if lines[0].rstrip(b"\r") != HEADER:
        raise MalformedError(f"{name} line 1", f"must be {HEADER.decode()}", lines[0])
    by_prefix: dict[bytes, list[Sample]] = {}
    for number, raw in enumerate(lines[1:], 2):
        if not raw.strip():
            continue
        try:
            prefix, at, value = raw.rsplit(b",", 2)
            by_prefix.setdefault(prefix, []).append((float(at), float(value), raw))
        except ValueError:
            raise MalformedError(f"{name} line {number}", f"is not {HEADER.decode()}", raw) from None
    return _by_service_and_metric(by_prefix, lines, name)


def _by_service_and_metric(by_prefix: Mapping[bytes, list[Sample]], lines: Sequence[bytes], name: str) -> SeriesIndex:
    index: dict[SeriesKey, list[Sample]] = {}
    for prefix, samples in by_prefix.items():
        try:
            service, metric = next(csv.reader([prefix.decode()], strict=True))
        except (ValueError, csv.Error):  # ValueError: not UTF-8, or not two fields
            raw = samples[0][2]
            place = f"{name} line {lines.index(raw) + 1}"
            raise MalformedError(place, f"is not {HEADER.decode()}", raw) from None
        index.setdefault((service, metric), []).extend(samples)
    for samples in index.values():
        samples.sort(key=itemgetter(0))
    return index


def between(samples: Sequence[Sample], window: Window, present: datetime) -> Sequence[Sample]:
    """The samples in the window that exist at ``present``."""
    first = bisect_left(samples, window.start.timestamp(), key=itemgetter(0))
    last = bisect_left(samples, window.end.timestamp(), key=itemgetter(0))
    known = bisect_right(samples, present.timestamp(), key=itemgetter(0))
    return samples[first : min(last, known)]


def is_counter(metric: str) -> bool:
    """By its name; a copy of a counter's samples would fall, which means a restart."""
    return metric.endswith(COUNTER_SUFFIX)

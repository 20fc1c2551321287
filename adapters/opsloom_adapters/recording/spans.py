"""Calls between services, as the spans of ``spans.jsonl`` tell them."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from opsloom.model.window import Window
from opsloom_adapters.recording.parse import parse_lines
from opsloom_adapters.recording.wire import SpanLine


class CallSpan(NamedTuple):
    """A span of ``callee`` whose parent is one of ``caller``; ``lines`` are those of both.

    ``failed`` is the callee's own word: the parent may have failed because of another call.
    """

    caller: str
    callee: str
    at: datetime
    failed: bool
    lines: tuple[bytes, bytes]


class CallCount(NamedTuple):
    """The calls of one edge in ``seconds``."""

    calls: tuple[CallSpan, ...]
    seconds: float

    @property
    def first_seen(self) -> datetime:
        return min(call.at for call in self.calls)

    @property
    def last_seen(self) -> datetime:
        return max(call.at for call in self.calls)

    @property
    def request_rate(self) -> float:
        return len(self.calls) / self.seconds

    @property
    def error_rate(self) -> float:
        return sum(call.failed for call in self.calls) / self.seconds


def parse_spans(data: bytes, name: str) -> list[CallSpan]:
    """All calls from one service to another. A parent that was not recorded, or ended up in another file, is no call.

    :raises MalformedError: names the file and the line.
    """
    lines = parse_lines(data, name, SpanLine)
    spans = {(line.record.trace_id, line.record.span_id): line for line in lines}  # span ids repeat between traces
    found = []
    for line in lines:
        span = line.record
        parent = spans.get((span.trace_id, span.parent_id)) if span.parent_id else None
        if parent is not None and parent.record.service != span.service:
            failed = span.status.casefold() == "error"
            found.append(CallSpan(parent.record.service, span.service, span.start, failed, (parent.raw, line.raw)))
    return found


def count_calls(calls: Sequence[CallSpan], window: Window) -> dict[tuple[str, str], CallCount]:
    """The calls that began in ``window``, by caller and callee."""
    by_ends: dict[tuple[str, str], list[CallSpan]] = {}
    for call in calls:
        if call.at in window:
            by_ends.setdefault((call.caller, call.callee), []).append(call)
    return {ends: CallCount(tuple(found), window.seconds) for ends, found in sorted(by_ends.items())}

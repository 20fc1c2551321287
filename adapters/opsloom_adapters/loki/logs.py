"""LogReader on Loki."""

from collections.abc import Awaitable, Sequence
from contextlib import suppress
from typing import TypeVar

import anyio

from opsloom.adapter_api.call import Call
from opsloom.model.errors import ProviderError
from opsloom.model.limits import PROVIDER_ROWS_MAX
from opsloom.model.logs import LogEntry, LogQuery, LogSeverity
from opsloom.model.page import Page
from opsloom.model.window import Window
from opsloom_adapters.loki.client import LokiClient
from opsloom_adapters.loki.config import LokiConfig
from opsloom_adapters.loki.links import explore_link
from opsloom_adapters.loki.logql import Question, count_of, questions_of
from opsloom_adapters.loki.patterns import CountedPattern, counted_patterns, note_on, with_pattern
from opsloom_adapters.loki.reading import Reading

T = TypeVar("T")


async def search_logs(client: LokiClient, config: LokiConfig, query: LogQuery, call: Call) -> Page[LogEntry]:
    """The newest entries of ``query``; where there are more, also how many, and which forms of lines recur.

    :raises InvalidRequestError: an empty service, or a question that Loki refuses.
    """
    questions = questions_of(query, config)
    sent = [str(question) for question in questions]
    link = explore_link(config, sent, query.window)
    limit = min(query.limit, PROVIDER_ROWS_MAX)
    readings = [Reading(client, config, query, question, call, link) for question in questions]
    gathered = [await reading.newest(limit) for reading in readings]
    found = sorted((entry for one in gathered for entry in one.rows), key=lambda entry: -int(entry.cursor))
    rows = found[:limit]
    complete = all(one.complete for one in gathered) and len(rows) == len(found)
    warnings = sum(reading.warnings for reading in readings)
    total = None if warnings else len(rows)
    notes = []
    if warnings:
        notes.append(f"warnings of the server: {warnings}; entries may be missing")
    if not complete:
        total = await _spare(call, _count(client, questions, query.window, call))
        if patterns := await _spare(call, _patterns(client, questions, query.window, call)):
            rows = [with_pattern(entry, patterns) for entry in rows]
            notes.append(note_on(patterns))
    if not rows:
        notes += await _why_nothing(client, config, query, questions, call)
    return Page(
        rows=tuple(rows),
        total=None if total is None else max(total, len(rows)),
        complete=complete and not warnings,
        query="; ".join(sent),
        link=link,
        notes=tuple(notes),
    )


async def _spare(call: Call, asking: Awaitable[T]) -> T | None:
    """What an answer is right without: left out if it fails, or takes over half of the time that is left."""
    with anyio.move_on_after(call.remaining_seconds() / 2), suppress(ProviderError):
        return await asking
    return None


async def _count(client: LokiClient, questions: Sequence[Question], window: Window, call: Call) -> int:
    return sum([await client.count(call, count_of(question, window), window) for question in questions])


async def _patterns(
    client: LokiClient, questions: Sequence[Question], window: Window, call: Call
) -> list[CountedPattern]:
    heard = [await client.patterns(call, question.selector, window) for question in questions]
    return counted_patterns(pattern for some in heard for pattern in some)


async def _why_nothing(
    client: LokiClient, config: LokiConfig, query: LogQuery, questions: Sequence[Question], call: Call
) -> list[str]:
    """Why an empty answer may not mean that nothing was logged."""
    names = set(await client.label_names(call, query.window))
    if not names:
        return ["Loki has no stream at all in this window"]
    if not names.intersection(config.service_labels):
        labels = ", ".join(config.service_labels)
        return [f"no stream of this window has the label {labels}: set service_labels to those that name services"]
    if query.severity is None or query.severity.rank <= LogSeverity.UNKNOWN.rank:
        return []
    unknown = [question.of_unknown_level(config.level_labels) for question in questions]
    count = await _count(client, unknown, query.window, call)
    return [f"entries of unknown severity, left out because a severity was asked for: {count}"] if count else []

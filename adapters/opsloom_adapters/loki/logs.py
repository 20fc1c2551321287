"""LogReader on Loki."""

from collections.abc import Sequence

from opsloom.adapter_api.call import Call
from opsloom.adapter_api.dialects.log_patterns import with_pattern
from opsloom.adapter_api.dialects.loki.answers import count_all, notes_on_nothing
from opsloom.adapter_api.dialects.loki.logql import Question, questions_of
from opsloom.adapter_api.dialects.loki.reading import read_newest
from opsloom.adapter_api.dialects.spare import spare
from opsloom.model.logs import LogEntry, LogQuery
from opsloom.model.page import Page
from opsloom.model.window import Window
from opsloom_adapters.loki.client import LokiClient
from opsloom_adapters.loki.config import LokiConfig
from opsloom_adapters.loki.links import explore_link
from opsloom_adapters.loki.logql import level_filter
from opsloom_adapters.loki.mapping import labels_of
from opsloom_adapters.loki.patterns import CountedPattern, counted_patterns, note_on


async def search_logs(client: LokiClient, config: LokiConfig, query: LogQuery, call: Call) -> Page[LogEntry]:
    """The newest entries of ``query``; where there are more, also how many, and which forms of lines recur.

    :raises InvalidRequestError: an empty service, or a question that Loki refuses.
    """
    labels = labels_of(config)
    questions = questions_of(query, labels, level_filter(query.severity, labels))
    sent = [str(question) for question in questions]
    link = explore_link(config, sent, query.window)
    page_max = config.max_entries
    rows, complete, warnings = await read_newest(client, labels, query, questions, call, link=link, page_max=page_max)
    total = None if warnings else len(rows)
    notes = []
    if warnings:
        notes.append(f"warnings of the server: {warnings}; entries may be missing")
    if not complete:
        total = await spare(call, count_all(client, questions, query.window, call))
        if patterns := await spare(call, _patterns(client, questions, query.window, call)):
            rows = [with_pattern(entry, patterns) for entry in rows]
            notes.append(note_on(patterns))
    if not rows:
        notes += await notes_on_nothing(client, labels, query, questions, call, setting="service_labels")
    return Page(
        rows=tuple(rows),
        total=None if total is None else max(total, len(rows)),
        complete=complete and not warnings,
        query="; ".join(sent),
        link=link,
        notes=tuple(notes),
    )


async def _patterns(
    client: LokiClient, questions: Sequence[Question], window: Window, call: Call
) -> list[CountedPattern]:
    heard = [await client.patterns(call, question.selector, window) for question in questions]
    return counted_patterns(pattern for some in heard for pattern in some)

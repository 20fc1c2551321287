"""Reads ``logs.jsonl``."""

from opsloom.adapter_api.call import Call
from opsloom.model.logs import LogEntry, LogQuery
from opsloom.model.page import Page
from opsloom_adapters.recording.mapping import log_entry_of
from opsloom_adapters.recording.parse import Line
from opsloom_adapters.recording.question import ask, filters_of, newest_first
from opsloom_adapters.recording.recording import Recording


async def search_logs(recording: Recording, query: LogQuery, call: Call) -> Page[LogEntry]:
    """Entries in the window, newest first."""
    question = await ask(recording, call, filters_of(query), query.window, goes_on=False)
    entries = (
        Line(line.raw, log_entry_of(line.record))
        for line in await recording.logs.read(call)
        if line.record.at in query.window and line.record.at <= question.present
    )
    found = newest_first((line for line in entries if query.matches(line.record)), lambda entry: entry.at)
    return question.page_of(found, recording.logs, kind="logs", limit=query.limit)

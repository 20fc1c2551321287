"""LogReader on a Loki data source of Grafana."""

from opsloom.adapter_api.call import Call
from opsloom.adapter_api.dialects.loki.answers import count_all, notes_on_nothing
from opsloom.adapter_api.dialects.loki.logql import questions_of
from opsloom.adapter_api.dialects.loki.reading import read_newest
from opsloom.adapter_api.dialects.loki.requests import LokiRequests
from opsloom.adapter_api.dialects.spare import spare
from opsloom.model.logs import LogEntry, LogQuery
from opsloom.model.page import Page
from opsloom_adapters.grafana.config import GrafanaConfig
from opsloom_adapters.grafana.data_sources import DataSources
from opsloom_adapters.grafana.links import explore_link
from opsloom_adapters.grafana.log_levels import labels_of, level_filter


async def search_logs(sources: DataSources, config: GrafanaConfig, query: LogQuery, call: Call) -> Page[LogEntry]:
    """The newest entries of ``query``, and how many there are in all.

    :raises InvalidRequestError: an empty service, or a question that Loki refuses.
    """
    labels = labels_of(config)
    questions = questions_of(query, labels, level_filter(query.severity, labels))
    sent = [str(question) for question in questions]
    uid, source = await sources.loki(call)
    client = LokiRequests(source)
    link = explore_link(config, "loki", uid, sent, query.window)
    rows, is_whole, warnings = await read_newest(client, labels, query, questions, call, link=link)
    complete = is_whole and not warnings
    total = len(rows) if complete else await spare(call, count_all(client, questions, query.window, call))
    notes = [f"warnings of the data source: {warnings}; entries may be missing"] if warnings else []
    if not rows:
        notes += await notes_on_nothing(client, labels, query, questions, call, setting="log_service_labels")
    return Page(
        rows=tuple(rows),
        total=None if total is None else max(total, len(rows)),
        complete=complete,
        query="; ".join(sent),
        link=link,
        notes=tuple(notes),
    )

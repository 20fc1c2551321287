"""LogReader on Jaeger's traces: the spans of a service that failed."""

from opsloom.adapter_api.call import Call
from opsloom.model.errors import InvalidRequestError
from opsloom.model.logs import LogEntry, LogQuery
from opsloom.model.page import Page
from opsloom_adapters.jaeger.client import JaegerClient
from opsloom_adapters.jaeger.links import search_link
from opsloom_adapters.jaeger.mapping import failed_spans

_TRACES_MAX = 50  # of up to some thousand spans each; more would not fit into one answer


async def search_logs(client: JaegerClient, web_url: str, query: LogQuery, call: Call) -> Page[LogEntry]:
    """The failed spans of the service, newest first.

    :raises InvalidRequestError: no service, which Jaeger's search needs.
    """
    if not query.service:
        raise InvalidRequestError(f"{call.instance} is Jaeger, which searches the spans of one service: give service")
    depth = min(query.limit + 1, _TRACES_MAX)
    link = search_link(web_url, query.service, query.window, depth)
    resources = await client.error_traces(call, query.service, query.window, depth=depth, link=link)
    found = [entry for entry in failed_spans(resources, web_url) if query.matches(entry)]
    found.sort(key=lambda entry: entry.at, reverse=True)
    traces = {span.trace_id for resource in resources for scope in resource.scope_spans for span in scope.spans}
    complete = len(traces) < depth and len(found) <= query.limit
    notes = ["these are spans that failed, not log lines; traces that were not sampled are not among them"]
    if len(traces) >= depth:
        notes.append(f"{len(traces)} traces were read, and there may be more: narrow the window")
    return Page(
        rows=tuple(found[: query.limit]),
        total=len(found) if complete else None,
        complete=complete,
        query=f"failed spans of {query.service}",
        link=link,
        notes=tuple(notes),
    )

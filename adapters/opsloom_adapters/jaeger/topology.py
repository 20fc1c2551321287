"""TopologyReader on Jaeger's dependencies."""

from datetime import timedelta

from opsloom.adapter_api.call import Call
from opsloom.model.page import Page
from opsloom.model.topology import Dependency, DependencyQuery
from opsloom.model.window import Window, format_time
from opsloom_adapters.jaeger.client import JaegerClient
from opsloom_adapters.jaeger.links import dependencies_link
from opsloom_adapters.jaeger.mapping import dependency_of


async def get_dependencies(
    client: JaegerClient, web_url: str, hours: int, query: DependencyQuery, call: Call
) -> Page[Dependency]:
    """The edges, busiest first. Jaeger has no filter by service, so all are read."""
    window = _at_least(query.window, timedelta(hours=hours))
    heard = await client.dependencies(call, window, link=dependencies_link(web_url))
    wanted = [one for one in heard if query.service in (None, one.parent, one.child)]
    wanted.sort(key=lambda one: (-one.call_count, one.parent, one.child))
    edges = list(dict.fromkeys(map(dependency_of, wanted)))
    notes = []
    if window != query.window:
        notes.append(f"Jaeger's edges are of {hours} hours: its storage may have them once a day only")
    if not heard:
        notes.append(
            "this Jaeger has no dependencies at all: with Elasticsearch, OpenSearch or Cassandra a job must make them "
            "(https://github.com/jaegertracing/spark-dependencies)"
        )
    return Page(
        rows=tuple(edges[: query.limit]),
        total=len(edges),
        complete=len(edges) <= query.limit,
        query=f"dependencies from {format_time(window.start)} to {format_time(window.end)}",
        link=dependencies_link(web_url),
        notes=tuple(notes),
    )


def _at_least(window: Window, length: timedelta) -> Window:
    return Window(start=min(window.start, window.end - length), end=window.end)

"""The address of Kibana's Discover with the same question."""

import json
from urllib.parse import quote

from opsloom.model.window import Window, format_time
from opsloom_adapters.elasticsearch.conditions import Query
from opsloom_adapters.elasticsearch.config import ElasticsearchConfig
from opsloom_adapters.elasticsearch.rison import rison

_RISON_CHARACTERS = "!'()*,:@$~"


def discover_link(config: ElasticsearchConfig, query: Query, window: Window) -> str | None:
    """Discover with ``query`` as a custom filter, which is the very query that was sent, and ``window`` as its time.

    ``None`` without ``web_url``: nobody told where Kibana is.
    """
    if config.web_url is None:
        return None
    view = config.data_view or config.index
    shown = {"from": format_time(window.start), "to": format_time(window.end)}
    meta = {"alias": "opsloom", "disabled": False, "index": view, "key": "query", "negate": False, "type": "custom"}
    question = {
        "columns": [*config.service_fields[:1], config.level_field, config.message_field],
        "dataSource": {"dataViewId": view, "type": "dataView"},
        "filters": [
            {"$state": {"store": "appState"}, "meta": {**meta, "value": json.dumps(query)}, "query": query},
        ],
        "index": view,
        "query": {"language": "kuery", "query": ""},
        "sort": [[config.timestamp_field, "desc"]],
    }
    parts = (("_g", {"time": shown}), ("_a", question))
    fragment = "&".join(f"{name}={quote(rison(part), safe=_RISON_CHARACTERS)}" for name, part in parts)
    return f"{config.web_url}/app/discover#/?{fragment}"

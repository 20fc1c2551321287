"""Addresses in Grafana, which is where people look at the logs of a Loki.

Source: https://grafana.com/docs/grafana/latest/dashboards/share-dashboards-panels/#generate-explore-urls-from-external-tools
"""

import json
from collections.abc import Sequence
from datetime import datetime
from urllib.parse import quote, urlencode

from opsloom.adapter_api.dialects.loki.times import nanoseconds_of
from opsloom.model.window import Window
from opsloom_adapters.loki.config import LokiConfig


def explore_link(config: LokiConfig, queries: Sequence[str], window: Window) -> str | None:
    """Explore with exactly these queries over ``window``; ``None`` where no Grafana is named."""
    if config.web_url is None:
        return None
    source = {"type": "loki", "uid": config.grafana_datasource}
    pane = {
        "datasource": config.grafana_datasource,
        "queries": [
            {"refId": "ABCD"[place], "datasource": source, "expr": query, "queryType": "range"}
            for place, query in enumerate(queries)
        ],
        "range": {"from": _milliseconds(window.start), "to": _milliseconds(window.end)},
    }
    asked = {"schemaVersion": "1", "panes": json.dumps({"logs": pane}, separators=(",", ":"), ensure_ascii=False)}
    return f"{config.web_url}/explore?" + urlencode(asked, quote_via=quote)


def _milliseconds(moment: datetime) -> str:
    return str(nanoseconds_of(moment) // 1_000_000)

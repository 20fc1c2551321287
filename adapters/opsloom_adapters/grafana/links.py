"""Addresses of Grafana's own pages.

Explore: https://grafana.com/docs/grafana/latest/dashboards/share-dashboards-panels/#generate-explore-urls-from-external-tools
"""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from urllib.parse import quote, urlencode

from opsloom.model.window import Window
from opsloom_adapters.grafana.config import GrafanaConfig
from opsloom_adapters.grafana.times import milliseconds_of

_AROUND = timedelta(minutes=30)  # shown of a dashboard before and after an annotation


def explore_link(config: GrafanaConfig, kind: str, uid: str, expressions: Sequence[str], window: Window) -> str:
    """Explore with exactly these expressions of the data source ``uid`` of type ``kind`` over ``window``."""
    own = {"range": True} if kind == "prometheus" else {"queryType": "range"}
    source = {"type": kind, "uid": uid}
    pane = {
        "datasource": uid,
        "queries": [
            {"refId": f"Q{place}", "datasource": source, "expr": expression, **own}
            for place, expression in enumerate(expressions, start=1)
        ],
        "range": {"from": str(milliseconds_of(window.start)), "to": str(milliseconds_of(window.end))},
    }
    panes = json.dumps({"asked": pane}, separators=(",", ":"), ensure_ascii=False)
    return _page(config, "/explore", {"schemaVersion": "1", "panes": panes})


def rules_link(config: GrafanaConfig) -> str:
    """The list of alert rules."""
    return _page(config, "/alerting/list")


def rule_link(config: GrafanaConfig, uid: str) -> str:
    """The page of one alert rule, with its instances."""
    return _page(config, f"/alerting/grafana/{quote(uid, safe='')}/view")


def silences_link(config: GrafanaConfig) -> str:
    """The list of silences."""
    return _page(config, "/alerting/silences", {"alertmanager": "grafana"})


def silence_link(config: GrafanaConfig, silence: str) -> str:
    """The page of one silence."""
    return _page(config, f"/alerting/silence/{quote(silence, safe='')}/edit", {"alertmanager": "grafana"})


def dashboard_link(config: GrafanaConfig, uid: str, start: datetime, end: datetime, panel: int = 0) -> str:
    """A dashboard, or one panel of it, around that time."""
    shown = {"from": str(milliseconds_of(start - _AROUND)), "to": str(milliseconds_of(end + _AROUND))}
    return _page(config, f"/d/{quote(uid, safe='')}", {**shown, **({"viewPanel": str(panel)} if panel else {})})


def _page(config: GrafanaConfig, path: str, shown: Mapping[str, str] | None = None) -> str:
    asked = {**({"orgId": str(config.org_id)} if config.org_id else {}), **(shown or {})}
    return config.people_url + path + ("?" + urlencode(asked, quote_via=quote) if asked else "")

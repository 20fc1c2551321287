"""An answer of ``investigate`` as its structured content has it."""

from collections.abc import Sequence
from typing import Any

COLUMNS = ("section", "rank", "name", "at", "confidence", "why", "against", "ref", "evidence")
ONSET = "2026-03-03T09:12:00Z"
CHECKOUT, SEARCH, FLAG = "deploy:argo/checkout-42", "deploy:argo/search-9", "flag:ff/7"
SIGNALS = ["38 min before the onset", "its diff names PaymentTimeout, as 41 error lines do"]
ROWS: tuple[Sequence[object], ...] = (
    (
        "impact",
        None,
        "checkout",
        None,
        None,
        "12.4 % of requests failed (310 of 2,500)",
        None,
        None,
        ["ev_cccccccccccccccc"],
    ),
    ("service", 1, "checkout", None, 0.9, "deviates first; nothing it calls does", None, None, ["ev_bbbbbbbbbbbbbbbb"]),
    ("change", 1, "checkout 2.42.0", "2026-03-03T08:34:00Z", 0.87, SIGNALS, None, CHECKOUT, ["ev_aaaaaaaaaaaaaaaa"]),
    ("change", 2, "flag fast-pay", "2026-03-03T09:02:00Z", 0.31, "same service", "a quarter of traffic", FLAG, None),
    ("ruled_out", None, "search 1.9.3", "2026-03-03T09:11:30Z", None, "no path to checkout", None, SEARCH, None),
    ("ruled_out", None, "and 2 more changes", None, None, None, None, None, None),
    ("owner", None, "team-payments", None, None, "on call: oncall-a", None, None, None),
    ("blast", None, "frontend", None, None, "depends on it, or suffers with it", None, None, None),
    ("group", None, "HighErrorRatio", "2026-03-03T09:14:00Z", None, "alone", None, "alert:am-eu/4f2c", None),
    ("unchecked", None, "logs-eu did not answer within 6 s", None, None, None, None, None, None),
    ("next", None, "search_logs service=checkout", None, None, None, None, None, None),
    ("timeline", None, "traffic doubles", "2026-03-03T09:05:00Z", None, "33 to 66 requests a second", None, None, None),
    ("timeline", None, "checkout 2.42.0", "2026-03-03T08:34:00Z", None, None, None, CHECKOUT, None),
)
ANSWER: dict[str, Any] = {
    "status": "partial",
    "investigation": "inv_checkout",
    "window": {"from": "2026-03-02T09:20:00Z", "to": "2026-03-03T09:20:00Z", "now": "2026-03-03T09:20:00Z"},
    "verdict": {
        "kind": "change",
        "confidence": 0.87,
        "onset": ONSET,
        "told": "The deploy of checkout 2.42.0 is the likely cause of its errors.",
    },
    "columns": list(COLUMNS),
    "rows": [list(row) for row in ROWS],
    "chart": {
        "metric": "http_error_ratio",
        "service": "checkout",
        "unit": "1",
        "step_seconds": 60,
        "start": "2026-03-03T08:20:00Z",
        "points": [0.01] * 30 + [None] * 3 + [0.012] * 19 + [0.05, 0.12, 0.2, 0.22, 0.21, 0.24, 0.22, 0.25],
    },
    "notes": ["one source did not answer"],
    "evidence": ["ev_aaaaaaaaaaaaaaaa"],
}


def with_text_everywhere(value: Any, text: str) -> Any:
    """``value`` with ``text`` appended to every string in it, be it a provider's or ours."""
    if isinstance(value, dict):
        return {name: with_text_everywhere(member, text) for name, member in value.items()}
    if isinstance(value, list):
        return [with_text_everywhere(member, text) for member in value]
    return f"{value} {text}" if isinstance(value, str) else value


def with_text_in_cells(answer: dict[str, Any], text: str) -> dict[str, Any]:
    """``answer`` with ``text`` appended to what a provider may have written; sections and times stay as they are."""
    ours = (COLUMNS.index("section"), COLUMNS.index("at"))
    rows = [
        [cell if place in ours else with_text_everywhere(cell, text) for place, cell in enumerate(row)]
        for row in answer["rows"]
    ]
    told = {"told": with_text_everywhere(answer["verdict"]["told"], text)}
    names = {name: with_text_everywhere(answer["chart"][name], text) for name in ("metric", "service", "unit")}
    return {**answer, "rows": rows, "verdict": answer["verdict"] | told, "chart": answer["chart"] | names}

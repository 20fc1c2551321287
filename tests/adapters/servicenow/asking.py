"""How these tests ask ServiceNow: canned rows at the edge of the network, page by page as the Table API cuts them.

The shapes: https://www.servicenow.com/docs/r/api-reference/rest-apis/c_TableAPI.html
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from opsloom.model.window import Window
from opsloom_adapters.servicenow import ServicenowAdapter
from tests.adapters.canned import Answering, Configured

INSTANCE = "snow-eu"
URL = "https://acme.service-now.test"
NOW = datetime(2026, 3, 3, 9, 21, tzinfo=UTC)
WINDOW = Window(start=NOW - timedelta(days=1), end=NOW)
TABLE = "/api/now/v2/table/"
HIDDEN: dict[str, Any] = {}
"""A row that fits the query and that access rules remove."""
GROUP = "8a4dde73c6112278017a6a4baf547aa7"
USER_A = "46c6f9efa9fe198101ddf5eed9adf6e7"
USER_B = "a8f98bb0eb32010045e1a5115206fe3a"
CHECKOUT = "27d32778c0a8000b00db970eeaa60f16"

SERVICENOW = Configured(
    ServicenowAdapter,
    INSTANCE,
    NOW,
    {
        "base_url": URL,
        "username": "opsloom",
        "password": {"env": "SERVICENOW_PASSWORD"},
        "write_username": "opsloom-writer",
        "write_password": {"env": "SERVICENOW_PASSWORD"},
    },
    writing=True,
)
connected, call_at = SERVICENOW.connected, SERVICENOW.call_at


def sys_id(number: int) -> str:
    return f"{number:032x}"


def row(number: int | str, /, **columns: str | tuple[str, str]) -> dict[str, Any]:
    """A row with ``sysparm_display_value=all``: columns of one text, or of a value and what is displayed of it."""
    ident = number if isinstance(number, str) else sys_id(number)
    pairs = {name: cell if isinstance(cell, tuple) else (cell, cell) for name, cell in columns.items()}
    cells = {name: {"display_value": label, "value": value} for name, (value, label) in pairs.items()}
    return {"sys_id": {"display_value": ident, "value": ident}, **cells}


def incident(number: int, /, **columns: str | tuple[str, str]) -> dict[str, Any]:
    """An incident as a user in Los Angeles sees it: what is displayed of times is not UTC."""
    return row(
        number,
        **{
            "number": f"INC{number:07}",
            "short_description": "checkout is slow",
            "description": "Since 08:00.",
            "state": ("2", "In Progress"),
            "priority": ("2", "2 - High"),
            "assignment_group": (GROUP, "payments"),
            "assigned_to": (USER_A, "On-call A"),
            "assigned_to.user_name": "oncall-a",
            "business_service": (CHECKOUT, "checkout"),
            "cmdb_ci": "",
            "opened_at": ("2026-03-03 08:05:00", "2026-03-03 00:05:00"),
            "resolved_at": "",
            "closed_at": "",
            "sys_created_on": ("2026-03-03 08:06:00", "2026-03-03 00:06:00"),
            "sys_updated_on": ("2026-03-03 09:00:00", "2026-03-03 01:00:00"),
            "sys_mod_count": "12",
            "correlation_id": "",
            "close_code": "",
            "close_notes": "",
            "work_notes": ("", "2026-03-03 00:30:00 - On-call A (Work notes)\nSeen.\n\n"),
            **columns,
        },
    )


def relationship(number: int, parent: str, child: str, kind: str, **columns: str) -> dict[str, Any]:
    cells = {
        "parent.name": parent,
        "parent.sys_class_name": "cmdb_ci_service_discovered",
        "child.name": child,
        "child.sys_class_name": "cmdb_ci_linux_server",
        "type.name": kind,
    }
    return row(number, **{**cells, **columns})


class Snow(Answering):
    """Answers ``GET table`` with rows, cut into pages, and all else by ``METHOD path``; keeps the requests."""

    def __init__(self, tables: Mapping[str, list[dict[str, Any]]] | None = None, **others: Any) -> None:
        super().__init__()
        self.tables = dict(tables or {})
        self.others = others

    def asked(self, table: str) -> list[httpx.QueryParams]:
        """The parameters of each question for rows of ``table``."""
        return [one.url.params for one in self.requests if one.url.path == TABLE + table]

    def changes(self) -> list[httpx.Request]:
        return [one for one in self.requests if one.method != "GET"]

    def reply_to(self, request: httpx.Request) -> Any:
        name = request.url.path.removeprefix(TABLE)
        reply = self.others.get(name if request.method == "GET" else f"{request.method} {name}")
        if reply is not None:
            return reply
        if request.method == "GET" and name in self.tables:
            return self._page(self.tables[name], request.url.params)
        table, _, ident = name.partition("/")
        for one in self.tables.get(table, []):
            if one and one["sys_id"]["value"] == ident:
                return {"result": one}
        return httpx.Response(404, json={"error": {"message": "No Record found"}, "status": "failure"})

    @staticmethod
    def _page(rows: list[dict[str, Any]], asked: httpx.QueryParams) -> httpx.Response:
        start = int(asked.get("sysparm_offset", 0))
        cut = rows[start : start + int(asked["sysparm_limit"])]
        return httpx.Response(
            200, json={"result": [one for one in cut if one]}, headers={"x-total-count": str(len(rows))}
        )


def refusal(status: int, message: str = "no") -> httpx.Response:
    return httpx.Response(status, json={"error": {"message": message, "detail": ""}, "status": "failure"})

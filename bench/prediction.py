"""An answer of ``investigate`` as a line for the scorer of recordings."""

from collections.abc import Iterator, Mapping
from typing import Any

from opsloom.model.refs import Ref

CHANGE = "change"
SERVICE = "service"
BLAST = "blast"

Row = Mapping[str, Any]


def prediction_of(case: str, answer: Mapping[str, Any]) -> dict[str, Any]:
    """``{case, services, changes, blast, no_change}``; services and changes ranked, changes by native id."""
    return {
        "case": case,
        "services": [row["name"] for row in rows_of(answer, SERVICE)],
        "changes": [Ref.parse(row["ref"]).native_id for row in rows_of(answer, CHANGE)],
        "blast": [name for row in rows_of(answer, BLAST) for name in row["name"]],
        "no_change": answer["verdict"]["kind"] != CHANGE,
    }


def first_suspect(answer: Mapping[str, Any]) -> Row | None:
    """The row that a reader acts on first: the change that is blamed, else the first service."""
    section = CHANGE if answer["verdict"]["kind"] == CHANGE else SERVICE
    return next(rows_of(answer, section), None)


def rows_of(answer: Mapping[str, Any], section: str) -> Iterator[Row]:
    """The rows of one section as mappings, by rank."""
    rows = (dict(zip(answer["columns"], row, strict=True)) for row in answer["rows"])
    yield from sorted((row for row in rows if row["section"] == section), key=lambda row: row["rank"] or 0)

"""Good replies become good rows."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from pydantic import BaseModel

from opsloom.adapter_api.contract_kit.asking import INSTANCE, Asker
from opsloom.adapter_api.contract_kit.expectation import expect
from opsloom.adapter_api.contract_kit.operations import Operation
from opsloom.model.page import Page
from opsloom.model.record import Record
from opsloom.model.refs import Ref


def check_page(page: object, operation: Operation, question: Any) -> None:
    """The shape of a page and of each of its rows."""
    expect(isinstance(page, Page), f"{operation.method} gave {type(page).__name__}, not a Page")
    if not isinstance(page, Page):
        return
    expect(bool(page.rows), "the good replies give no row: then no check could tell a failure from nothing")
    expect(bool(page.query.strip()), "Page.query must be the question as sent")
    expect(page.total is None or page.total >= len(page.rows), "Page.total is less than its rows")
    _check_link(page.link)
    refs = []
    for row in page.rows:
        check_row(row, operation)
        refs += [row.ref] if isinstance(row, Record) else []
    expect(len(set(refs)) == len(refs), "a record appears twice on one page")
    limit = getattr(question, "limit", None)
    expect(limit is None or len(page.rows) <= limit, f"{len(page.rows)} rows, asked for at most {limit}")


def check_row(row: object, operation: Operation) -> None:
    """Type, ref, link and times of one row."""
    expect(isinstance(row, operation.gives), f"a row is a {type(row).__name__}, not {operation.gives.__name__}")
    if isinstance(row, Record):
        expect(row.ref.instance == INSTANCE, f"ref {row.ref} must name the instance it came from")
        expect(Ref.parse(str(row.ref)) == row.ref, f"ref {row.ref} does not survive being written and read")
        expect(row.ref.kind == type(row).__name__.lower(), f"ref {row.ref} names another kind of record")
        _check_link(row.link)
    for moment in _times(row):
        expect(moment.utcoffset() == timedelta(0), f"{moment.isoformat()} is not aware UTC")


async def check_limit(asker: Asker, operation: Operation) -> None:
    """A limit of one gives one row, and says that it is not all."""
    for question in await asker.questions(operation):
        if not hasattr(question, "limit"):
            continue
        every = (await asker.ask(operation, question)).answer()
        page = (await asker.ask(operation, question.model_copy(update={"limit": 1}))).answer()
        expect(len(page.rows) <= 1, f"limit 1 gave {len(page.rows)} rows")
        expect(not (len(every.rows) > 1 and page.complete), "a page that was cut must say complete=False")


async def check_look_up(asker: Asker, operation: Operation) -> None:
    """A record that is asked for by its native id is that record."""
    for native_id in await asker.questions(operation):
        record = (await asker.ask(operation, native_id)).answer()
        check_row(record, operation)
        expect(record.ref.native_id == native_id, f"asked for {native_id!r}, got the record {record.ref.native_id!r}")


def _check_link(link: str | None) -> None:
    expect(link is None or link.startswith(("https://", "http://")), f"{link!r} is no link a person can open")


def _times(value: object) -> Iterator[datetime]:
    if isinstance(value, datetime):
        yield value
    elif isinstance(value, BaseModel):
        for _, inner in value:
            yield from _times(inner)
    elif isinstance(value, tuple):
        for inner in value:
            yield from _times(inner)

"""Paging: whoever follows ``next`` to the end sees every row once and in order, whatever happens meanwhile."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from opsloom.model.alerts import AlertStatus, Severity
from opsloom.model.errors import InvalidRequestError
from opsloom.model.limits import CURSOR_MAX_CHARS, PROVIDER_ROWS_MAX
from tests.tools.house import House, Rendered, column, demo, house
from tests.tools.shelf import Shelf, alert, deploy, entry, ticket


async def walk(asked: House, tool: str, limit: int, **arguments: Any) -> list[Rendered]:
    """All pages."""
    pages = [await asked.ask(tool, limit=limit, **arguments)]
    while "next" in pages[-1]:
        pages.append(await asked.ask(tool, limit=limit, cursor=pages[-1]["next"], **arguments))
        assert len(pages) <= 100, "next has no end"
    return pages


def cells(pages: Sequence[Rendered], name: str) -> list[Any]:
    return [cell for page in pages for cell in column(page, name)]


@pytest.mark.parametrize("limit", [1, 2, 3, 7, 50])
@pytest.mark.parametrize(
    ("tool", "arguments"),
    [
        ("search_alerts", {"since": "-60d", "status": "any"}),
        ("search_deploys", {"since": "-60d", "kind": "all"}),
        ("search_tickets", {"since": "-60d"}),
        ("search_logs", {"since": "-4m"}),
    ],
)
async def test_walking_the_demo_gives_what_one_large_page_gives(
    tmp_path: Path, tool: str, arguments: dict[str, str], limit: int
) -> None:
    async with house(tmp_path, demo()) as asked:
        whole = await asked.ask(tool, limit=200, **arguments)
        pages = await walk(asked, tool, limit, **arguments)
    assert whole["total"] == len(whole["rows"]) >= 3
    assert [row for page in pages for row in page["rows"]] == whole["rows"]


@pytest.mark.parametrize("limit", [1, 2, 3, 5])
async def test_rows_of_the_same_time_are_neither_lost_nor_repeated(tmp_path: Path, limit: int) -> None:
    rows = [deploy(f"d{number}", minutes=number // 4) for number in (3, 2, 1, 0, 7, 5, 6, 4, 11, 8, 9, 10)]
    shelf = Shelf("git", rows)
    async with house(tmp_path, shelf.instance) as asked:
        pages = await walk(asked, "search_deploys", limit, since="-1h", until="2026-03-03T09:22:00Z")
    assert cells(pages, "version") == [""] * 12
    assert cells(pages, "ref") == [
        f"deploy:git/d{n}" for n in (0, 1, 2, 3, 4, 5, 6, 7, *sorted([8, 9, 10, 11], key=str))
    ]


@pytest.mark.parametrize("limit", [1, 2, 3])
async def test_log_lines_that_are_the_same_in_everything_are_all_there(tmp_path: Path, limit: int) -> None:
    shelf = Shelf("logs", [entry("retrying", minutes=5)] * 5 + [entry("x" * 90 + tail, minutes=5) for tail in "abc"])
    async with house(tmp_path, shelf.instance) as asked:
        messages = cells(await walk(asked, "search_logs", limit), "message")
    assert sorted(messages) == ["retrying"] * 5 + ["x" * 90 + tail for tail in "abc"]


@pytest.mark.parametrize("limit", [1, 2, 5])
async def test_rows_of_several_sources_are_merged_in_order(tmp_path: Path, limit: int) -> None:
    even = Shelf("even", [ticket(f"t{number}", number, "even") for number in range(0, 12, 2)])
    odd = Shelf("odd", [ticket(f"t{number}", number, "odd") for number in range(1, 12, 2)])
    late = Shelf("late", [ticket(f"l{number}", 600 + number, "late") for number in range(3)])
    async with house(tmp_path, even.instance, odd.instance, late.instance) as asked:
        pages = await walk(asked, "search_tickets", limit, since="-1d")
    assert cells(pages, "key") == [*(f"t{number}" for number in range(1, 12)), "l0", "l1", "l2"]


@pytest.mark.parametrize("limit", [1, 2, 3])
@pytest.mark.parametrize("new", [1, 2, 9])
async def test_rows_that_appear_between_pages_push_none_out(tmp_path: Path, limit: int, new: int) -> None:
    shelf = Shelf("git", [deploy(f"d{number}", minutes=10 + number) for number in range(9)])
    async with house(tmp_path, shelf.instance) as asked:
        first = await asked.ask("search_deploys", limit=limit)
        shelf.rows += [deploy(f"new{number}", minutes=5) for number in range(new)]
        refs = column(first, "ref")
        page = first
        while "next" in page:
            page = await asked.ask("search_deploys", limit=limit, cursor=page["next"])
            refs += column(page, "ref")
    assert refs == [f"deploy:git/d{number}" for number in range(9)]


async def test_the_window_stands_still_while_paging(tmp_path: Path) -> None:
    shelf = Shelf("git", [deploy(f"d{number}", minutes=number + 1) for number in range(3)])
    async with house(tmp_path, shelf.instance) as asked:
        pages = await walk(asked, "search_deploys", 1)
    assert len(pages) == 3
    assert len({str(page["window"]) for page in pages}) == 1
    assert len({query.window for query in shelf.asked}) == 1


async def test_an_old_critical_alert_comes_before_newer_warnings(tmp_path: Path) -> None:
    rows = [alert(f"w{number}", number, severity=Severity.WARNING) for number in range(5)]
    rows += [alert("crit", 60, severity=Severity.CRITICAL), alert("old", 90, status=AlertStatus.RESOLVED)]
    async with house(tmp_path, Shelf("am", rows).instance) as asked:
        pages = await walk(asked, "search_alerts", 2, status="any", until="2026-03-03T09:22:00Z", since="-1d")
    assert cells(pages, "name") == ["Alertcrit", "Alertw0", "Alertw1", "Alertw2", "Alertw3", "Alertw4", "Alertold"]


async def test_a_cursor_stays_within_the_length_that_the_argument_allows(tmp_path: Path) -> None:
    rows = [entry("😀" * 200 + str(number), minutes=number, cursor="c" * 150) for number in range(1, 4)]
    async with house(tmp_path, Shelf("logs", rows).instance) as asked:
        pages = await walk(asked, "search_logs", 1)
    assert len(pages) == 3
    assert max(len(page.get("next", "")) for page in pages) <= CURSOR_MAX_CHARS


@pytest.mark.parametrize(
    "changed",
    [{"service": "payments"}, {"kind": "flag"}, {"since": "-2h"}, {"until": "-1m"}, {"environment": "staging"}],
    ids=lambda changed: next(iter(changed)),
)
async def test_a_cursor_of_another_question_is_refused(tmp_path: Path, changed: dict[str, str]) -> None:
    async with house(tmp_path, demo()) as asked:
        first = await asked.ask("search_deploys", limit=1)
        with pytest.raises(InvalidRequestError, match="cursor belongs to a question with other arguments"):
            await asked.ask("search_deploys", limit=1, cursor=first["next"], **changed)
        with pytest.raises(InvalidRequestError, match="cursor belongs to a question with other arguments"):
            await asked.ask("search_logs", limit=1, cursor=first["next"])


async def test_a_cursor_may_go_on_with_another_limit(tmp_path: Path) -> None:
    async with house(tmp_path, demo()) as asked:
        whole = await asked.ask("search_deploys", limit=50)
        first = await asked.ask("search_deploys", limit=1)
        rest = await asked.ask("search_deploys", limit=50, cursor=first["next"])
    assert first["rows"] + rest["rows"] == whole["rows"]


@pytest.mark.parametrize("cursor", ["x", "====", "2", "é", "bnVsbA", "W10", "WzEsMiwzLDRd", "A" * 999, "\x00"])
async def test_garbage_is_no_cursor(tmp_path: Path, cursor: str) -> None:
    async with house(tmp_path, demo()) as asked:
        with pytest.raises(InvalidRequestError, match="cursor must be the 'next' of an earlier answer"):
            await asked.ask("search_logs", cursor=cursor)


async def test_a_source_that_never_gives_all_its_rows_is_not_asked_over_and_over(tmp_path: Path) -> None:
    shelf = Shelf("git", [deploy(f"d{number}", minutes=number + 1) for number in range(9)], most_rows=4)
    async with house(tmp_path, shelf.instance) as asked:
        answer = await asked.ask("search_deploys", limit=6)
    assert column(answer, "ref") == [f"deploy:git/d{number}" for number in range(4)]
    assert "git: more rows match than can be had; narrow the window or the query" in answer["notes"]
    assert len(shelf.asked) == 2


async def test_more_rows_than_a_provider_may_send_end_with_a_note_and_no_false_empty(tmp_path: Path) -> None:
    rows = [entry(str(number), minutes=1 + number / 1_000) for number in range(PROVIDER_ROWS_MAX + 50)]
    async with house(tmp_path, Shelf("logs", rows).instance) as asked:
        pages = await walk(asked, "search_logs", 200)
    seen = cells(pages, "message")
    assert seen == [str(number) for number in range(PROVIDER_ROWS_MAX)]
    assert [page["status"] for page in pages] == ["ok"] * len(pages)
    assert "logs: more rows match than can be had; narrow the window or the query" in pages[-1]["notes"]
    assert pages[0]["total"] == PROVIDER_ROWS_MAX + 50


async def test_a_column_that_no_row_has_is_left_out(tmp_path: Path) -> None:
    plain = Shelf("plain", [entry("pool exhausted")])
    counted = Shelf("counted", [entry("pool exhausted", pattern="pool exhausted", similar=711)])
    async with house(tmp_path, plain.instance) as asked:
        assert "similar" not in (await asked.ask("search_logs"))["columns"]
    async with house(tmp_path / "2", plain.instance, counted.instance) as asked:
        answer = await asked.ask("search_logs")
    assert column(answer, "similar") == [711, None]
    assert column(answer, "source") == ["counted", "plain"]

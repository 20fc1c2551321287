"""Pages are followed as far as the question asks, and never further."""

import pytest

from opsloom.adapter_api.paging import Fetched, read_pages


class Book:
    """Numbers in pages; ``opened`` are the pages that were asked for."""

    def __init__(self, *pages: list[int], loops: bool = False) -> None:
        self.opened: list[int] = []
        self._pages = pages
        self._loops = loops

    async def page(self, number: int) -> Fetched[int, int]:
        self.opened.append(number)
        last = number + 1 == len(self._pages)
        return Fetched(self._pages[number], (0 if self._loops else None) if last else number + 1)


def even(number: int) -> bool:
    return number % 2 == 0


@pytest.mark.parametrize(
    ("limit", "rows", "complete", "opened"),
    [
        (1, (1,), False, [0]),
        (2, (1, 2), False, [0]),
        (3, (1, 2, 3), False, [0, 1]),
        (4, (1, 2, 3, 4), False, [0, 1]),
        (5, (1, 2, 3, 4, 5), True, [0, 1, 2]),
        (9, (1, 2, 3, 4, 5), True, [0, 1, 2]),
    ],
)
async def test_a_page_that_is_not_needed_is_not_fetched(
    limit: int, rows: tuple[int, ...], complete: bool, opened: list[int]
) -> None:
    book = Book([1, 2], [3, 4], [5])
    found = await read_pages(book.page, 0, limit=limit)
    assert (found.rows, found.complete, book.opened) == (rows, complete, opened)


async def test_rows_that_are_not_wanted_make_it_read_on() -> None:
    book = Book([1, 3], [5, 6], [7, 8])
    found = await read_pages(book.page, 0, limit=1, wanted=even)
    assert (found.rows, found.complete, book.opened, found.scanned) == ((6,), False, [0, 1], 4)


async def test_reading_on_ends_at_the_most_rows_and_is_not_called_complete() -> None:
    book = Book([1], [3], [5], [6])
    found = await read_pages(book.page, 0, limit=1, wanted=even, most=3)
    assert (found.rows, found.complete, book.opened) == ((), False, [0, 1, 2])


async def test_a_provider_that_repeats_itself_is_not_asked_for_ever_nor_called_complete() -> None:
    book = Book([1], [2], loops=True)
    found = await read_pages(book.page, 0, limit=9)
    assert (found.rows, found.complete, book.opened) == ((1, 2), False, [0, 1])


async def test_nothing_is_complete() -> None:
    assert (await read_pages(Book([]).page, 0, limit=5)).complete

"""What a reader of a capability returns."""

from typing import Generic, TypeVar

from opsloom.model.record import Noun

T = TypeVar("T")


class Page(Noun, Generic[T]):
    """Rows of one instance.

    ``total`` counts what matches there, ``None`` when the provider does not tell; ``complete`` is false when
    more match than ``rows`` holds. ``query`` is the question as sent, ``link`` shows the same in the original
    tool. ``notes`` are our sentences about what the reader must know (never the provider's text).
    """

    rows: tuple[T, ...]
    total: int | None = None
    complete: bool = True
    query: str = ""
    link: str | None = None
    notes: tuple[str, ...] = ()
